package provider

import (
	"net/http"
	"reflect"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestCallDataSource_participants(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: callID, Participants: []graphsim.Participant{
		{ID: "p1", ApplicationID: graphsim.ClientID, DisplayName: "Calling Bot", IsInLobby: true},
		{ID: "p2", UserID: calleeID, IsMuted: true}, {ID: "p3", Phone: "+12065550100"},
	}})
	participant := func(id string, name, user, application, phone any, muted, lobby bool) any {
		return attributes{"id": id, "display_name": name, "user_id": user, "application_id": application, "phone": phone, "is_muted": muted, "is_in_lobby": lobby}
	}
	want := []any{
		participant("p1", "Calling Bot", nil, graphsim.ClientID, nil, false, true),
		participant("p2", nil, calleeID, nil, nil, true, false), participant("p3", nil, nil, nil, "+12065550100", false, false),
	}
	if got := l.read(t, "include_participants", true); !reflect.DeepEqual(got["participants"], want) {
		t.Errorf("got %v, want %v", got["participants"], want)
	}
	l.ResetRequests()
	if got := l.read(t); got["participants"] != nil || len(l.graphRequests()) != 1 {
		t.Errorf("got %v by %q, want nothing without being asked for", got["participants"], l.graphRequests())
	}
}

// A call without participants is one thing, one whose participants are not listed is another, and neither is a failure.
func TestCallDataSource_participantsThatAreNotListed(t *testing.T) {
	t.Parallel()
	listing := func(f graphsim.Fault) graphsim.Fault { return f.To(http.MethodGet, "/participants") }
	for name, c := range map[string]struct {
		fault graphsim.Fault
		says  []string
		alive any // nil for an error
	}{
		"call of two":     {listing(graphsim.Status(http.StatusBadRequest)), []string{"WARNING: Participants Not Listed", "400 Bad Request", "meetings and group calls only"}, true},
		"ended meanwhile": {listing(graphsim.Status(http.StatusNotFound)), nil, false},
		"forbidden":       {listing(graphsim.Status(http.StatusForbidden)), []string{"ERROR: Graph Denied Access to the Call", "Listing the participants of call " + callID}, nil},
		"throttled":       {listing(graphsim.Throttled("1")), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(c.fault)
			got, diags := l.protocol(t).readData(callType, set("include_participants", true))
			expectText(t, said(diags), c.says...)
			if got["alive"] != c.alive || c.says != nil && got["participants"] != nil || c.says == nil && len(diags) != 0 {
				t.Errorf("got %v and %s", got, said(diags))
			}
			if c.alive == false {
				expectNull(t, got, "call_id", "id", "alive", "end_reason", "include_participants")
			}
		})
	}
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: callID, Participants: []graphsim.Participant{}})
	if got := l.read(t, "include_participants", true); !reflect.DeepEqual(got["participants"], []any{}) {
		t.Errorf("got %v, want an empty list", got["participants"])
	}
}
