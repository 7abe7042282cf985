package graphsim

import (
	"cmp"
	"net/http"
)

// Participant is someone in a call, named by one of UserID, ApplicationID and Phone.
type Participant struct {
	ID            string `json:"id"` // a GUID when empty
	UserID        string `json:"user_id,omitempty"`
	ApplicationID string `json:"application_id,omitempty"`
	Phone         string `json:"phone,omitempty"`
	DisplayName   string `json:"display_name,omitempty"` // null in Graph's JSON when empty
	IsMuted       bool   `json:"is_muted"`
	IsInLobby     bool   `json:"is_in_lobby"`
}

// serveParticipants lists the participants of a group call or a meeting. The documentation
// says that calls of two are not supported; how Graph refuses them is not known.
// https://learn.microsoft.com/graph/api/call-list-participants
func (s *Server) serveParticipants(w http.ResponseWriter, _ *http.Request, path graphPath) *graphError {
	call, ok := s.calls.get(path.callID, s.now())
	if !ok {
		return errCallNotFound
	}
	if call.Participants == nil && call.placement != nil && len(call.placement.request.Targets) == 1 {
		return errBadRequest("This request does not support peer-to-peer calls.")
	}
	list := []object{}
	for _, p := range call.participants() {
		list = append(list, p.json())
	}
	writeJSON(w, http.StatusOK, object{
		"@odata.context": s.GraphURL() + "/" + path.version + "/$metadata#communications/calls('" + call.ID + "')/participants",
		"value":          list,
	})
	return nil
}

// participants are those that were set, or the bot, and those it has called or the organizer,
// once a call is established.
func (c *Call) participants() []Participant {
	p := c.placement
	switch {
	case c.over(), p != nil && !c.wasEstablished():
		return nil
	case c.Participants != nil:
		return c.Participants
	case p == nil:
		return []Participant{{ApplicationID: ClientID, DisplayName: "Calling Bot"}, {UserID: "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96"}}
	}
	list := []Participant{{ID: p.participant, ApplicationID: c.ClientID, DisplayName: "Calling Bot"}}
	others := p.request.Targets
	if p.request.MeetingInfo != nil {
		others = []participantBody{{Identity: p.request.MeetingInfo.Organizer}}
	}
	for _, other := range others {
		i := other.Identity
		if len(i) > 0 {
			list = append(list, Participant{UserID: i["user"], ApplicationID: i["application"], Phone: i["phone"]})
		}
	}
	return list
}

// json is a participant as Graph's documentation shows one: of the identities, all but one
// are null.
func (p *Participant) json() object {
	identity := object{"@odata.type": "#microsoft.graph.identitySet", "device": nil}
	for kind, id := range map[string]string{"user": p.UserID, "application": p.ApplicationID, "phone": p.Phone} {
		identity[kind] = nil
		if id != "" {
			identity[kind] = object{"@odata.type": "#microsoft.graph.identity", "id": id, "displayName": orNull(p.DisplayName)}
		}
	}
	return object{
		"@odata.type": "#microsoft.graph.participant",
		"id":          cmp.Or(p.ID, newGUID()),
		"isMuted":     p.IsMuted,
		"isInLobby":   p.IsInLobby,
		"metadata":    nil,
		"info":        participantInfo(identity),
		"mediaStreams": []object{{
			"@odata.type": "#microsoft.graph.mediaStream", "mediaType": "audio", "sourceId": "1",
			"direction": "sendReceive", "serverMuted": false, "label": nil,
		}},
	}
}
