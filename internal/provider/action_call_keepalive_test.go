package provider

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/graphsim"
)

func expectMessages(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the messages are\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestAction_sendsOneKeepAlive(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]attributes{
		"call_id":  set("headers", attributes{"X-Run": "7"}),
		"identity": set("call_id", nil, "identity", attributes{"call_id": callID, "user_id": "u"}, "headers", attributes{"X-Run": "7"}),
		"0s":       set("hold_for", "0s", "headers", attributes{"X-Run": "7"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			messages, diags := l.rpc(t).invoke(t.Context(), config)
			expectNothing(t, diags)
			expectMessages(t, messages, "keepAlive sent at 15:00:00Z; call alive until 15:45:00Z")
			if sent := l.KeepAlives(callID); len(sent) != 1 || sent[0].Header.Get("X-Run") != "7" {
				t.Errorf("Graph got %q", l.graphRequests())
			}
		})
	}
}

// A plan sends nothing.
func TestAction_plan(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpc(t)
	resp, err := r.actions.PlanAction(t.Context(), &tfprotov6.PlanActionRequest{
		ActionType: keepaliveType, Config: r.encode(r.input, set("hold_for", "2h")),
	})
	if err != nil {
		t.Fatal(err)
	}
	expectNothing(t, resp.Diagnostics)
	if n := len(l.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestAction_holds(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "1h45m"))
	expectNothing(t, diags)
	expectMessages(t, messages,
		"keepAlive 1 of about 8 sent at 15:00:00Z; call alive until 15:45:00Z; next at 15:15:00Z; 1h45m left",
		"keepAlive 2 of about 8 sent at 15:15:00Z; call alive until 16:00:00Z; next at 15:30:00Z; 1h30m left",
		"keepAlive 3 of about 8 sent at 15:30:00Z; call alive until 16:15:00Z; next at 15:45:00Z; 1h15m left",
		"keepAlive 4 of about 8 sent at 15:45:00Z; call alive until 16:30:00Z; next at 16:00:00Z; 1h left",
		"keepAlive 5 of about 8 sent at 16:00:00Z; call alive until 16:45:00Z; next at 16:15:00Z; 45m left",
		"keepAlive 6 of about 8 sent at 16:15:00Z; call alive until 17:00:00Z; next at 16:30:00Z; 30m left",
		"keepAlive 7 of about 8 sent at 16:30:00Z; call alive until 17:15:00Z; next at 16:45:00Z; 15m left",
		"keepAlive 8 of 8 sent at 16:45:00Z; call alive until 17:30:00Z",
		"Call "+callID+" held from 2026-03-14T15:00:00Z to 2026-03-14T16:45:00Z, keepAlives sent: 8. Graph ends it at 2026-03-14T17:30:00Z unless another keepAlive follows.",
	)
	l.expectSent(t, 8)
	if call, _ := l.Call(callID); call.KeepAlives != 8 || !call.EndedAt.IsZero() {
		t.Errorf("the call is %+v", call)
	}
}

// A machine's wrong clock changes nothing: neither what is sent nor what is said.
func TestAction_holdsByAWrongClock(t *testing.T) {
	t.Parallel()
	for _, offset := range []time.Duration{-5 * time.Hour, 5 * time.Hour} {
		l := newLab(t).skewed(offset)
		messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "40m", "renew_after", "20m"))
		expectNothing(t, diags)
		expectMessages(t, messages[:3],
			"keepAlive 1 of about 3 sent at 15:00:00Z; call alive until 15:45:00Z; next at 15:20:00Z; 40m left",
			"keepAlive 2 of about 3 sent at 15:20:00Z; call alive until 16:05:00Z; next at 15:40:00Z; 20m left",
			"keepAlive 3 of 3 sent at 15:40:00Z; call alive until 16:25:00Z",
		)
	}
}

// A transient failure is retried, and the messages say so.
func TestAction_holdsThroughFailures(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.Inject(graphsim.Fault{Skip: 1, Times: 3, Status: 403, Method: http.MethodPost, Service: graphsim.ServiceGraph})
	messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "30m"))
	expectNothing(t, diags)
	failed := func(at, next, left string) string {
		return "keepAlive 2 of about 3 failed at " + at + ` (403 Forbidden, code Forbidden, "Access is denied."); ` +
			"call alive until 15:45:00Z; next attempt at " + next + "; " + left + " left"
	}
	expectMessages(t, messages,
		"keepAlive 1 of about 3 sent at 15:00:00Z; call alive until 15:45:00Z; next at 15:15:00Z; 30m left",
		failed("15:15:00Z", "15:16:00Z", "15m"), failed("15:16:00Z", "15:17:00Z", "14m"), failed("15:17:00Z", "15:18:00Z", "13m"),
		"keepAlive 2 of about 3 sent at 15:18:00Z; call alive until 16:03:00Z; next at 15:30:00Z; 12m left",
		"keepAlive 3 of 3 sent at 15:30:00Z; call alive until 16:15:00Z",
		"Call "+callID+" held from 2026-03-14T15:00:00Z to 2026-03-14T15:30:00Z, keepAlives sent: 3. Graph ends it at 2026-03-14T16:15:00Z unless another keepAlive follows.",
	)
}

// When the very last one fails, what was achieved is not lost: a warning, and a message for
// where Terraform drops warnings.
func TestAction_lastKeepAliveFails(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.Inject(graphsim.Fault{Skip: 2, Times: -1, Status: 403, Method: http.MethodPost, Service: graphsim.ServiceGraph})
	messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "30m"))
	expectOne(t, diags, isWarning, "Call May End Soon", callID, "2026-03-14T15:15:00Z", "Graph ends it at 2026-03-14T16:00:00Z")
	last := messages[len(messages)-1]
	expectText(t, last, "held from 2026-03-14T15:00:00Z to 2026-03-14T15:15:00Z, keepAlives sent: 2.",
		"The last one failed at 2026-03-14T15:30:00Z (403 Forbidden", "the state of the call is not known", "Graph ends it at 2026-03-14T16:00:00Z")
	expectText(t, messages[len(messages)-2], "keepAlive 3 of 3 failed at 15:30:00Z (403 Forbidden")
}

func TestAction_callEnds(t *testing.T) {
	t.Parallel()
	t.Run("before", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.EndCall(callID, 200, 5001, "")
		messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "1h"))
		expectOne(t, diags, isError, "Call Not Found", "or it was never a call of this application and tenant", `at AttributeName("call_id")`, callID, "404 Not Found, code 8522", "request-id", "cannot be revived")
		expectMessages(t, messages)
	})
	for name, c := range map[string]struct {
		shown time.Duration
		says  string
	}{
		"meanwhile":           {0, "Graph no longer knows it"},
		"meanwhile, with why": {time.Hour, "the conversation has ended (code 200, subcode 5001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.ShowEnded(graphsim.EndedVisibility{Terminated: c.shown})
			l.beforeSleep(3, func() { l.EndCall(callID, 200, 5001, "ended") })
			messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "5h"))
			expectOne(t, diags, isError, "Call Has Ended", "Call "+callID+" ended during this run", c.says,
				"from 2026-03-14T15:00:00Z to 2026-03-14T15:30:00Z (keepAlives: 3)", "2026-03-14T15:45:00Z found that it had ended", "cannot be revived")
			if len(messages) != 3 {
				t.Errorf("messages: %q", messages)
			}
			l.expectSent(t, 4)
		})
	}
}

func TestAction_outOfReachForTooLong(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.beforeSleep(1, func() { l.graphIs(graphsim.Status(503)) })
	messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "5h"))
	expectOne(t, diags, isError, "Call Has Ended", "no keepAlive has succeeded for 45m", "503 Service Unavailable", "last kept alive at")
	if over := l.clock.Now().Sub(start.Add(45 * time.Minute)); over < 0 || over > 30*time.Second {
		t.Errorf("it gave up %s after the call's expiry", over)
	}
	if n := len(messages); n < 10 || n > 60 {
		t.Errorf("%d messages", n)
	}
}

func TestAction_neverReached(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.graphIs(graphsim.Status(503))
	messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "5h", "timeouts", attributes{"invoke": "20s"}))
	expectOne(t, diags, isError, "Graph Is Unavailable", "operation's timeout")
	expectMessages(t, messages)
	if took := l.clock.Now().Sub(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

// sleepless is a clock on which whoever sleeps does not wake up by itself.
type sleepless struct {
	clock.Clock
	asleep chan struct{}
}

func (s sleepless) Sleep(ctx context.Context, _ time.Duration) error {
	close(s.asleep)
	<-ctx.Done()
	return ctx.Err()
}

// An interrupt ends the action at once, be it waiting or sending.
func TestAction_interrupted(t *testing.T) {
	t.Parallel()
	t.Run("waiting", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		clock := sleepless{l.clock, make(chan struct{})}
		l.local = clock
		r := l.rpc(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-clock.asleep; cancel() }()
		messages, diags := r.invoke(ctx, set("hold_for", "2h30m"))
		expectOne(t, diags, isError, "Interrupted", callID, "being held for 2h30m", "It was last kept alive at 2026-03-14T15:00:00Z.", "Graph ends it at 2026-03-14T15:45:00Z")
		expectMessages(t, messages, "keepAlive 1 of about 11 sent at 15:00:00Z; call alive until 15:45:00Z; next at 15:15:00Z; 2h30m left")
		l.expectSent(t, 1)
	})
	t.Run("sending", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		r := l.rpc(t)
		l.graphIs(graphsim.Stalled())
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for l.sent(http.MethodPost) == 0 {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		messages, diags := r.invoke(ctx, set("hold_for", "2h"))
		expectOne(t, diags, isError, "Interrupted", "before Graph accepted a keepAlive of call "+callID)
		expectMessages(t, messages)
	})
}

// When nobody listens any more, as after an interrupt, telling does not block for good.
func TestReporter_nobodyListens(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	var tried atomic.Int32
	tell := reporter{func(action.InvokeProgressEvent) { tried.Add(1); <-release }}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	tell.report(ctx, "blocks until ctx is done")
	tell.report(ctx, "is not even tried")
	if n := tried.Load(); n > 1 {
		t.Errorf("it was tried %d times", n)
	}
}

func TestAction_notConfigured(t *testing.T) {
	t.Parallel()
	_, diags := newLab(t).rpcUnconfigured(t).invoke(t.Context(), set())
	expectOne(t, diags, isError, "Provider Not Configured")
}

// Responses that get lost on the way back are no reason to give up a call that Graph shows
// as alive.
func TestAction_holdsACallThatGraphShowsAsAlive(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	lost := graphsim.CutOff(graphsim.CutHeaders).After().To(http.MethodPost, "").For(-1)
	l.beforeSleep(1, func() { l.Inject(lost) })
	messages, diags := l.rpc(t).invoke(t.Context(), set("hold_for", "1h"))
	expectOne(t, diags, isWarning, "Call May End Soon", "Graph still shows the call as alive", "responses may have been lost")
	if took := l.clock.Now().Sub(start); took < time.Hour {
		t.Errorf("the call was given up after %s", took)
	}
	if call, _ := l.Call(callID); !call.EndedAt.IsZero() {
		t.Error("the call has ended")
	}
	expectText(t, messages[len(messages)-2], "Graph showed the call as alive at 16:0")
}
