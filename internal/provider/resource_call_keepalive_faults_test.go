package provider

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// How Graph may respond to reading a call, and what a user sees of it beyond what the fault matrix says. Only a call that
// has ended leaves state.
func TestCallKeepalive_readDropsOnlyEndedCalls(t *testing.T) {
	t.Parallel()
	fault := func(f graphsim.Fault) func(*lab) {
		return func(l *lab) { l.Inject(f.To(http.MethodGet, callID).For(-1)) }
	}
	state := func(state string) func(*lab) {
		return func(l *lab) {
			l.PlaceCall(graphsim.Call{ID: callID, Extra: map[string]any{"state": state, "resultInfo": map[string]any{
				"code": "408", "subcode": 8537, "message": "Keep Alive timeout.",
			}}})
		}
	}
	cases := []struct {
		name    string
		cli     bool // it stands for its outcome, under the CLI
		happens func(*lab)
		gone    bool
		says    []string // of a warning if the call is gone, of an error otherwise
	}{
		{"expired", true, func(l *lab) { l.clock.Advance(45 * time.Minute) }, true,
			[]string{"Call Has Ended", "Graph no longer knows it", "404 Not Found, code 8522", "request-id"}},
		{"empty 404", false, fault(graphsim.Empty(http.StatusNotFound)), true, []string{"Call Has Ended", "404 Not Found, with an empty body"}},
		{"terminated", false, state("terminated"), true,
			[]string{"Call Has Ended", `Graph shows it as "terminated"`, "no keepAlive was received for 45 minutes", "code 408, subcode 8537"}},
		{"Terminated", false, state("Terminated"), true, []string{"Call Has Ended"}},
		{"terminating", false, state("terminating"), true, []string{"Call Has Ended"}},
		{"another state", true, state("somethingNew"), false, nil},

		{"403", true, fault(graphsim.Status(403)), false, []string{"Graph Denied Access to the Call", "403 Forbidden"}},
		{"429", false, fault(graphsim.Throttled("20")), false, []string{"Graph Is Throttling Requests", "429 Too Many Requests", "6 requests"}},
		{"503 empty", false, fault(graphsim.Empty(503)), false, []string{"Graph Is Unavailable", "503 Service Unavailable, with an empty body"}},
		{"200 HTML", false, fault(graphsim.Fault{Status: 200, ContentType: "text/html", Body: []byte("<html>Sign in</html>")}), false,
			[]string{"Unexpected Response", "<html>Sign in</html>"}},
		{"stall", true, fault(graphsim.Stalled()), false, []string{"Graph Cannot Be Reached", "operation's timeout"}},
	}
	for _, c := range cases {
		if c.cli {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			b := &bench{rpc: l.rpc(t), lab: l}
			before := l.protocol(t).mustCreate(set("timeouts", attributes{"read": "2m"}))
			l.ResetRequests()
			c.happens(l)
			var after string
			var diags []*tfprotov6.Diagnostic
			l.outlast(t, []time.Duration{2 * time.Minute}, l.stalled, func() { after, diags = b.refreshed(t.Context(), before) })
			l.expectSent(t, 0)
			want, severity := same, isError
			if c.gone {
				want, severity = gone, isWarning
			}
			if after != want {
				t.Errorf("the state is %q, want %q", after, want)
			}
			expectOneOrNothing(t, diags, severity, c.says...)
		})
	}
	for _, c := range cases {
		if !c.cli {
			continue
		}
		t.Run(c.name+", under the CLI", func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, l.minimal(`timeouts { read = "2m" }`))
			w.mustRun("apply", "-auto-approve")
			before := w.state()
			l.ResetRequests()
			c.happens(l)

			code, says := 0, append([]string{}, c.says...)
			switch {
			case c.gone:
				says[0] = "Warning: " + says[0]
			case c.says != nil:
				code, says[0] = 1, "Error: "+says[0]
			default:
				says = []string{"No changes"}
			}
			l.outlast(t, []time.Duration{2 * time.Minute}, l.stalled, func() { w.expectExit(code, []string{"plan"}, says...) })
			l.expectSent(t, 0)
			l.ResetRequests()
			l.outlast(t, []time.Duration{2 * time.Minute}, l.stalled, func() { w.run("apply", "-refresh-only", "-auto-approve") })
			switch after := w.state(); {
			case c.gone && after != nil:
				t.Errorf("the call is still in state: %v", after)
			case !c.gone && !reflect.DeepEqual(before, after):
				t.Errorf("the state changed\nfrom %v\nto   %v", before, after)
			}
		})
	}
}

// A keepAlive that fails is an error, and what was in state stays there. The fault matrix has the other failures.
func TestCallKeepalive_failedKeepAliveLeavesStateAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault graphsim.Fault
		says  []string
	}{
		"ended meanwhile":                {graphsim.Status(404), []string{"Call Has Ended", callID, "404 Not Found, code 8522", "request-id", "cannot be revived"}},
		"403":                            {graphsim.Status(403), []string{"Graph Denied Access to the Call"}},
		"Retry-After beyond the timeout": {graphsim.Throttled("600"), []string{"Graph Is Throttling Requests", "asks to wait 10m0s", "Retry-After"}},
	} {
		always := c.fault.To(http.MethodPost, "").For(-1)
		inCreate := append([]string{strings.Replace(c.says[0], summaryEnded, summaryNotFound, 1)}, c.says[1:]...)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(always)
			w := newWorkspace(t, l, l.minimal(""))

			w.expectExit(1, applyNow, append([]string{"Error: " + inCreate[0]}, inCreate[1:]...)...)
			if w.state() != nil {
				t.Errorf("create left %v in state", w.state())
			}

			l.ClearFaults()
			w.mustRun("apply", "-auto-approve")
			before := w.state()
			l.Inject(always)
			l.clock.Advance(11 * time.Minute)
			w.expectExit(1, applyNow, append([]string{"Error: " + c.says[0]}, c.says[1:]...)...)
			if after := w.state(); !reflect.DeepEqual(before, after) {
				t.Errorf("update changed the state\nfrom %v\nto   %v", before, after)
			}
		})
	}
}

// The time that retries have in all, and that one request has, is the operation's.
func TestCallKeepalive_timeoutBoundsRetries(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.Inject(graphsim.Status(http.StatusServiceUnavailable).To(http.MethodPost, "").For(-1))
	_, diags := l.protocol(t).create(set("timeouts", attributes{"create": "20s"}))
	expectOne(t, diags, isError, "timeout")
	if waited := l.clock.Now().Sub(start); waited > 20*time.Second {
		t.Errorf("it failed after %s, want it within 20s", waited)
	}
}

func TestCallKeepalive_hangUpOnDestroy(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	hangsUp, statuses := "", map[string]int{"ok": 0, "accepted": http.StatusAccepted, "gone": http.StatusNotFound, "denied": http.StatusForbidden, "kept": 0}
	for id, status := range statuses {
		l.PlaceCall(graphsim.Call{ID: id})
		hangsUp += fmt.Sprintf("%s = %t\n", id, id != "kept")
		if status != 0 {
			l.Inject(graphsim.Status(status).To(http.MethodDelete, "/"+id))
		}
	}
	l.PlaceCall(graphsim.Call{ID: "page"})
	l.Inject(graphsim.HTMLNotFound().To(http.MethodDelete, "/page"))
	w := newWorkspace(t, l, l.config(`
resource "msgraph_call_keepalive" "lab" {
  for_each           = { page = true
  %s}
  call_id            = each.key
  hang_up_on_destroy = each.value
}
`, hangsUp))
	w.mustRun("apply", "-auto-approve")
	before := map[string]attributes{}
	for _, i := range w.instances(address) {
		before[i.Attributes["id"].(string)] = i.Attributes
	}
	l.ResetRequests()
	w.expectExit(1, []string{"destroy", "-auto-approve", "-refresh=false"}, "Error: Graph Denied Access to the Call", "Hanging up call denied",
		"Error: Unexpected Response", "Hanging up call page")
	l.expectSent(t, 0)
	l.expectSentTo(t, http.MethodDelete, 5)
	left := w.instances(address)
	if len(left) != 2 {
		t.Errorf("the destroy left %v", left)
	}
	for _, i := range left {
		if id := i.Attributes["id"].(string); id != "denied" && id != "page" || !reflect.DeepEqual(i.Attributes, before[id]) {
			t.Errorf("the destroy left %v, want %v", i.Attributes, before[id])
		}
	}
	if call, _ := l.Call("kept"); !call.EndedAt.IsZero() {
		t.Error("a call was hung up without being asked for")
	}
}

func TestCallKeepalive_waitForCall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		knownAfter  time.Duration
		wait        any
		says        []string // of an error
		waited      time.Duration
		least, most int // requests
	}{
		"goes on until Graph knows the call":         {30 * time.Second, "1m", nil, 0, 3, 10},
		"goes on for longer than the create timeout": {9 * time.Minute, "10m", nil, 0, 1, 1000},
		"gives up at its end with the last response": {time.Hour, "1m", []string{"Call Not Found", "404 Not Found, code 8522", "request-id"}, time.Minute, 1, 1000},
		"is off by default":                          {30 * time.Second, nil, []string{"Call Not Found"}, 0, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.PlaceCall(graphsim.Call{ID: "late", KnownFrom: start.Add(c.knownAfter)})
			_, diags := l.protocol(t).create(attributes{"call_id": "late", "wait_for_call": c.wait})
			expectOneOrNothing(t, diags, isError, c.says...)
			if call, _ := l.Call("late"); (call.KeepAlives == 1) != (c.says == nil) {
				t.Errorf("%d keepAlives succeeded", call.KeepAlives)
			}
			if n := l.sent(http.MethodPost); n < c.least || n > c.most {
				t.Errorf("%d requests, want %d to %d", n, c.least, c.most)
			}
			if waited := l.clock.Now().Sub(start); c.waited > 0 && waited != c.waited {
				t.Errorf("it gave up after %s, want %s", waited, c.waited)
			}
		})
	}
	t.Run("does not wait for the end of other failures", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.Inject(graphsim.Status(403).To(http.MethodPost, "").For(-1))
		_, diags := l.protocol(t).create(set("wait_for_call", "1m"))
		expectOne(t, diags, isError, "Graph Denied Access to the Call")
		l.expectSent(t, 1)
	})
}
