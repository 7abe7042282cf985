package provider

import (
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

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
		happens func(*lab)
		gone    bool
		says    []string
	}{
		{"expired", func(l *lab) { l.clock.Advance(45 * time.Minute) }, true,
			[]string{"Warning: Call Has Ended", "Graph no longer knows it", "404 Not Found, code 8522", "request-id"}},
		{"empty 404", fault(graphsim.Empty(http.StatusNotFound)), true, []string{"Warning: Call Has Ended", "404 Not Found, with an empty body"}},
		{"odd 404", fault(graphsim.Garbage(http.StatusNotFound)), true, []string{"Warning: Call Has Ended"}},
		{"terminated", state("terminated"), true,
			[]string{"Warning: Call Has Ended", `Graph shows it as "terminated"`, "no keepAlive came for 45 minutes", "code 408, subcode 8537"}},
		{"Terminated", state("Terminated"), true, []string{"Warning: Call Has Ended"}},
		{"terminating", state("terminating"), true, []string{"Warning: Call Has Ended"}},
		{"another state", state("somethingNew"), false, []string{"No changes"}},

		{"HTML 404", fault(graphsim.HTMLNotFound()), false, []string{"Error: Unexpected Response", "404 Not Found"}},
		{"400", fault(graphsim.Status(400)), false, []string{"Error: Graph Refused the Request", "400 Bad Request"}},
		{"401", fault(graphsim.Status(401)), false, []string{"Error: Graph Refused the Token", "InvalidAuthenticationToken"}},
		{"403", fault(graphsim.Status(403)), false, []string{"Error: Graph Denied Access to the Call", "403 Forbidden"}},
		{"410", fault(graphsim.Status(410)), false, []string{"Error: Graph Refused the Request", "410 Gone"}},
		{"429", fault(graphsim.Throttled("20")), false, []string{"Error: Graph Is Throttling Requests", "429 Too Many Requests", "6 requests"}},
		{"500", fault(graphsim.Status(500)), false, []string{"Error: Graph Is Unavailable", "500 Internal Server Error"}},
		{"503 empty", fault(graphsim.Empty(503)), false, []string{"Error: Graph Is Unavailable", "503 Service Unavailable, with an empty body"}},
		{"200 HTML", fault(graphsim.Fault{Status: 200, ContentType: "text/html", Body: []byte("<html>Sign in</html>")}), false,
			[]string{"Error: Unexpected Response", "<html>Sign in</html>"}},
		{"200 garbage", fault(graphsim.Garbage(200)), false, []string{"Error: Unexpected Response", "no JSON object"}},
		{"redirect", fault(graphsim.Redirect("https://127.0.0.1:1/elsewhere")), false, []string{"Error: Unexpected Response", "307 Temporary Redirect"}},
		{"cut", fault(graphsim.CutOff(graphsim.CutRequest)), false, []string{"Error: Graph Cannot Be Reached", "timeout is used up"}},
		{"cut in the body", fault(graphsim.CutOff(graphsim.CutBody)), false, []string{"Error: Graph Cannot Be Reached"}},
		{"stall", fault(graphsim.Stalled()), false, []string{"Error: Graph Cannot Be Reached", "timeout is used up"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
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
			expectText(t, out, c.says...)
			l.ResetRequests()
			failed := strings.HasPrefix(c.says[0], "Error")
			if failed != (code == 1) {
				t.Errorf("plan exited %d:\n%s", code, out)
			}
			if failed && strings.Contains(out, "Warning: Call Has Ended") {
				t.Errorf("an error is also taken for the end of the call:\n%s", out)
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
		fault graphsim.Fault
		says  []string
	}{
		{"ended meanwhile", graphsim.Status(404), []string{"Error: Call Has Ended", callID, "404 Not Found, code 8522", "request-id", "cannot be revived"}},
		{"HTML 404", graphsim.HTMLNotFound(), []string{"Error: Unexpected Response"}},
		{"400", graphsim.Status(400), []string{"Error: Graph Refused the Request"}},
		{"401", graphsim.Status(401), []string{"Error: Graph Refused the Token"}},
		{"403", graphsim.Status(403), []string{"Error: Graph Denied Access to the Call"}},
		{"429", graphsim.Throttled("2.5"), []string{"Error: Graph Is Throttling Requests"}},
		{"Retry-After beyond the timeout", graphsim.Throttled("600"), []string{"asks to wait 10m0s", "Retry-After"}},
		{"502", graphsim.Status(502), []string{"Error: Graph Is Unavailable"}},
		{"cut", graphsim.CutOff(graphsim.CutRequest), []string{"Error: Graph Cannot Be Reached"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(c.fault.To(http.MethodPost, "").For(-1))
			w := newWorkspace(t, l, l.minimal(""))

			out, code := w.run("apply", "-auto-approve") // create
			expectText(t, out, append([]string{strings.Replace(c.says[0], summaryEnded, summaryNotFound, 1)}, c.says[1:]...)...)
			if code != 1 || w.state() != nil {
				t.Errorf("create exited %d and left %v in state", code, w.state())
			}

			l.ClearFaults()
			w.mustRun("apply", "-auto-approve")
			before := w.state()
			l.Inject(c.fault.To(http.MethodPost, "").For(-1))
			l.clock.Advance(11 * time.Minute)
			out, code = w.run("apply", "-auto-approve") // update
			expectText(t, out, c.says...)
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
		{"202", "hang_up_on_destroy = true", func(l *lab) { l.SetHangUpStatus(202) }, 1, ""},
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
