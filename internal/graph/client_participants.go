package graph

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
)

// Participant is Graph's participant: who is in a call. nil is what Graph left out, set to null, or sent with
// another type than in its schema.
//
// Source: https://learn.microsoft.com/en-us/graph/api/resources/participant
type Participant struct {
	ID, DisplayName *string
	// UserID, ApplicationID and Phone are the IDs of its identities.
	UserID, ApplicationID, Phone *string
	IsMuted, IsInLobby           *bool
}

// Participants returns who is in the call, as far as Graph lists them in one page.
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-list-participants
func (c *Client) Participants(ctx context.Context, callID string) ([]Participant, *Response, error) {
	var participants []Participant
	op := c.newOperation(OperationParticipants, http.MethodGet, callID, "/participants")
	op.decode = func(r *Response) error {
		if participants = list(objectIn(r.body)["value"], participantIn); participants == nil {
			return errors.New("the response is not a JSON object with a list of participants")
		}
		return nil
	}
	response, err := c.do(ctx, op)
	return participants, response, err
}

// participantIn reads one participant. One that is not an object is an empty one, so that their number is right.
func participantIn(raw json.RawMessage) Participant {
	o := objectIn(raw)
	identities := decodeIdentities(o.object("info").object("identity"))
	p := Participant{
		ID: o.text("id"), IsMuted: o.flag("isMuted"), IsInLobby: o.flag("isInLobby"),
		UserID: identities["user"].ID, ApplicationID: identities["application"].ID, Phone: identities["phone"].ID,
	}
	for _, kind := range append([]string{"user", "application", "phone"}, slices.Sorted(maps.Keys(identities))...) {
		if p.DisplayName == nil {
			p.DisplayName = identities[kind].DisplayName
		}
	}
	return p
}
