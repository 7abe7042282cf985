package provider

import (
	"net/http"
	"reflect"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

const withParticipants = callByID + "\n  include_participants = true"

func TestCall_participants(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.SetParticipants(callID,
		graphsim.Participant{ID: "p1", ApplicationID: graphsim.ClientID, DisplayName: "Calling Bot", IsInLobby: true},
		graphsim.Participant{ID: "p2", UserID: calleeID, IsMuted: true}, graphsim.Participant{ID: "p3", Phone: "+12065550100"})
	participant := func(id string, name, user, application, phone any, muted, lobby bool) any {
		return map[string]any{"id": id, "display_name": name, "user_id": user, "application_id": application, "phone": phone, "is_muted": muted, "is_in_lobby": lobby}
	}
	want := []any{
		participant("p1", "Calling Bot", nil, graphsim.ClientID, nil, false, true),
		participant("p2", nil, calleeID, nil, nil, true, false), participant("p3", nil, nil, nil, "+12065550100", false, false),
	}
	if got := l.read(t, l.call(withParticipants)); !reflect.DeepEqual(got["participants"], want) {
		t.Errorf("got %v, want %v", got["participants"], want)
	}
	l.ResetRequests()
	if got := l.read(t, l.call(callByID)); got["participants"] != nil || len(l.graphRequests()) != 1 {
		t.Errorf("got %v by %q, want nothing without being asked for", got["participants"], l.graphRequests())
	}
}

// A call without participants is one thing, one whose participants are not listed is another, and neither is a failure.
func TestCall_participantsThatAreNotListed(t *testing.T) {
	t.Parallel()
	listing := func(f graphsim.Fault) graphsim.Fault { return f.To(http.MethodGet, "/participants") }
	for name, c := range map[string]struct {
		fault graphsim.Fault
		code  int
		says  []string
		alive any
	}{
		"call of two":     {listing(graphsim.Status(http.StatusBadRequest)), 0, []string{"Warning: Participants Not Listed", "400 Bad Request", "meetings and group calls only"}, true},
		"ended meanwhile": {listing(graphsim.Status(http.StatusNotFound)), 0, nil, false},
		"forbidden":       {listing(graphsim.Status(http.StatusForbidden)), 1, []string{"Error: Graph Denied Access to the Call", "Listing the participants of call " + callID}, nil},
		"throttled":       {listing(graphsim.Throttled("1")), 0, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(c.fault)
			w := newWorkspace(t, l, l.call(withParticipants))
			w.expectExit(c.code, applyNow, c.says...)
			state := w.state()
			if c.alive != nil && state["alive"] != c.alive || c.says != nil && state["participants"] != nil {
				t.Errorf("got %v", state)
			}
			if c.alive == false {
				expectNull(t, state, "call_id", "id", "alive", "end_reason", "include_participants")
			}
		})
	}
	l := newLab(t)
	l.SetParticipants(callID)
	if got := l.read(t, l.call(withParticipants)); !reflect.DeepEqual(got["participants"], []any{}) {
		t.Errorf("got %v, want an empty list", got["participants"])
	}
}
