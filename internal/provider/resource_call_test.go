package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
)

// The life of a fixture: placed, kept alive, seen to have ended, placed again by one apply, hung up.
func TestCallResource_life(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminated: graphsim.InactivityLimit})
	l.becomes(graphsim.Outcome{Ringing: time.Second, Established: 20 * time.Second})
	w := newWorkspace(t, l, l.placesCall()+`
output "alive" { value = msgraph_call.lab.alive }
resource "terraform_data" "dependent" {
  count = msgraph_call.lab.alive ? 1 : 0
  input = msgraph_call.lab.id
}
`)
	w.expectExit(2, planNow, "2 to add", "(known after apply)")
	l.expectPlaced(t, 0, 0)
	w.mustRun("apply", "-auto-approve")
	l.expectPlaced(t, 1, 1)
	first := l.lastPlaced(t)
	state := w.state()
	for name, want := range map[string]any{
		"id": first.ID, "alive": true, "end_reason": nil, "placed_at": "2026-03-14T15:00:00Z", "last_keepalive_at": "2026-03-14T15:00:00Z",
		"renew_at": "2026-03-14T15:10:00Z", "expires_at": "2026-03-14T15:45:00Z", "tenant_id": graphsim.TenantID,
	} {
		if state[name] != want {
			t.Errorf("%s is %v, want %v", name, state[name], want)
		}
	}
	w.expectNoChanges()

	l.clock.Advance(10 * time.Minute)
	w.expectExit(2, planNow, "1 to change")
	w.mustRun("apply", "-auto-approve")
	if call, _ := l.Call(first.ID); call.KeepAlives != 1 {
		t.Errorf("the call was kept alive %d times, want once", call.KeepAlives)
	}
	w.expectNoChanges()

	l.EndCall(first.ID, 200, 5002, "All other participants have left the call.")
	w.expectExit(2, planNow, "Warning: Call Will Be Placed Again: "+first.ID, "all other participants have left", `Graph shows it as "terminated"`)
	l.expectPlaced(t, 1, 0)
	w.mustRun("apply", "-auto-approve")
	l.expectPlaced(t, 2, 1)
	w.expectNoChanges()
	expectText(t, w.mustRun("output", "alive"), "true")

	w.mustRun("destroy", "-auto-approve")
	l.expectPlaced(t, 2, 0)
	if call, _ := l.Call(l.lastPlaced(t).ID); call.ResultInfo == nil || call.ResultInfo.Subcode != 7000 {
		t.Errorf("the call ended with %+v, want it hung up", call.ResultInfo)
	}
}

// A call that has ended is not hung up, and one that Graph does not know any more is gone.
func TestCallResource_destroySendsNothingForAnEndedCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall(`on_ended = "keep"`))
	w.mustRun("apply", "-auto-approve")
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	w.expectExit(0, applyNow, "Warning: Call Has Ended: "+l.lastPlaced(t).ID, `on_ended is "keep"`)
	l.ResetRequests()
	w.mustRun("destroy", "-auto-approve")
	if requests := l.graphRequests(); len(requests) != 0 {
		t.Errorf("Graph got %q, want nothing", requests)
	}
}

// With on_ended = "keep" an ended call stays, is not read again, needs nothing, and is placed again only when asked for.
func TestCallResource_onEndedKeep(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall(`on_ended = "keep"`))
	w.mustRun("apply", "-auto-approve")
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	w.mustRun("apply", "-auto-approve")
	if state := w.state(); state["alive"] != false || !strings.Contains(state["end_reason"].(string), "Graph no longer knows it (response: 404 Not Found, code 8522") {
		t.Errorf("alive is %v, because %v", state["alive"], state["end_reason"])
	}
	if state := w.state(); state["renew_at"] != nil || state["expires_at"] != nil || state["last_keepalive_at"] != "2026-03-14T15:00:00Z" {
		t.Errorf("renew_at is %v, expires_at %v, and last_keepalive_at %v", state["renew_at"], state["expires_at"], state["last_keepalive_at"])
	}
	l.clock.Advance(time.Hour)
	l.ResetRequests()
	w.expectNoChanges()
	w.write(l.placesCall(`on_ended = "keep"`, `triggers = { a = "b" }`))
	w.expectExit(0, applyNow, "1 changed")
	w.expectNoChanges()
	if requests := l.graphRequests(); len(requests) != 0 {
		t.Errorf("Graph got %q, want nothing", requests)
	}
	w.write(l.placesCall())
	w.expectExit(2, planNow, "must be replaced", `"keep" -> "replace"`)
	w.mustRun("apply", "-auto-approve")
	l.expectPlaced(t, 2, 1)
	w.expectNoChanges()
}

// Whether an ended call is placed again cannot be left to the apply: Terraform would refuse a plan that changes there.
func TestCallResource_unknownOnEndedOfAnEndedCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.placed(t, placingConfig(attributes{"on_ended": "keep"}))
	unknown := placingConfig(attributes{"on_ended": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})
	p := l.protocol(t).of(callType)
	expectNothing(t, p.tryPlan(r, unknown).Diagnostics)
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	r, _ = p.read(r)
	expectOne(t, p.tryPlan(r, unknown).Diagnostics, isError, "Unknown on_ended", "Use a value that is known in the plan")
	unknown["subject"] = "which replaces it in any case"
	expectNothing(t, p.tryPlan(r, unknown).Diagnostics)
}

// What is sent when an argument changes: nothing, a keepAlive, or another call.
func TestCallResource_changes(t *testing.T) {
	t.Parallel()
	const unsent = `
  wait_until         = "created"
  on_ended           = "keep"
  hang_up_on_destroy = false
  headers            = { X-Lab = "1" }
  timeouts { create = "1m" }
`
	for name, c := range map[string]struct {
		before, after         string
		keepAlives, placed    int
		wantRenewAt, wantPlan string
	}{
		"what is not sent":           {"", unsent, 0, 1, "2026-03-14T15:10:00Z", "1 to change"},
		"what is not sent, left out": {unsent, "", 0, 1, "2026-03-14T15:10:00Z", "1 to change"},
		"keep_alive off":             {"", `keep_alive = false`, 0, 1, "", "1 to change"},
		"keep_alive on":              {`keep_alive = false`, "", 1, 1, "2026-03-14T15:11:00Z", "1 to change"},
		"renew_after":                {"", `renew_after = "20m"`, 1, 1, "2026-03-14T15:21:00Z", "1 to change"},
		"triggers":                   {"", `triggers = { a = "b" }`, 1, 1, "2026-03-14T15:11:00Z", "1 to change"},
		"triggers, kept by another":  {`keep_alive = false`, "keep_alive = false\ntriggers = { a = \"b\" }", 1, 1, "", "1 to change"},
		"triggers_replace":           {`triggers_replace = [1, "a"]`, `triggers_replace = [2, "a"]`, 0, 2, "2026-03-14T15:11:00Z", "1 to add, 0 to change, 1 to destroy"},
		"triggers_replace from null": {"", `triggers_replace = "a"`, 0, 2, "2026-03-14T15:11:00Z", "1 to add, 0 to change, 1 to destroy"},
		"subject":                    {"", `subject = "Lab"`, 0, 2, "2026-03-14T15:11:00Z", "1 to add, 0 to change, 1 to destroy"},
		"requested_modalities":       {"", `requested_modalities = ["audio", "video"]`, 0, 2, "2026-03-14T15:11:00Z", "1 to add, 0 to change, 1 to destroy"},
		"tenant_id, the same":        {"", `tenant_id = "` + graphsim.TenantID + `"`, 0, 1, "2026-03-14T15:10:00Z", "No changes"},
		"tenant_id, left out":        {`tenant_id = "` + graphsim.TenantID + `"`, "", 0, 1, "2026-03-14T15:10:00Z", "No changes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, l.placesCall(c.before))
			w.mustRun("apply", "-auto-approve")
			l.clock.Advance(time.Minute)
			w.write(l.placesCall(c.after))
			l.ResetRequests()
			expectText(t, w.mustRun("apply", "-auto-approve"), c.wantPlan)
			l.expectPlaced(t, c.placed, 1)
			if n := len(l.KeepAlives("")); n != c.keepAlives {
				t.Errorf("%d keepAlives were sent, want %d", n, c.keepAlives)
			}
			if got, _ := w.state()["renew_at"].(string); got != c.wantRenewAt {
				t.Errorf("renew_at is %q, want %q", got, c.wantRenewAt)
			}
			w.expectNoChanges()
		})
	}
}

// The same GUID in another case is the same callee, tenant or organizer, whom nobody is to call again. Other texts count as they are.
func TestCallResource_caseOfGUIDs(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	upper := strings.ToUpper
	meeting := func(thread, organizer string) attributes {
		return attributes{"target": []any{}, "meeting": attributes{"thread_id": thread, "message_id": "0", "organizer_id": organizer}}
	}
	for name, c := range map[string]struct {
		before, after attributes
		replaces      bool
	}{
		"tenant_id":       {attributes{"tenant_id": graphsim.TenantID}, attributes{"tenant_id": upper(graphsim.TenantID)}, false},
		"user_id":         {nil, attributes{"target": []any{attributes{"user_id": upper(calleeID)}}}, false},
		"another user_id": {nil, attributes{"target": []any{attributes{"user_id": otherCalleeID}}}, true},
		"organizer_id":    {meeting(meetingThread, organizerID), meeting(meetingThread, upper(organizerID)), false},
		"thread_id":       {meeting(meetingThread, organizerID), meeting(upper(meetingThread), organizerID), true},
		"subject":         {attributes{"subject": calleeID}, attributes{"subject": upper(calleeID)}, true},
	} {
		r := l.protocol(t).of(callType).mustCreate(placingConfig(c.before))
		if resp := l.protocol(t).of(callType).plan(r, placingConfig(c.after)); (len(resp.RequiresReplace) > 0) != c.replaces {
			t.Errorf("%s: it replaces because of %v", name, resp.RequiresReplace)
		}
	}
}

// The keepAlive of a planned change comes due before it is applied: Terraform plans again then, and by another clock.
func TestCallResource_changeThatIsDueOnlyInTheApply(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{"saved plan": 0, "clock ahead": 20 * time.Minute, "clock behind": -20 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t).skewed(skew)
			w := newWorkspace(t, l, l.placesCall())
			w.mustRun("apply", "-auto-approve")
			w.write(l.placesCall(`on_ended = "keep"`))
			w.mustRun("plan", "-out=p")
			l.clock.Advance(11 * time.Minute)
			w.mustRun("apply", "p")
			if n := len(l.KeepAlives("")); n != 1 {
				t.Errorf("%d keepAlives were sent, want 1", n)
			}
			if got := w.state(); got["renew_at"] != "2026-03-14T15:21:00Z" || got["on_ended"] != "keep" {
				t.Errorf("got %v", got)
			}
			w.expectNoChanges()
		})
	}
}

// A call that something else keeps alive is only watched.
func TestCallResource_keptAliveByAnother(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall("keep_alive = false"))
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(40 * time.Minute)
	w.expectNoChanges()
	l.clock.Advance(10 * time.Minute)
	w.expectExit(2, planNow, "Call Will Be Placed Again", "1 to add")
}

// A replacement places the call only once the callee is free.
func TestCallResource_replacementWaitsUntilTheCalleeIsFree(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminating: 10 * time.Second, Terminated: time.Hour})
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("apply", "-auto-approve")
	first := l.lastPlaced(t)
	l.clock.Advance(time.Minute)
	w.mustRun("apply", "-auto-approve", "-replace="+fixture)
	l.expectPlaced(t, 2, 1)
	call, _ := l.Call(first.ID)
	if gap := l.lastPlaced(t).At.Sub(call.EndedAt); gap < 10*time.Second || gap > 12*time.Second {
		t.Errorf("the call was placed %s after the one before was hung up, want it after the 10 s in which that was terminating", gap)
	}
	w.expectNoChanges()
}

// A call that does not go away does not keep the resource for good.
func TestCallResource_hangUpThatTakesLong(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminating: time.Hour})
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("apply", "-auto-approve")
	w.expectExit(0, []string{"destroy", "-auto-approve"}, "Warning: Call Still Ending", l.lastPlaced(t).ID)
	if n := l.sent(http.MethodDelete); n != 1 {
		t.Errorf("%d DELETEs, want one", n)
	}
}
