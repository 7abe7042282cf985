package provider

import (
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// What reading a call may be answered with, and what a user sees of it. Only a call that
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
		cli     bool // it stands for its outcome under the CLI as well
		happens func(*lab)
		gone    bool
		says    []string // of a warning if the call is gone, of an error otherwise
	}{
		{"expired", true, func(l *lab) { l.clock.Advance(45 * time.Minute) }, true,
			[]string{"Call Has Ended", "Graph no longer knows it", "404 Not Found, code 8522", "request-id"}},
		{"empty 404", false, fault(graphsim.Empty(http.StatusNotFound)), true, []string{"Call Has Ended", "404 Not Found, with an empty body"}},
		{"odd 404", false, fault(graphsim.Garbage(http.StatusNotFound)), true, []string{"Call Has Ended"}},
		{"terminated", false, state("terminated"), true,
			[]string{"Call Has Ended", `Graph shows it as "terminated"`, "no keepAlive came for 45 minutes", "code 408, subcode 8537"}},
		{"Terminated", false, state("Terminated"), true, []string{"Call Has Ended"}},
		{"terminating", false, state("terminating"), true, []string{"Call Has Ended"}},
		{"another state", true, state("somethingNew"), false, nil},

		{"HTML 404", false, fault(graphsim.HTMLNotFound()), false, []string{"Unexpected Response", "404 Not Found"}},
		{"400", false, fault(graphsim.Status(400)), false, []string{"Graph Refused the Request", "400 Bad Request"}},
		{"401", false, fault(graphsim.Status(401)), false, []string{"Graph Refused the Token", "InvalidAuthenticationToken"}},
		{"403", true, fault(graphsim.Status(403)), false, []string{"Graph Denied Access to the Call", "403 Forbidden"}},
		{"410", false, fault(graphsim.Status(410)), false, []string{"Graph Refused the Request", "410 Gone"}},
		{"429", false, fault(graphsim.Throttled("20")), false, []string{"Graph Is Throttling Requests", "429 Too Many Requests", "6 requests"}},
		{"500", false, fault(graphsim.Status(500)), false, []string{"Graph Is Unavailable", "500 Internal Server Error"}},
		{"503 empty", false, fault(graphsim.Empty(503)), false, []string{"Graph Is Unavailable", "503 Service Unavailable, with an empty body"}},
		{"200 HTML", false, fault(graphsim.Fault{Status: 200, ContentType: "text/html", Body: []byte("<html>Sign in</html>")}), false,
			[]string{"Unexpected Response", "<html>Sign in</html>"}},
		{"200 garbage", false, fault(graphsim.Garbage(200)), false, []string{"Unexpected Response", "not a JSON object"}},
		{"redirect", false, fault(graphsim.Redirect("https://127.0.0.1:1/elsewhere")), false, []string{"Unexpected Response", "307 Temporary Redirect"}},
		{"cut", false, fault(graphsim.CutOff(graphsim.CutRequest)), false, []string{"Graph Cannot Be Reached", "operation's timeout"}},
		{"cut in the body", false, fault(graphsim.CutOff(graphsim.CutBody)), false, []string{"Graph Cannot Be Reached"}},
		{"stall", true, fault(graphsim.Stalled()), false, []string{"Graph Cannot Be Reached", "operation's timeout"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			b := &bench{rpc: l.rpc(t), lab: l}
			before := b.created(set("timeouts", attributes{"read": "2m"}))
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
			if c.says == nil {
				expectNothing(t, diags)
				return
			}
			expectOne(t, diags, severity, c.says...)
		})
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

			var out string
			var code int
			l.outlast(t, []time.Duration{2 * time.Minute}, l.stalled, func() { out, code = w.run("plan") })
			l.expectSent(t, 0)
			l.ResetRequests()
			failed := !c.gone && c.says != nil
			if failed != (code == 1) {
				t.Errorf("plan exited %d:\n%s", code, out)
			}
			switch {
			case c.gone:
				expectText(t, out, append([]string{"Warning: " + c.says[0]}, c.says[1:]...)...)
			case failed:
				expectText(t, out, append([]string{"Error: " + c.says[0]}, c.says[1:]...)...)
			default:
				expectText(t, out, "No changes")
			}

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

// A keepAlive that fails is an error, and what was in state stays there.
func TestCallKeepalive_failedKeepAliveLeavesStateAlone(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		cli   bool // it stands for its outcome under the CLI as well
		fault graphsim.Fault
		says  []string
	}{
		{"ended meanwhile", true, graphsim.Status(404), []string{"Call Has Ended", callID, "404 Not Found, code 8522", "request-id", "cannot be revived"}},
		{"HTML 404", false, graphsim.HTMLNotFound(), []string{"Unexpected Response"}},
		{"400", false, graphsim.Status(400), []string{"Graph Refused the Request"}},
		{"401", false, graphsim.Status(401), []string{"Graph Refused the Token"}},
		{"403", true, graphsim.Status(403), []string{"Graph Denied Access to the Call"}},
		{"429", false, graphsim.Throttled("2.5"), []string{"Graph Is Throttling Requests"}},
		{"Retry-After beyond the timeout", true, graphsim.Throttled("600"), []string{"Graph Is Throttling Requests", "asks to wait 10m0s", "Retry-After"}},
		{"502", false, graphsim.Status(502), []string{"Graph Is Unavailable"}},
		{"cut", false, graphsim.CutOff(graphsim.CutRequest), []string{"Graph Cannot Be Reached"}},
	}
	for _, c := range cases {
		always := c.fault.To(http.MethodPost, "").For(-1)
		inCreate := append([]string{strings.Replace(c.says[0], summaryEnded, summaryNotFound, 1)}, c.says[1:]...)
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			b := &bench{rpc: l.rpc(t), lab: l}
			config := set()
			planned := b.plan(b.none(), config)
			l.Inject(always)
			state, diags := b.applied(t.Context(), b.none(), config, planned)
			expectOne(t, diags, isError, inCreate...)
			if state != same {
				t.Errorf("create left the state %q", state)
			}

			l.ClearFaults()
			before := b.created(config)
			l.clock.Advance(11 * time.Minute)
			planned = b.plan(before, config)
			l.Inject(always)
			state, diags = b.applied(t.Context(), before, config, planned)
			expectOne(t, diags, isError, c.says...)
			if state != same {
				t.Errorf("update left the state %q", state)
			}
		})
		if !c.cli {
			continue
		}
		t.Run(c.name+", under the CLI", func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(always)
			w := newWorkspace(t, l, l.minimal(""))

			out, code := w.run("apply", "-auto-approve") // create
			expectText(t, out, append([]string{"Error: " + inCreate[0]}, inCreate[1:]...)...)
			if code != 1 || w.state() != nil {
				t.Errorf("create exited %d and left %v in state", code, w.state())
			}

			l.ClearFaults()
			w.mustRun("apply", "-auto-approve")
			before := w.state()
			l.Inject(always)
			l.clock.Advance(11 * time.Minute)
			out, code = w.run("apply", "-auto-approve") // update
			expectText(t, out, append([]string{"Error: " + c.says[0]}, c.says[1:]...)...)
			if after := w.state(); code != 1 || !reflect.DeepEqual(before, after) {
				t.Errorf("update exited %d; the state changed\nfrom %v\nto   %v", code, before, after)
			}
		})
	}
}

// A keepAlive that Graph took although the answer got lost is sent once more, which does
// no harm, and counts.
func TestCallKeepalive_passingFailuresAreSatOut(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"503":             graphsim.Status(503).For(3),
		"429 with a date": graphsim.Throttled(start.Add(90 * time.Second).Format(http.TimeFormat)),
		"lost answer":     graphsim.CutOff(graphsim.CutHeaders).After(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(fault.To(http.MethodPost, ""))
			w := newWorkspace(t, l, l.minimal(""))
			w.mustRun("apply", "-auto-approve")
			if n := l.FaultsLeft(); n != 0 {
				t.Errorf("%d faults did not happen", n)
			}
		})
	}
}

// The time that retries have in all, and that one request has, is the operation's.
func TestCallKeepalive_timeoutBoundsRetries(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.Inject(graphsim.Status(http.StatusServiceUnavailable).To(http.MethodPost, "").For(-1))
	out, code := newWorkspace(t, l, l.minimal("timeouts { create = \"20s\" }")).run("apply", "-auto-approve")
	if waited := l.clock.Now().Sub(start); code != 1 || waited > 20*time.Second {
		t.Errorf("apply exited %d after %s, want 1 within 20s", code, waited)
	}
	expectText(t, out, "timeout")
}

func TestCallKeepalive_hangUpOnDestroy(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, arguments string
		before          func(*lab)
		deletes         int
		says            string // of a destroy that fails
	}{
		{"off", "", nil, 0, ""},
		{"204", "hang_up_on_destroy = true", nil, 1, ""},
		{"202", "hang_up_on_destroy = true", func(l *lab) { l.Inject(graphsim.EmptyText(202).To("DELETE", "")) }, 1, ""},
		{"404", "hang_up_on_destroy = true", func(l *lab) { l.Inject(graphsim.Status(404).To("DELETE", "")) }, 1, ""},
		{"403", "hang_up_on_destroy = true", func(l *lab) { l.Inject(graphsim.Status(403).To("DELETE", "")) }, 1, "Graph Denied Access to the Call"},
		{"HTML 404", "hang_up_on_destroy = true", func(l *lab) { l.Inject(graphsim.HTMLNotFound().To("DELETE", "")) }, 1, "Unexpected Response"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, l.minimal(c.arguments))
			w.mustRun("apply", "-auto-approve")
			before := w.state()
			if c.before != nil {
				c.before(l)
			}
			l.ResetRequests()
			out, code := w.run("destroy", "-auto-approve", "-refresh=false")
			l.expectSent(t, 0)
			if n := l.sent(http.MethodDelete); n != c.deletes {
				t.Errorf("%d DELETEs, want %d", n, c.deletes)
			}
			if c.says == "" {
				if code != 0 || w.state() != nil {
					t.Errorf("destroy exited %d and left %v:\n%s", code, w.state(), out)
				}
				return
			}
			expectText(t, out, "Error: "+c.says, "Hanging up call "+callID)
			if code != 1 || !maps.EqualFunc(before, w.state(), reflect.DeepEqual) {
				t.Errorf("destroy exited %d and left %v, want %v", code, w.state(), before)
			}
		})
	}
}

func TestCallKeepalive_waitForCall(t *testing.T) {
	t.Parallel()
	const late = "late"
	apply := func(t *testing.T, knownAfter time.Duration, arguments string) (l *lab, out string, code int) {
		l = newLab(t)
		l.PlaceCall(graphsim.Call{ID: late, KnownFrom: start.Add(knownAfter)})
		w := newWorkspace(t, l, l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n call_id = %q\n %s\n}\n", late, arguments))
		out, code = w.run("apply", "-auto-approve")
		return l, out, code
	}
	t.Run("goes on until Graph knows the call", func(t *testing.T) {
		t.Parallel()
		l, out, code := apply(t, 30*time.Second, `wait_for_call = "1m"`)
		if code != 0 {
			t.Fatalf("apply exited %d:\n%s", code, out)
		}
		if call, _ := l.Call(late); call.KeepAlives != 1 {
			t.Errorf("%d keepAlives succeeded, want 1", call.KeepAlives)
		}
		if n := l.sent(http.MethodPost); n < 3 || n > 10 {
			t.Errorf("%d requests in 30 seconds", n)
		}
	})
	t.Run("goes on for longer than the create timeout", func(t *testing.T) {
		t.Parallel()
		if _, out, code := apply(t, 9*time.Minute, `wait_for_call = "10m"`); code != 0 {
			t.Errorf("apply exited %d:\n%s", code, out)
		}
	})
	t.Run("gives up at its end with the last answer", func(t *testing.T) {
		t.Parallel()
		l, out, code := apply(t, time.Hour, `wait_for_call = "1m"`)
		expectText(t, out, "Error: Call Not Found", "404 Not Found, code 8522", "request-id")
		if waited := l.clock.Now().Sub(start); code != 1 || waited != time.Minute {
			t.Errorf("apply exited %d after %s, want 1 after 1m", code, waited)
		}
	})
	t.Run("is off by default", func(t *testing.T) {
		t.Parallel()
		l, _, code := apply(t, 30*time.Second, "")
		if code != 1 {
			t.Errorf("apply exited %d, want 1", code)
		}
		l.expectSent(t, 1)
	})
	t.Run("does not sit out other failures", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.Inject(graphsim.Status(403).To(http.MethodPost, "").For(-1))
		w := newWorkspace(t, l, l.minimal(`wait_for_call = "1m"`))
		if out, code := w.run("apply", "-auto-approve"); code != 1 {
			t.Errorf("apply exited %d:\n%s", code, out)
		}
		l.expectSent(t, 1)
	})
}
