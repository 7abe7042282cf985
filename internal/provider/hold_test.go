package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// hold holds callID for an hour in a run that does something as soon as the first keepAlive is sent, and returns what the run
// says.
type hold func(t *testing.T, l *lab, meanwhile func()) []*tfprotov6.Diagnostic

// holds are the objects that hold a call.
func holds() map[string]hold {
	actionOf := func(r func(*lab, *testing.T) *rpc, config attributes) hold {
		return func(t *testing.T, l *lab, meanwhile func()) []*tfprotov6.Diagnostic {
			t.Helper()
			l.beforeSleep(1, meanwhile)
			_, diags := r(l, t).invoke(t.Context(), config)
			return diags
		}
	}
	ephemeralOf := func(of func(*lab, *testing.T) *rpc, config attributes) hold {
		return func(t *testing.T, l *lab, meanwhile func()) []*tfprotov6.Diagnostic {
			t.Helper()
			r := of(l, t)
			opened := r.mustOpen(config)
			meanwhile()
			for at := opened.RenewAt; !at.IsZero() && at.Before(start.Add(time.Hour)); {
				l.clock.Advance(at.Sub(l.clock.Now()))
				renewed := r.renew(opened.Private)
				expectNothing(t, renewed.Diagnostics)
				at = renewed.RenewAt
			}
			return r.close(opened.Private)
		}
	}
	calls := attributes{"a": callID}
	return map[string]hold{
		"action":            actionOf((*lab).rpc, attributes{"call_id": callID, "hold_for": "1h"}),
		"action of many":    actionOf((*lab).rpcOfMany, attributes{"calls": calls, "hold_for": "1h"}),
		"ephemeral":         ephemeralOf((*lab).rpc, attributes{"call_id": callID}),
		"ephemeral of many": ephemeralOf((*lab).rpcOfMany, attributes{"calls": calls}),
	}
}

// One 404 to a keepAlive of a call that is alive ends no hold, whether Graph then shows the call as alive or cannot be asked:
// the keepAlive is sent again a minute later.
func TestHold_outlivesAFalseNotFound(t *testing.T) {
	t.Parallel()
	for look, fault := range map[string]graphsim.Fault{
		"alive": {}, "GET: 429": graphsim.Throttled("3600"), "GET: a web page": graphsim.HTMLNotFound(), "GET: 400": graphsim.Status(http.StatusBadRequest),
	} {
		for name, hold := range holds() {
			t.Run(name+", "+look, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				expectNothing(t, hold(t, l, func() {
					l.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodPost, callID))
					if fault.Status != 0 {
						l.Inject(fault.To(http.MethodGet, callID))
					}
				}))
				sent := l.KeepAlives(callID)
				if len(sent) < 4 {
					t.Fatalf("%d keepAlives were sent", len(sent))
				}
				for i, want := range []time.Duration{0, 15 * time.Minute, 16 * time.Minute} {
					if got := sent[i].At.Sub(start); got < want || got > want+5*time.Second {
						t.Errorf("keepAlive %d was sent after %s, want %s", i+1, got, want)
					}
				}
				if call, _ := l.Call(callID); !call.EndedAt.IsZero() {
					t.Errorf("the call ended at %s", call.EndedAt)
				}
			})
		}
	}
}

// A call that has ended ends the hold with the next keepAlive and one GET, with the reason that this gives. So it does where the
// application may not read calls.
func TestHold_endsWithTheCall(t *testing.T) {
	t.Parallel()
	for look, c := range map[string]struct {
		shown time.Duration
		fault graphsim.Fault
		says  string
	}{
		"404":        {says: "Graph no longer knows it (response: 404 Not Found, code 8522"},
		"terminated": {shown: 15*time.Minute + time.Second, says: `Graph shows it as "terminated", because the conversation has ended (code 200, subcode 5001`},
		"403":        {fault: graphsim.Status(http.StatusForbidden).For(-1), says: "Graph no longer knows it (response: 404 Not Found, code 8522"},
	} {
		for name, hold := range holds() {
			t.Run(name+", GET: "+look, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				l.ShowEnded(graphsim.EndedVisibility{Terminated: c.shown})
				diags := hold(t, l, func() {
					l.EndCall(callID, 200, 5001, "ended")
					if c.fault.Status != 0 {
						l.Inject(c.fault.To(http.MethodGet, callID))
					}
				})
				expectOne(t, diags, isError, "Call Has Ended", c.says, "last kept alive at 2026-03-14T15:00:00Z")
				l.expectSent(t, 2)
				if n := l.sent(http.MethodGet); n != 1 {
					t.Errorf("Graph got %d GETs, want 1: %q", n, l.graphRequests())
				}
			})
		}
	}
}

// A call that Graph does not know, and that cannot be read, is given up 45 minutes after its last keepAlive.
func TestHold_isNotEndless(t *testing.T) {
	t.Parallel()
	for name, hold := range holds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			diags := hold(t, l, func() {
				l.EndCall(callID, 200, 5001, "ended")
				l.Inject(graphsim.Status(http.StatusBadRequest).To(http.MethodGet, callID).For(-1))
			})
			expectOne(t, diags, isError, "Call Has Ended", "no keepAlive has succeeded for 45m")
			if n := l.sent(http.MethodPost); n > 62 {
				t.Errorf("Graph got %d keepAlives", n)
			}
		})
	}
}

// What contradicts a 404 is in the line of progress, once, and in the warning about a call whose last keepAlive failed so.
func TestHold_saysThatAGETShowedTheCall(t *testing.T) {
	t.Parallel()
	notFound := graphsim.Status(http.StatusNotFound).To(http.MethodPost, "")
	t.Run("action", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.beforeSleep(1, func() { l.Inject(notFound.For(-1)) })
		messages, diags := l.rpc(t).invoke(t.Context(), attributes{"call_id": callID, "hold_for": "15m"})
		if len(messages) != 3 {
			t.Fatalf("messages: %q", messages)
		}
		expectText(t, messages[1], "keepAlive 2 of 2 failed at 15:15:00Z (404 Not Found, code 8522", "; a GET showed the call as alive); call alive until 15:45:00Z")
		expectText(t, messages[2], "The last one failed at 2026-03-14T15:15:00Z (404 Not Found", "; a GET showed the call as alive). Graph ends it at 2026-03-14T15:45:00Z")
		expectOne(t, diags, isWarning, "Call May End Soon", "A GET showed the call as alive.", "404 Not Found", "Graph still shows the call as alive. Graph ends it at")
	})
	t.Run("action of many", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.beforeSleep(1, func() { l.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodPost, "id-b").For(-1)) })
		messages, diags := l.rpcOfMany(t).invoke(t.Context(), l.hasCalls("abc", "hold_for", "30m"))
		told := slices.DeleteFunc(messages, func(line string) bool { return !strings.Contains(line, "b:") })
		if len(told) != 1 || !strings.HasPrefix(told[0], "failed: b: 404 Not Found, code 8522") || !strings.HasSuffix(told[0], "; a GET showed the call as alive") {
			t.Errorf("of b it says %q", told)
		}
		expectOne(t, diags, isWarning, "Call May End Soon", "b:", "A GET showed the call as alive.", "Failed attempts since then: 16", "Graph still shows the call as alive. Graph ends it at")
	})
}

// At the start of a hold, a call that a GET shows as alive is none that Graph does not know. A lab is held all the same.
func TestHold_falseNotFoundAtTheStart(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodPost, ""))
	messages, diags := l.rpc(t).invoke(t.Context(), attributes{"call_id": callID, "hold_for": "1h"})
	expectMessages(t, messages)
	expectOne(t, diags, isError, "Contradictory Responses", "The keepAlive of call "+callID+" failed.", "A GET showed the call as alive.", "404 Not Found", "request-id", "try again")

	l = newLab(t)
	l.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodPost, "id-b"))
	messages, diags = l.rpcOfMany(t).invoke(t.Context(), l.hasCalls("abc", "hold_for", "15m"))
	expectNothing(t, diags)
	expectText(t, strings.Join(messages, "\n"), "round 1 of about 2 at 15:00:00Z: 2 of 3 calls kept", "failed: b: 404", "round 2 of 2 at 15:15:00Z: 3 of 3 calls kept")
	l.expectKept(t, "aabbbcc")

	l = newLab(t)
	l.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodPost, "id-b"))
	opened := l.rpcOfMany(t).open(l.hasCalls("abc", "on_ended", onEndedReport))
	expectOne(t, opened.Diagnostics, isError, "Contradictory Responses", "b:", "The other 2 calls were kept alive.")
}

// A gateway that responds with 404s of its own ends no hold, neither for a second nor at the close. They are an outage.
func TestHold_outlivesAGatewaysNotFound(t *testing.T) {
	t.Parallel()
	for what, fault := range map[string]graphsim.Fault{"text": {Status: http.StatusNotFound, Body: []byte("default backend - 404")}, "empty": graphsim.Empty(http.StatusNotFound)} {
		for name, hold := range holds() {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				expectNothing(t, hold(t, l, func() {
					l.Inject(fault.To(http.MethodPost, callID))
					l.Inject(fault.To(http.MethodGet, callID))
				}))
				if sent := l.KeepAlives(callID); len(sent) < 4 || sent[2].At.Sub(start) > 16*time.Minute+5*time.Second {
					t.Errorf("%d keepAlives were sent", len(sent))
				}
				l = newLab(t)
				diags := hold(t, l, func() { l.Inject(fault.To("", callID).For(-1)) })
				expectOne(t, diags, isError, "Call Has Ended", "no keepAlive has succeeded for 45m", "404 Not Found")
			})
		}
	}
}

// An error of Graph tells its time, so that no wrong clock of this machine has a call given up; one of a gateway does not.
func TestHold_errorsOfGraphTellItsTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault graphsim.Fault
		right bool
	}{{graphsim.Status(http.StatusForbidden), true}, {graphsim.Empty(http.StatusForbidden), false}} {
		l := newLab(t).skewed(time.Hour)
		data := l.configuredData(t)
		l.Inject(c.fault.To(http.MethodPost, callID))
		if _, err := data.sendHeld(t.Context(), callID, nil); err == nil {
			t.Error("it does not fail")
		}
		if off := data.clock.Now().Sub(l.clock.Now()).Abs(); (off < 2*time.Second) != c.right {
			t.Errorf("the clock is off by %s, right: %t", off, c.right)
		}
	}
}
