package provider

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// An import takes over a call that something else has placed: what the configuration says of it is recorded, the keepAlive
// that is due is sent, and nothing is placed. Until an apply has said so, a destroy does not hang up.
func TestCallResource_import(t *testing.T) {
	t.Parallel()
	forms := map[string]string{
		"user":       callsUser(calleeID),
		"meeting":    `join_url = "` + longLink(graphsim.TenantID) + `"`,
		"meeting-id": "join_meeting = {\n join_meeting_id = \"2414128301281\"\n passcode = \"p4ssc0de\"\n}",
		"all":        "tenant_id = \"" + graphsim.TenantID + "\"\nsource_application_instance_id = \"" + instanceID + "\"\nsubject = \"Lab\"\nrequested_modalities = [\"audio\", \"video\"]\ntriggers_replace = [1]\ntriggers = { a = \"b\" }\ntarget {\n phone_number = \"+12065550100\"\n}",
	}
	l := newLab(t)
	var before, after string
	for name, arguments := range forms {
		before += strings.Replace(placing(arguments), `"lab"`, strconv.Quote(name), 1)
		after += strings.Replace(placing(callsUser(otherCalleeID)), `"lab"`, strconv.Quote(name), 1)
		l.PlaceCall(graphsim.Call{ID: name})
	}
	w := newWorkspace(t, l, l.providerBlock()+before)
	for name := range forms {
		w.mustRun("import", callType+"."+name, name)
		if state := w.instances(callType + "." + name)[0].Attributes; state["hang_up_on_destroy"] != false || state["placed_at"] != nil {
			t.Errorf("state %v", state)
		}
	}
	w.expectExit(2, planNow, "0 to add, 4 to change, 0 to destroy")
	w.mustRun("apply", "-auto-approve")
	for name := range forms {
		if call, _ := l.Call(name); call.KeepAlives != 1 || len(l.Placed()) != 0 {
			t.Errorf("%s: %d keepAlives, want one, and %d calls were placed", name, call.KeepAlives, len(l.Placed()))
		}
	}
	w.expectNoChanges()

	// From here on they are calls like any other.
	w.write(l.providerBlock() + after)
	w.expectExit(2, planNow, "4 to add, 0 to change, 4 to destroy")
	w.mustRun("destroy", "-auto-approve")
	for name := range forms {
		if call, _ := l.Call(name); call.EndedAt.IsZero() {
			t.Errorf("the destroy has not hung up the call of %s", name)
		}
	}
}

// A destroy right after an import leaves the call alive: Terraform has not placed it.
func TestCallResource_destroyAfterAnImport(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("import", fixture, "/communications/calls/"+callID)
	w.expectExit(0, []string{"destroy", "-auto-approve"}, "Warning: "+summaryNotHungUp)
	if n := l.sent(http.MethodDelete); n != 0 {
		t.Errorf("%d DELETEs were sent", n)
	}
}

// An import of a call that has ended says why it cannot be.
func TestCallResource_importOfAnEndedCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall())
	l.EndCall(callID, 200, 5001, "")
	w.expectExit(1, []string{"import", fixture, callID}, "Error: Call Not Found", "cannot be imported")
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	w.expectExit(1, []string{"import", fixture, callID}, "Error: Call Has Ended", "the conversation has ended")
	w.expectExit(1, []string{"import", fixture, "not an ID"}, "Error: Invalid Import ID")
}

func TestCallResource_importByIdentity(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.12.0", "1.12.0")
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall()+"import {\n  to = "+fixture+"\n  identity = {\n    call_id = \""+callID+"\"\n  }\n}\n")
	w.expectExit(0, applyNow, "1 imported, 0 added, 1 changed, 0 destroyed")
	w.expectNoChanges()
}

// An imported call that ends is placed by Terraform from then on.
func TestCallResource_importedCallEnds(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("import", fixture, callID)
	w.mustRun("apply", "-auto-approve")
	l.EndCall(callID, 200, 5001, "")
	w.expectExit(0, applyNow, "Warning: Call Will Be Placed Again: "+callID, "1 added")
	l.expectPlaced(t, 1, 1)
	w.expectNoChanges()
}
