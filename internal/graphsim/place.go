package graphsim

import (
	"cmp"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"time"
)

// PlacedCall is a call that a client has placed by POST /communications/calls.
type PlacedCall struct {
	ID       string          `json:"id"`
	TenantID string          `json:"tenant_id"` // of the token
	ClientID string          `json:"client_id"` // of the token
	At       time.Time       `json:"at"`        // on the server's clock
	Body     json.RawMessage `json:"body"`      // as sent, passcode included

	CallbackURI string   `json:"callback_uri"`
	Targets     []string `json:"targets,omitempty"` // IDs and phone numbers
	// MeetingToken is the secret in the meetingInfo that GET shows once the call is established.
	MeetingToken string `json:"meeting_token"`
}

// Placed returns the calls that clients have placed, oldest first, those included that have
// ended. A request that was refused has placed none; one whose response was lost has.
func (s *Server) Placed() []PlacedCall {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return append([]PlacedCall{}, s.calls.placed...)
}

// OnPlace makes f decide the outcome of each call that a client places from now on; nil makes it
// the zero Outcome again. f must not call methods of the server that wait for requests.
func (s *Server) OnPlace(f func(PlacedCall) Outcome) {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.calls.onPlace = f
}

// placement is what a call keeps of its POST. It does not change.
type placement struct {
	body        object // as sent
	request     callRequest
	outcome     Outcome
	token       string // of the meeting
	participant string // the ID of the bot among the participants
	threadID    string // of the chat that appears for a call that named none
	chainID     string // callChainId before the call is established; Call.CallChainID is the one after
}

// servePlace takes a call.
// https://learn.microsoft.com/graph/api/application-post-calls
func (s *Server) servePlace(w http.ResponseWriter, r *http.Request, app App, version string) *graphError {
	w.Header().Set("Scenario-Id", cmp.Or(r.Header.Get("Scenario-Id"), newGUID()))
	raw, body, refused := readCall(r)
	if refused != nil {
		return refused
	}
	if refused := checkPlacement(app, raw, body); refused != nil {
		return refused
	}
	request := requestOf(raw)
	placed := PlacedCall{
		ID: newCallID(), TenantID: app.TenantID, ClientID: app.ClientID, At: s.now(), Body: raw,
		CallbackURI: request.CallbackURI, Targets: request.targetIDs(), MeetingToken: s.meetingToken(app),
	}
	call := s.take(placed, body, request, s.outcome(placed))

	w.Header().Set("Location", s.GraphURL()+"/"+version+"/communications/calls/"+call.ID)
	writeJSON(w, http.StatusCreated, callJSON(call, s.GraphURL()+"/"+version))
	return nil
}

// readCall reads a JSON object.
func readCall(r *http.Request) (json.RawMessage, object, *graphError) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, nil, errBadRequest("Write requests must contain the Content-Type header declaration.")
	}
	raw, _ := io.ReadAll(r.Body) // what the record has read already
	var body object
	if err := json.Unmarshal(raw, &body); err != nil || body == nil {
		return nil, nil, errBadRequest("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
	}
	return raw, body, nil
}

// outcome returns the outcome of a call, without a lock, since the function may look at
// the server.
func (s *Server) outcome(placed PlacedCall) Outcome {
	s.calls.mu.Lock()
	onPlace := s.calls.onPlace
	s.calls.mu.Unlock()
	if onPlace == nil {
		return Outcome{}
	}
	return onPlace(placed)
}

// take puts a placed call among the calls and returns it as it is at that moment, which is
// establishing in any case.
func (s *Server) take(placed PlacedCall, body object, request callRequest, outcome Outcome) Call {
	call := Call{
		ID: placed.ID, TenantID: placed.TenantID, ClientID: placed.ClientID,
		State: StateEstablishing, Subject: request.Subject, StartedAt: placed.At, Extra: outcome.Extra,
		placement: &placement{
			body: body, request: request, outcome: outcome, token: placed.MeetingToken,
			participant: newGUID(), threadID: "19:meeting_" + newGUID() + "@thread.v2", chainID: newGUID(),
		},
	}
	if outcome.KnownAfter > 0 {
		call.KnownFrom = placed.At.Add(outcome.KnownAfter)
	}
	call = s.PlaceCall(call)
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.calls.placed = append(s.calls.placed, placed)
	return call
}
