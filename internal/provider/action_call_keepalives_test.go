package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
)

// hasCalls puts so many calls there, named a, b and so on, and returns a configuration of them with what else is
// given as pairs.
func (l *lab) hasCalls(names string, pairs ...any) attributes {
	calls := attributes{}
	for _, name := range names {
		calls[string(name)] = "id-" + string(name)
		l.PlaceCall(graphsim.Call{ID: "id-" + string(name)})
	}
	config := attributes{"calls": calls}
	for i := 0; i < len(pairs); i += 2 {
		config[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return config
}

func TestActionOfMany_sendsOneKeepAliveEach(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	messages, diags := l.rpcOfMany(t).invoke(t.Context(), l.hasCalls("abc", "headers", attributes{"X-Run": "7"}))
	expectNothing(t, diags)
	expectMessages(t, messages, "round 1 of 1 at 15:00:00Z: 3 of 3 calls kept")
	l.expectKept(t, "abc")
	for _, sent := range l.KeepAlives("") {
		if sent.Header.Get("X-Run") != "7" {
			t.Errorf("Graph got %v", sent.Header)
		}
	}
	messages, diags = l.rpcOfMany(t).invoke(t.Context(), attributes{"calls": attributes{}, "hold_for": "2h"})
	expectNothing(t, diags)
	expectMessages(t, messages, "round 1 of 1 at 15:00:00Z: 0 of 0 calls kept")
}

func TestActionOfMany_holdsInRounds(t *testing.T) {
	t.Parallel()
	for _, offset := range []time.Duration{0, -5 * time.Hour, 5 * time.Hour} {
		l := newLab(t).skewed(offset)
		messages, diags := l.rpcOfMany(t).invoke(t.Context(), l.hasCalls("abc", "hold_for", "45m"))
		expectNothing(t, diags)
		expectMessages(t, messages,
			"round 1 of about 4 at 15:00:00Z: 3 of 3 calls kept; next at 15:15:00Z; 45m left",
			"round 2 of about 4 at 15:15:00Z: 3 of 3 calls kept; next at 15:30:00Z; 30m left",
			"round 3 of about 4 at 15:30:00Z: 3 of 3 calls kept; next at 15:45:00Z; 15m left",
			"round 4 of 4 at 15:45:00Z: 3 of 3 calls kept",
			"3 of 3 calls held from 2026-03-14T15:00:00Z to 2026-03-14T15:45:00Z. Graph ends the first of them at 2026-03-14T16:30:00Z unless another keepAlive follows.",
		)
		l.expectKept(t, "aaaabbbbcccc")
	}
}

// One that ends is told at once, the others are held to the end, and then the run fails.
func TestActionOfMany_oneEnds(t *testing.T) {
	t.Parallel()
	for mode, severity := range map[string]tfprotov6.DiagnosticSeverity{onEndedError: isError, onEndedReport: isWarning} {
		l := newLab(t)
		l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
		l.beforeSleep(1, func() { l.EndCall("id-b", 200, 5001, "ended") })
		messages, diags := l.rpcOfMany(t).invoke(t.Context(), l.hasCalls("abc", "hold_for", "45m", "on_ended", mode))
		expectOne(t, diags, severity, "Call Has Ended", `b: Graph shows it as "terminated"`, "code 200, subcode 5001", "last kept alive at 2026-03-14T15:00:00Z",
			"The other 2 calls were held to the end.", `ElementKeyString("b")`)
		if mode == onEndedReport && strings.Contains(said(diags), "fails") {
			t.Errorf("says %s", said(diags))
		}
		expectMessages(t, messages[:4],
			"round 1 of about 4 at 15:00:00Z: 3 of 3 calls kept; next at 15:15:00Z; 45m left",
			"round 2 of about 4 at 15:15:00Z: 2 of 3 calls kept; next at 15:30:00Z; 30m left",
			`ended: b: Graph shows it as "terminated", because the conversation has ended (code 200, subcode 5001, "ended")`,
			"round 3 of about 4 at 15:30:00Z: 2 of 3 calls kept; next at 15:45:00Z; 15m left",
		)
		expectText(t, messages[5], "2 of 3 calls held from 2026-03-14T15:00:00Z to 2026-03-14T15:45:00Z.")
		l.expectKept(t, "aaaabbcccc") // b's second one found that it had ended
	}
}

// One that was over before is told at once as well, and so is an ID that is none; the others are held.
func TestActionOfMany_someAreNoCalls(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := l.hasCalls("ac", "hold_for", "15m")
	config["calls"].(attributes)["gone"] = "id-gone"
	config["calls"].(attributes)["null"] = nil
	config["calls"].(attributes)["path"] = "../users"
	config["calls"].(attributes)["twice"] = "id-a"
	messages, diags := l.rpcOfMany(t).invoke(t.Context(), config)
	text := said(diags)
	expectText(t, text, "Call Not Found", "gone:", "404 Not Found", "wait_for_call", "Missing Call ID", "null:", "Invalid Call ID", "path:", "Duplicate Call ID", "twice:",
		"Held to the end: 2 of 6 calls.")
	if len(diags) != 4 || strings.Contains(text, "WARNING") {
		t.Errorf("%d diagnostics: %s", len(diags), text)
	}
	l.expectKept(t, "aaccgone")
	all := strings.Join(messages, "\n")
	expectText(t, all, "round 1 of about 2 at 15:00:00Z: 2 of 6 calls kept; next at 15:15:00Z", "not found: gone: Graph does not know it", "failed: null: the ID is null",
		"failed: twice: it has the same ID as a")
	if n := strings.Count(all, "gone"); n != 1 {
		t.Errorf("gone is named %d times:\n%s", n, all)
	}
}

// Each fault, met by one of three and by all.
func TestActionOfMany_faultMatrix(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"401": graphsim.Status(401), "403": graphsim.Status(403), "429": graphsim.Throttled("2000"),
		"HTML 404": graphsim.HTMLNotFound(), "503": {Status: 503, Header: http.Header{"Retry-After": {"2000"}}},
		"cut": graphsim.CutOff(graphsim.CutRequest),
	} {
		for _, whom := range []string{"id-b", "id-"} {
			if name == "cut" && whom == "id-b" {
				continue // it cuts the connection that all share
			}
			t.Run(name+" for "+whom, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				config := l.hasCalls("abc", "hold_for", "30m")
				l.beforeSleep(1, func() { l.Inject(fault.To(http.MethodPost, whom).For(-1)) })
				messages, diags := l.rpcOfMany(t).invoke(t.Context(), config)
				says := []string{"Call May End Soon", "b:", "Failed attempts since then: 16"}
				if whom == "id-" {
					says = []string{"Calls May End Soon", "a, b, c. The first of them:"}
				}
				expectOne(t, diags, isWarning, append(says, "2026-03-14T15:00:00Z", "Graph ends it at 2026-03-14T15:45:00Z")...)
				all := strings.Join(messages, "\n")
				if n := strings.Count(all, "failed: "); n != 1 {
					t.Errorf("the failure is told %d times:\n%s", n, all)
				}
				if whom == "id-b" {
					expectText(t, all, "2 of 3 calls kept; next at 15:30:00Z", "round 3 of 3 at 15:30:00Z: 2 of 3 calls kept")
				}
			})
		}
	}
}

// One that fails is tried again by itself every minute, and nobody fails once that has passed.
func TestActionOfMany_aFailurePasses(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := l.hasCalls("abc", "hold_for", "30m")
	l.Inject(graphsim.Fault{Skip: 1, Times: 3, Status: 403, Method: http.MethodPost, PathContains: "id-b"})
	messages, diags := l.rpcOfMany(t).invoke(t.Context(), config)
	expectNothing(t, diags)
	expectMessages(t, messages[1:4],
		"round 2 of about 3 at 15:15:00Z: 2 of 3 calls kept; next at 15:30:00Z; 15m left",
		`failed: b: 403 Forbidden, code Forbidden, "Access is denied."`,
		"round 3 of 3 at 15:30:00Z: 3 of 3 calls kept",
	)
	if b := len(l.KeepAlives("id-b")); b != 6 || l.sent(http.MethodPost) != 12 {
		t.Errorf("b got %d of %d", b, l.sent(http.MethodPost))
	}
}

// When nothing was ever kept there is nothing to hold; one without a token is said once.
func TestActionOfMany_neverReached(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := l.hasCalls("abc", "hold_for", "5h", "timeouts", attributes{"invoke": "20s"})
	l.Inject(graphsim.Status(503).For(-1).To(http.MethodPost, ""))
	_, diags := l.rpcOfMany(t).invoke(t.Context(), config)
	expectOne(t, diags, isError, "Graph Is Unavailable", "a, b, c. The first of them:")
	if strings.Contains(said(diags), "held to the end") {
		t.Errorf("claims that a call was held: %s", said(diags))
	}
	if took := l.clock.Now().Sub(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	l = newLab(t)
	config = l.hasCalls("abc", "hold_for", "5h")
	l.Inject(graphsim.Status(http.StatusUnauthorized).ToEntra().For(-1))
	_, diags = l.rpcOfMany(t).invoke(t.Context(), config)
	expectOne(t, diags, isError, "No Token From Entra ID", "a, b, c")
	l.expectSent(t, 0)
}

// A call that no keepAlive reaches until its expiry is given up, if Graph does not show it as alive, and only that one.
func TestActionOfMany_outOfReachForTooLong(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := l.hasCalls("ab", "hold_for", "2h")
	l.beforeSleep(1, func() { l.Inject(graphsim.Status(403).To("", "id-b").For(-1)) })
	messages, diags := l.rpcOfMany(t).invoke(t.Context(), config)
	expectOne(t, diags, isError, "Call Has Ended", "b: no keepAlive has succeeded for 45m", "403 Forbidden", "The other call was held to the end.")
	expectText(t, strings.Join(messages, "\n"), "lost: b: no keepAlive has succeeded for 45m", "round 9 of 9 at 17:00:00Z: 1 of 2 calls kept", "Graph ends it at 2026-03-14T17:45:00Z")

	// Where only responses were lost, no expiry is told that has passed.
	l = newLab(t)
	config = l.hasCalls("b", "hold_for", "1h")
	l.beforeSleep(1, func() { l.Inject(graphsim.CutOff(graphsim.CutHeaders).After().To(http.MethodPost, "id-b").For(-1)) })
	messages, diags = l.rpcOfMany(t).invoke(t.Context(), config)
	expectOne(t, diags, isWarning, "Call May End Soon", "b:", "Graph still shows the call as alive", "responses may have been lost")
	if call, _ := l.Call("id-b"); !call.EndedAt.IsZero() {
		t.Error("the call has ended")
	}
	if want := "1 of 1 call held from 2026-03-14T15:00:00Z to 2026-03-14T15:00:00Z."; messages[len(messages)-1] != want {
		t.Errorf("at the end it says %q, want %q", messages[len(messages)-1], want)
	}
}

// An interrupt ends it at once, be it waiting or sending, and what was done is told.
func TestActionOfMany_interrupted(t *testing.T) {
	t.Parallel()
	t.Run("waiting", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		clock := sleepless{l.clock, make(chan struct{})}
		l.local = clock
		r := l.rpcOfMany(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-clock.asleep; cancel() }()
		messages, diags := r.invoke(ctx, l.hasCalls("abc", "hold_for", "2h30m"))
		expectOne(t, diags, isError, "Interrupted", "while 3 calls were being held for 2h30m", "3 of 3 calls held from 2026-03-14T15:00:00Z",
			"Graph ends the first of them at 2026-03-14T15:45:00Z")
		expectMessages(t, messages, "round 1 of about 11 at 15:00:00Z: 3 of 3 calls kept; next at 15:15:00Z; 2h30m left")
	})
	for holdFor, says := range map[string]string{
		"2h": "while 3 calls were being held for 2h. 2 of 3 calls held from",
		"0s": "The run was interrupted. 2 of 3 calls kept alive at 2026-03-14T15:00:00Z. Graph ends the first of them at 2026-03-14T15:45:00Z",
	} {
		t.Run("sending, for "+holdFor, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.block = attributes{"max_concurrent_requests": 1} // the third is sent once the two others have their responses
			r := l.rpcOfMany(t)
			config := l.hasCalls("abc", "hold_for", holdFor)
			l.Inject(graphsim.Stalled().To(http.MethodPost, "").AfterFirst(2))
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				for len(l.KeepAlives("")) < 3 {
					time.Sleep(time.Millisecond)
				}
				cancel()
			}()
			messages, diags := r.invoke(ctx, config)
			expectOne(t, diags, isError, "Interrupted", says)
			expectMessages(t, messages)
		})
	}
}

// What is known in the plan is refused there, at its key.
func TestActionOfMany_refusedInThePlan(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := l.hasCalls("a", "hold_for", "1h")
	config["calls"].(attributes)["b"] = "id-a"
	config["calls"].(attributes)["later"] = tftypes.UnknownValue
	r := l.rpcOfMany(t)
	resp, err := r.actions.PlanAction(t.Context(), &tfprotov6.PlanActionRequest{ActionType: keepalivesType, Config: r.encode(r.input, config)})
	if err != nil {
		t.Fatal(err)
	}
	expectOne(t, resp.Diagnostics, isError, "Duplicate Call ID", `ElementKeyString("b")`)
	unconfigured, err := l.server()
	if err != nil {
		t.Fatal(err)
	}
	expectOne(t, newRPC(&protocol{ProviderServer: unconfigured, t: t}, keepalivesType).validateAction(config), isError, "Duplicate Call ID", `ElementKeyString("b")`)
	l.expectSent(t, 0)
	_, diags := r.invoke(t.Context(), l.hasCalls("a", "hold_for", "-1h", "on_ended", "perhaps"))
	expectText(t, said(diags), "Invalid Hold For", "on_ended")
	_, diags = newRPC(&protocol{ProviderServer: unconfigured, t: t}, keepalivesType).invoke(t.Context(), l.hasCalls("a"))
	expectOne(t, diags, isError, "Provider Not Configured")
}

// Hundreds are held as one, with all their requests.
func TestActionOfMany_holdsALab(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	calls := attributes{}
	for _, c := range l.manyCalls(240) {
		calls[c.name] = c.id
	}
	l.Inject(graphsim.Throttled("1").To(http.MethodPost, "").For(12))
	messages, diags := l.rpcOfMany(t).invoke(t.Context(), attributes{"calls": calls, "hold_for": "30m"})
	expectNothing(t, diags)
	if len(messages) != 4 || !strings.Contains(messages[1], ": 240 of 240 calls kept; next at ") {
		t.Errorf("messages: %q", messages)
	}
	for _, call := range l.Calls() {
		if call.ID != callID && call.KeepAlives != 3 {
			t.Errorf("call %s got %d", call.ID, call.KeepAlives)
		}
	}
}

// Without hold_for, nothing was held; and whatever a name is, it is shown escaped.
func TestActionOfMany_hostileNamesAndNoHold(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := l.hasCalls("ab")
	for i, name := range []string{"\x1b[31mred", "two\nlines", strings.Repeat("long", 2000)} {
		config["calls"].(attributes)[name] = fmt.Sprintf("gone-%d", i)
	}
	messages, diags := l.rpcOfMany(t).invoke(t.Context(), config)
	expectOne(t, diags, isError, "Calls Not Found", `"two\nlines"`, "The other 2 calls were kept alive.")
	all := strings.Join(messages, "\n")
	if len(messages) != 2 || strings.Contains(all, "\x1b") || len(all) > 1000 || strings.Contains(said(diags), "held") {
		t.Errorf("messages: %q; %s", messages, said(diags))
	}
}
