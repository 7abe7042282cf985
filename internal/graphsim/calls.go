package graphsim

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// InactivityLimit is how long Graph keeps a call without a keepAlive. The call
// ends as soon as it has passed: a keepAlive exactly 45 minutes after the last
// one is too late. (Graph says "within 45 minutes"; the stand-in takes the
// stricter reading, so that nothing passes here that might fail there.)
// https://learn.microsoft.com/graph/api/call-keepalive
const InactivityLimit = 45 * time.Minute

// States of a call that the simulator itself sets or looks at.
const (
	StateEstablishing = "establishing"
	// StateRinging is in Graph's documentation, and not in its schema.
	StateRinging     = "ringing"
	StateEstablished = "established"
	StateTerminating = "terminating"
	StateTerminated  = "terminated"
)

// Call is a call as the simulator holds it. Times are on the server's clock.
type Call struct {
	ID          string    `json:"id"`                  // a lower-case GUID when empty
	TenantID    string    `json:"tenant_id"`           // TenantID when empty
	ClientID    string    `json:"client_id,omitempty"` // the app that has placed it; any of the tenant's when empty
	State       string    `json:"state"`               // StateEstablished when empty
	Direction   string    `json:"direction"`           // outgoing when empty
	Subject     string    `json:"subject,omitempty"`   // null in Graph's JSON when empty
	CallChainID string    `json:"call_chain_id"`       // a GUID when empty
	StartedAt   time.Time `json:"started_at"`          // now when zero
	KnownFrom   time.Time `json:"known_from,omitzero"` // Graph returns 404 before

	LastKeepAlive time.Time   `json:"last_keepalive_at,omitzero"`
	KeepAlives    int         `json:"keepalives"`            // successful ones
	EndedAt       time.Time   `json:"ended_at,omitzero"`     // zero while the call lasts
	ResultInfo    *ResultInfo `json:"result_info,omitempty"` // why it ended

	// Participants are listed once it is established; nil means the bot and somebody else.
	Participants []Participant `json:"participants,omitempty"`

	// Extra is merged into what GET returns, over the properties of the call:
	// for unknown properties, wrong types and odd spellings.
	Extra map[string]any `json:"extra,omitempty"`

	placement *placement // of a call that a client has placed
}

// ResultInfo says why a call ended.
// https://learn.microsoft.com/graph/api/call-delete lists the codes.
type ResultInfo struct {
	Code    int    `json:"code"`
	Subcode int    `json:"subcode"`
	Message string `json:"message"`
}

// EndedVisibility says for how long GET still shows a call that has ended: first
// as terminating, then as terminated, then 404. It is not known what Graph
// does; the zero value is 404 at once. keepAlive returns 404 in any case.
type EndedVisibility struct {
	Terminating time.Duration
	Terminated  time.Duration
}

// ShowEnded sets how GET shows calls that have ended, those that ended
// before included.
func (s *Server) ShowEnded(e EndedVisibility) {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.calls.ended = e
}

// PlaceCall places a call and returns it with what was empty filled in. Its 45
// minutes start now. A call with the same ID is replaced.
func (s *Server) PlaceCall(c Call) Call {
	c.ID = cmp.Or(c.ID, newCallID())
	c.TenantID = cmp.Or(c.TenantID, TenantID)
	c.State = cmp.Or(c.State, StateEstablished)
	c.Direction = cmp.Or(c.Direction, "outgoing")
	c.CallChainID = cmp.Or(c.CallChainID, newGUID())
	if c.StartedAt.IsZero() {
		c.StartedAt = s.now()
	}
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	kept := c.clone()
	s.calls.calls[c.ID] = &kept
	return c
}

// Call returns a call as it is now, whether Graph would show it or not, and
// whether it was ever placed.
func (s *Server) Call(id string) (Call, bool) {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	c, ok := s.calls.calls[id]
	if !ok {
		return Call{}, false
	}
	return s.calls.settle(c, s.now()).clone(), true
}

// Calls returns every call ever placed as it is now, sorted by ID.
func (s *Server) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	all := make([]Call, 0, len(s.calls.calls))
	for _, c := range s.calls.calls {
		all = append(all, s.calls.settle(c, s.now()).clone())
	}
	slices.SortFunc(all, func(a, b Call) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// EndCall ends a call now, for the reason given, and reports whether it was
// going on until then.
func (s *Server) EndCall(id string, code, subcode int, message string) bool {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	c, ok := s.calls.calls[id]
	if !ok || s.calls.settle(c, s.now()).over() {
		return false
	}
	c.end(s.now(), ResultInfo{Code: code, Subcode: subcode, Message: message})
	return true
}

// ForgetCall forgets a call, as if it had never been placed.
func (s *Server) ForgetCall(id string) {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	delete(s.calls.calls, id)
}
