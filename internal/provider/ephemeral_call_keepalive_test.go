package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/keepalive"
)

const (
	isError   = tfprotov6.DiagnosticSeverityError
	isWarning = tfprotov6.DiagnosticSeverityWarning
)

// graphIs makes Graph respond to every request for the call with f from now on.
func (l *lab) graphIs(f graphsim.Fault) {
	l.ClearFaults()
	l.Inject(f.To("", callID).For(-1))
}

func TestEphemeral_opensWithAKeepAlive(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]attributes{
		"call_id":  {"call_id": callID},
		"identity": {"identity": attributes{"call_id": callID, "user_id": "u"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			r := l.rpc(t)
			opened := r.mustOpen(config)
			l.expectSent(t, 1)
			if want := start.Add(15 * time.Minute); !opened.RenewAt.Equal(want) {
				t.Errorf("it is renewed at %v, want %v", opened.RenewAt, want)
			}
			got := r.decode(r.ephemeral, opened.Result)
			expected := attributes{
				"alive": true, "last_keepalive_at": "2026-03-14T15:00:00Z", "expires_at": "2026-03-14T15:45:00Z",
				"call_id": config["call_id"], "renew_after": nil, "hang_up_on_close": nil, "headers": nil,
			}
			for attribute, want := range expected {
				if got[attribute] != want {
					t.Errorf("%s is %v, want %v", attribute, got[attribute], want)
				}
			}
			if id, ok := got["request_id"].(string); !ok || len(id) != 36 {
				t.Errorf("request_id is %v", got["request_id"])
			}
		})
	}
}

func TestEphemeral_openFails(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.graphIs(graphsim.Status(404))
	opened := l.rpc(t).open(set())
	expectOne(t, opened.Diagnostics, isError, "Call Not Found", "or it was never a call of this application and tenant", `at AttributeName("call_id")`,
		callID, "404 Not Found, code 8522", "request-id", "cannot be revived", "wait_for_call")
	if !opened.RenewAt.IsZero() {
		t.Errorf("a renewal is asked for at %v", opened.RenewAt)
	}
}

// Its headers may hold secrets, as they are not stored; whatever repeats them does not get them shown.
func TestEphemeral_headersAreRedacted(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-of-a-vault"
	l := newLab(t)
	l.graphIs(graphsim.Fault{Status: 400, ContentType: "application/json", Body: []byte(`{"error":{"code":"BadRequest","message":"X-Key: ` + secret + ` is unknown"}}`)})
	headers := attributes{"X-Key": secret}
	for r, config := range map[*rpc]attributes{
		l.rpc(t): set("headers", headers), l.rpcOfMany(t): {"calls": attributes{"a": callID}, "headers": headers},
	} {
		opened := r.open(config)
		expectOne(t, opened.Diagnostics, isError, "X-Key: [redacted] is unknown")
		expectNoSecret(t, "the error", opened.Diagnostics[0].Detail, secret)
	}
}

func TestEphemeral_renewals(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpc(t)
	opened := r.mustOpen(set("renew_after", "7m", "headers", attributes{"X-Run": "s3cret-header"}))
	private, at := opened.Private, opened.RenewAt
	for i := range 10 {
		if want := start.Add(time.Duration(i+1) * 7 * time.Minute); !at.Equal(want) {
			t.Fatalf("renewal %d is asked for at %v, want %v", i+1, at, want)
		}
		l.clock.Advance(at.Sub(l.clock.Now()))
		renewed := r.renew(private)
		expectNothing(t, renewed.Diagnostics)
		private, at = renewed.Private, renewed.RenewAt
	}
	l.expectSent(t, 11)
	for i, request := range l.KeepAlives(callID) {
		if got := request.Header.Get("X-Run"); got != "s3cret-header" {
			t.Errorf("keepAlive %d has the header %q", i, got)
		}
	}
	// Terraform closes with what Open left, OpenTofu with what the last Renew did.
	if privateCall(t, private) != privateCall(t, opened.Private) {
		t.Errorf("private data changed from %+v to %+v", privateCall(t, opened.Private), privateCall(t, private))
	}
	if text := string(opened.Private) + string(private); strings.Contains(text, "s3cret") {
		t.Errorf("a header is in private data: %s", text)
	}
	if c := privateCall(t, private); strings.Contains(c.Key, callID) || c.CallID != callID {
		t.Errorf("private data holds %+v", c)
	}
	expectNothing(t, r.close(private))
	if n := l.sent(http.MethodDelete); n != 0 {
		t.Errorf("%d DELETEs were sent", n)
	}
}

// A transient failure is not an error: it is retried soon, and not reported once the retry
// succeeds.
func TestEphemeral_passingFailures(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"403":             graphsim.Status(403),
		"no token at all": graphsim.Status(503).ToEntra(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			r := l.rpc(t)
			opened := r.mustOpen(set())
			l.clock.Advance(15 * time.Minute)
			if fault.Service == graphsim.ServiceEntra {
				l.Inject(fault.For(-1))
				l.RevokeTokens()
			} else {
				l.graphIs(fault)
			}
			for range 3 {
				renewed := r.renew(opened.Private)
				expectNothing(t, renewed.Diagnostics)
				if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != time.Minute {
					t.Errorf("it is tried again after %s, want a minute", wait)
				}
				l.clock.Advance(time.Minute)
			}

			expectOne(t, r.close(opened.Private), isWarning, "Call May End Soon", callID, "2026-03-14T15:00:00Z", "2026-03-14T15:45:00Z",
				"Failed attempts since then: 3")
		})
	}
}

// A renewal that an interrupt ends says nothing about the calls, and the close warns of nothing.
func TestEphemeral_interruptedRenewal(t *testing.T) {
	t.Parallel()
	for object, start := range map[string]func(*lab) (*rpc, attributes){
		keepaliveType:  func(l *lab) (*rpc, attributes) { return l.rpc(t), set() },
		keepalivesType: func(l *lab) (*rpc, attributes) { return l.rpcOfMany(t), l.hasCalls("ab") },
	} {
		l := newLab(t)
		r, config := start(l)
		opened := r.mustOpen(config)
		l.clock.Advance(15 * time.Minute)
		l.Inject(graphsim.Stalled().To(http.MethodPost, "").For(-1))
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for l.stalled() == 0 {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		renewed := r.renewIn(ctx, opened.Private)
		expectNothing(t, renewed.Diagnostics)
		if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != keepalive.MinRenewAfter {
			t.Errorf("%s: it is renewed again after %s", object, wait)
		}
		expectNothing(t, r.close(renewed.Private))
	}
}

func TestEphemeral_aFailureThatHasPassedIsForgotten(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpc(t)
	opened := r.mustOpen(set())
	l.clock.Advance(15 * time.Minute)
	l.Inject(graphsim.Status(403).To(http.MethodPost, callID))
	expectNothing(t, r.renew(opened.Private).Diagnostics)
	l.clock.Advance(time.Minute)
	renewed := r.renew(opened.Private)
	expectNothing(t, renewed.Diagnostics)
	if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != 15*time.Minute {
		t.Errorf("it is renewed after %s, want 15m", wait)
	}
	expectNothing(t, r.close(opened.Private))
}

// With OpenTofu, a renewal and a close must be over within ten seconds together.
func TestEphemeral_isQuickWhenGraphHangs(t *testing.T) {
	t.Parallel()
	if both := renewTimeout + closeTimeout; both >= 10*time.Second {
		t.Errorf("a renewal and a close may take %s", both)
	}
	l := newLab(t)
	r := l.rpc(t)
	opened := r.mustOpen(set("hang_up_on_close", true))
	l.clock.Advance(15 * time.Minute)
	l.graphIs(graphsim.Stalled())
	var renewed *tfprotov6.RenewEphemeralResourceResponse
	l.outlast(t, []time.Duration{renewTimeout}, l.stalled, func() { renewed = r.renew(opened.Private) })
	expectNothing(t, renewed.Diagnostics)
	if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != time.Minute {
		t.Errorf("it is tried again after %s, want a minute", wait)
	}
	l.ResetRequests()
	var closed []*tfprotov6.Diagnostic
	l.outlast(t, []time.Duration{readOnCloseTimeout, closeTimeout - readOnCloseTimeout}, l.stalled, func() { closed = r.close(opened.Private) })
	expectOne(t, closed, isWarning, "Call Not Hung Up", callID, "Graph ends it 45m after")
}

// A call that ends during the run is one error, which says why and when, whether the CLI closes
// with what Open left, as Terraform does, or with what the last Renew left, as OpenTofu. Only Close
// says so: some CLIs lose what Renew says. The reason is the one that Graph gave at the renewal.
func TestEphemeral_callEndsDuringTheRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shown    time.Duration // how long Graph still shows the call
		renewals bool
		says     []string
	}{
		"noticed at a renewal":             {0, true, []string{"Graph no longer knows it", "404 Not Found, code 8522", "The keepAlive at 2026-03-14T15:30:00Z found that it had ended"}},
		"noticed at a renewal, with why":   {time.Hour, true, []string{`Graph shows it as "terminated"`, "the conversation has ended", "code 200, subcode 5001", "2026-03-14T15:30:00Z"}},
		"noticed only at the end":          {0, false, []string{"Graph no longer knows it"}},
		"noticed only at the end with why": {time.Hour, false, []string{`Graph shows it as "terminated"`, "the conversation has ended"}},
	} {
		for _, openTofu := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, OpenTofu %t", name, openTofu), func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				l.ShowEnded(graphsim.EndedVisibility{Terminated: c.shown})
				r := l.rpc(t)
				opened := r.mustOpen(set("hang_up_on_close", true))
				l.clock.Advance(15 * time.Minute)
				renewed := r.renew(opened.Private)
				expectNothing(t, renewed.Diagnostics)
				l.EndCall(callID, 200, 5001, "ended")
				private := renewed.Private
				says := append(slices.Clone(c.says), "Call Has Ended", "Call "+callID+" ended during this run",
					"kept alive from 2026-03-14T15:00:00Z to 2026-03-14T15:15:00Z (keepAlives: 2)", "cannot be revived")
				if c.renewals {
					l.clock.Advance(15 * time.Minute)
					last := r.renew(private)
					expectNothing(t, last.Diagnostics)
					if !last.RenewAt.IsZero() {
						t.Errorf("another renewal is asked for at %v", last.RenewAt)
					}
					private = last.Private
				}
				if c.renewals {
					l.ShowEnded(graphsim.EndedVisibility{})
				}
				if !openTofu {
					private = opened.Private
				}
				expectOne(t, r.close(private), isError, says...)
				expectNothing(t, r.close(opened.Private))
				expectNothing(t, r.renew(opened.Private).Diagnostics)
				if n := l.sent(http.MethodDelete); n != 0 {
					t.Errorf("a call that was gone was hung up: %q", l.graphRequests())
				}
			})
		}
	}
}

// Responses that get lost on the way back do not end a call that Graph shows as alive.
func TestEphemeral_holdsACallThatGraphShowsAsAlive(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpc(t)
	opened := r.mustOpen(set())
	l.Inject(graphsim.CutOff(graphsim.CutHeaders).After().To(http.MethodPost, "").For(-1))
	for at := opened.RenewAt; l.clock.Now().Before(start.Add(50 * time.Minute)); {
		l.clock.Advance(at.Sub(l.clock.Now()))
		renewed := r.renew(opened.Private)
		expectNothing(t, renewed.Diagnostics)
		at = renewed.RenewAt
	}
	expectOne(t, r.close(opened.Private), isWarning, "Call May End Soon", "Graph still shows the call as alive", "responses may have been lost")
}

func TestEphemeral_hangUpOnClose(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpc(t)
	opened := r.mustOpen(set("hang_up_on_close", true))
	expectNothing(t, r.close(opened.Private))
	if call, _ := l.Call(callID); call.EndedAt.IsZero() || l.sent(http.MethodDelete) != 1 {
		t.Errorf("the call is %+v; requests: %q", call, l.graphRequests())
	}
	expectNothing(t, r.close(opened.Private))
	if n := l.sent(http.MethodDelete); n != 1 {
		t.Errorf("it was hung up %d times", n)
	}

	t.Run("failing", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		r := l.rpc(t)
		opened := r.mustOpen(set("hang_up_on_close", true))
		l.Inject(graphsim.Status(403).To(http.MethodDelete, "").For(-1))
		expectOne(t, r.close(opened.Private), isWarning, "Call Not Hung Up", callID, "403 Forbidden", "Graph ends it 45m after its last keepAlive")
	})
	t.Run("while keepAlives fail", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		r := l.rpc(t)
		opened := r.mustOpen(set("hang_up_on_close", true))
		l.clock.Advance(15 * time.Minute)
		l.Inject(graphsim.Status(403).To(http.MethodPost, "").For(-1))
		r.renew(opened.Private)
		expectNothing(t, r.close(opened.Private)) // that it may end soon is what is wanted
	})
	t.Run("gone in between", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		r := l.rpc(t)
		opened := r.mustOpen(set("hang_up_on_close", true))
		l.Inject(graphsim.Status(404).To(http.MethodDelete, ""))
		expectNothing(t, r.close(opened.Private))
	})
}

func TestEphemeral_nothingFollowsAClose(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpc(t)
	opened := r.mustOpen(set())
	expectNothing(t, r.close(opened.Private))
	l.ResetRequests()
	for range 3 {
		late := r.renew(opened.Private)
		expectNothing(t, late.Diagnostics)
		if !late.RenewAt.IsZero() {
			t.Errorf("a renewal after the close asks for another at %v", late.RenewAt)
		}
		expectNothing(t, r.close(opened.Private))
	}
	if requests := l.graphRequests(); len(requests) != 0 {
		t.Errorf("after the close Graph got %q", requests)
	}
}

// Several holds, each renewed and closed at once from several sides: nothing breaks, each call is hung up once, and nothing
// is sent after the last response.
func TestEphemeral_concurrently(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of      func(*lab, *testing.T) *rpc
		configs func(*lab) []attributes
		hungUp  int
	}{
		"one each": {(*lab).rpc, func(l *lab) (all []attributes) {
			for _, id := range l.hasCalls("abcde")["calls"].(attributes) {
				all = append(all, attributes{"call_id": id, "hang_up_on_close": true})
			}
			return all
		}, 5},
		"many each": {(*lab).rpcOfMany, func(l *lab) []attributes { return []attributes{l.hasCalls("abc"), l.hasCalls("def")} }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			r := c.of(l, t)
			var opened [][]byte
			for _, config := range c.configs(l) {
				opened = append(opened, r.mustOpen(config).Private)
			}
			l.Inject(graphsim.Slow(5 * time.Millisecond).For(-1))
			var all sync.WaitGroup
			for _, private := range opened {
				for i := range 8 {
					all.Go(func() {
						what, ask := "renewal", func() []*tfprotov6.Diagnostic { return r.renew(private).Diagnostics }
						if i%4 == 3 {
							what, ask = "close", func() []*tfprotov6.Diagnostic { return r.close(private) }
						}
						if diags := ask(); len(diags) != 0 {
							t.Errorf("a %s says:\n%s", what, said(diags))
						}
					})
				}
			}
			all.Wait()
			if n := l.sent(http.MethodDelete); n != c.hungUp {
				t.Errorf("%d calls were hung up, want %d", n, c.hungUp)
			}
			l.ResetRequests()
			for _, private := range opened {
				r.renew(private)
				r.close(private)
			}
			if requests := l.graphRequests(); len(requests) != 0 {
				t.Errorf("after all were closed Graph got %q", requests)
			}
		})
	}
}

// What another process has opened is renewed and closed all the same, without the headers,
// which are not written down anywhere.
func TestEphemeral_anotherProcess(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	opened := l.rpc(t).mustOpen(set("renew_after", "20m", "hang_up_on_close", true, "headers", attributes{"X-Run": "1"}))
	l.clock.Advance(20 * time.Minute)
	r := l.rpc(t)
	renewed := r.renew(opened.Private)
	expectNothing(t, renewed.Diagnostics)
	if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != 20*time.Minute {
		t.Errorf("it is renewed after %s, want 20m", wait)
	}
	if sent := l.KeepAlives(callID); len(sent) != 2 || sent[1].Header.Get("X-Run") != "" {
		t.Errorf("%d keepAlives", len(sent))
	}
	third := l.rpc(t)
	expectNothing(t, third.close(opened.Private))
	if n := l.sent(http.MethodDelete); n != 1 {
		t.Errorf("it was hung up %d times", n)
	}
	// For the second one, the call has ended while it was open.
	expectOne(t, r.close(opened.Private), isError, "ended during this run")
	// And one that finds it gone at once says so too.
	fourth := l.rpc(t)
	expectNothing(t, fourth.renew(opened.Private).Diagnostics)
	expectOne(t, fourth.close(opened.Private), isError, "ended during this run", "found that it had ended")
}

// RenewAt is held against the clock of the machine that Terraform runs on, everything else
// follows Graph's.
func TestEphemeral_wrongClocks(t *testing.T) {
	t.Parallel()
	for name, offset := range map[string]time.Duration{"slow": -3 * time.Hour, "fast": 3 * time.Hour, "right": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t).skewed(offset)
			r := l.rpc(t)
			opened := r.mustOpen(set())
			expect := func(at time.Time, wait time.Duration) {
				t.Helper()
				if got := at.Sub(l.local.Now()); got != wait {
					t.Errorf("by this machine's clock the next renewal comes after %s, want %s", got, wait)
				}
			}
			expect(opened.RenewAt, 15*time.Minute)
			if got := r.decode(r.ephemeral, opened.Result)["last_keepalive_at"]; got != "2026-03-14T15:00:00Z" {
				t.Errorf("last_keepalive_at is %v, want Graph's time", got)
			}
			l.clock.Advance(15 * time.Minute)
			expect(r.renew(opened.Private).RenewAt, 15*time.Minute)
			l.clock.Advance(15 * time.Minute)
			l.graphIs(graphsim.Status(403))
			expect(r.renew(opened.Private).RenewAt, time.Minute)
			expectOne(t, r.close(opened.Private), isWarning, "2026-03-14T15:15:00Z", "2026-03-14T15:30:00Z", "2026-03-14T16:00:00Z")
		})
	}
}

func TestEphemeral_oddPrivateData(t *testing.T) {
	t.Parallel()
	odd := func(value string) []byte {
		private, err := json.Marshal(map[string][]byte{callPrivateKey: []byte(value)})
		if err != nil {
			t.Fatal(err)
		}
		return private
	}
	for name, private := range map[string][]byte{
		"none": nil, "empty": []byte("{}"), "null": odd("null"), "another type": odd(`"x"`), "incomplete": odd(`{"key":"k"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			r := l.rpc(t)
			renewed := r.renew(private)
			expectOne(t, renewed.Diagnostics, isError, "Unexpected Private Data")
			if !renewed.RenewAt.IsZero() {
				t.Error("another renewal is asked for")
			}
			expectOne(t, r.close(private), isError, "Unexpected Private Data")
			l.expectSent(t, 0)
		})
	}
}

func TestEphemeral_notConfigured(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	opened := l.rpc(t).mustOpen(set())
	r := l.rpcUnconfigured(t)
	expectOne(t, r.open(set()).Diagnostics, isError, "Provider Not Configured")
	expectOne(t, r.renew(opened.Private).Diagnostics, isError, "Provider Not Configured")
	expectOne(t, r.close(opened.Private), isError, "Provider Not Configured")
}

// One false 404 at the close does not fail a run, nor do two of a gateway, single or many.
func TestEphemeral_falseNotFoundAtTheClose(t *testing.T) {
	t.Parallel()
	for what, fault := range map[string]graphsim.Fault{"Graph's": graphsim.Status(http.StatusNotFound), "a gateway's": graphsim.Empty(http.StatusNotFound).For(2)} {
		for name, hold := range holds() {
			if strings.HasPrefix(name, "action") {
				continue
			}
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				l.Inject(fault.To(http.MethodGet, callID))
				expectNothing(t, hold(t, l, func() {}))
				if n := l.sent(http.MethodGet); n != 2 {
					t.Errorf("Graph got %d GETs, want 2", n)
				}
			})
		}
	}
}
