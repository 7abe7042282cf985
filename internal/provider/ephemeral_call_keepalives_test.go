package provider

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/keepalive"
)

func TestEphemeralOfMany_life(t *testing.T) {
	t.Parallel()
	for _, offset := range []time.Duration{0, -3 * time.Hour, 3 * time.Hour} {
		l := newLab(t).skewed(offset)
		r := l.rpcOfMany(t)
		opened := r.mustOpen(l.hasCalls("abc", "renew_after", "7m", "headers", attributes{"X-Run": "s3cret-header"}))
		l.expectKept(t, "abc")
		result := r.decode(r.ephemeral, opened.Result)
		if result["last_keepalive_at"] != "2026-03-14T15:00:00Z" || result["expires_at"] != "2026-03-14T15:45:00Z" || endedIn(t, result) != "" {
			t.Errorf("got %v", result)
		}
		at := opened.RenewAt
		for i := range 4 {
			if wait := at.Sub(l.local.Now()); wait != 7*time.Minute {
				t.Fatalf("renewal %d follows after %s", i, wait)
			}
			l.clock.Advance(at.Sub(l.local.Now()))
			renewed := r.renew(opened.Private)
			expectNothing(t, renewed.Diagnostics)
			at = renewed.RenewAt
		}
		l.expectKept(t, "aaaaabbbbbccccc")
		for _, sent := range l.KeepAlives("") {
			if sent.Header.Get("X-Run") != "s3cret-header" {
				t.Errorf("Graph got %v", sent.Header)
			}
		}
		if text := string(opened.Private); strings.Contains(text, "s3cret") || strings.Contains(text, "id-") || len(text) > 200 {
			t.Errorf("private data: %s", text)
		}
		l.ResetRequests()
		expectNothing(t, r.close(opened.Private))
		if gets := l.sent(http.MethodGet); gets != 3 || l.sent(http.MethodDelete) != 0 {
			t.Errorf("the close sent %q", l.graphRequests())
		}
		late := r.renew(opened.Private)
		expectNothing(t, late.Diagnostics)
		expectNothing(t, r.close(opened.Private))
		if !late.RenewAt.IsZero() || l.sent(http.MethodPost) != 0 || l.sent(http.MethodGet) != 3 {
			t.Errorf("after the close Graph got %q; renewed at %v", l.graphRequests(), late.RenewAt)
		}
	}
}

func TestEphemeralOfMany_oneIsDeadAtOpen(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	config := l.hasCalls("abc")
	l.EndCall("id-b", 200, 5001, "")
	r := l.rpcOfMany(t)
	opened := r.open(config)
	expectOne(t, opened.Diagnostics, isError, "Call Not Found", "b:", "404 Not Found", "request-id", "The other 2 calls were kept alive.",
		`on_ended = "report"`, `ElementKeyString("b")`)
	l.expectKept(t, "abc")
	if !opened.RenewAt.IsZero() {
		t.Errorf("it is to be renewed at %v", opened.RenewAt)
	}

	config["on_ended"] = onEndedReport
	opened = r.open(config)
	expectOne(t, opened.Diagnostics, isWarning, "Call Not Found", "b:", "404 Not Found")
	result := r.decode(r.ephemeral, opened.Result)
	if reason := texts(t, result["ended"])["b"]; endedIn(t, result) != "b" || !strings.Contains(reason, `Graph shows it as "terminated"`) || strings.Contains(reason, "request-id") {
		t.Errorf("got %v, %q", result, reason)
	}
	l.clock.Advance(15 * time.Minute)
	l.ResetRequests()
	expectNothing(t, r.renew(opened.Private).Diagnostics)
	l.expectKept(t, "ac")
	expectNothing(t, r.close(opened.Private)) // it was told

	l.EndCall("id-a", 200, 5001, "")
	l.EndCall("id-c", 200, 5001, "")
	opened = r.open(config)
	expectOne(t, opened.Diagnostics, isWarning, "Calls Not Found", "a, b, c")
	if result := r.decode(r.ephemeral, opened.Result); endedIn(t, result) != "abc" || !opened.RenewAt.IsZero() || result["expires_at"] != nil {
		t.Errorf("got %v, renewed at %v", result, opened.RenewAt)
	}
	opened = r.open(attributes{"calls": attributes{}})
	expectNothing(t, opened.Diagnostics)
	expectNothing(t, r.close(opened.Private))
	if !opened.RenewAt.IsZero() {
		t.Errorf("no call is to be renewed at %v", opened.RenewAt)
	}
}

// What an apply learns is a failure of that name, and so is any other; the others have got their keepAlive.
func TestEphemeralOfMany_openFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id    any
		fault graphsim.Fault
		says  string
	}{
		"null": {nil, graphsim.Fault{}, "Missing Call ID"}, "doubled": {"id-a", graphsim.Fault{}, "Duplicate Call ID"}, "malformed": {"a b", graphsim.Fault{}, "Invalid Call ID"},
		"403": {"id-b", graphsim.Status(403), "Graph Denied Access to the Call"}, "503": {"id-b", graphsim.Status(503), "Graph Is Unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			config := l.hasCalls("abc", "on_ended", onEndedReport)
			config["calls"].(attributes)["b"] = c.id
			if c.fault.Status != 0 {
				l.Inject(c.fault.To("", "id-b").For(-1))
			}
			r := l.rpcOfMany(t)
			expectNothing(t, r.validateEphemeral(config)) // as Terraform does right before it opens
			opened := r.open(config)
			expectOne(t, opened.Diagnostics, isError, c.says, "b:", "The other 2 calls were kept alive.", `ElementKeyString("b")`)
			if kept := l.keptNow(); !strings.Contains(kept, "a") || !strings.Contains(kept, "c") || !opened.RenewAt.IsZero() {
				t.Errorf("kept: %q, renewed at %v", kept, opened.RenewAt)
			}
		})
	}
	l := newLab(t)
	server, err := l.server()
	if err != nil {
		t.Fatal(err)
	}
	r := newRPC(&protocol{ProviderServer: server, t: t}, keepalivesType)
	config := l.hasCalls("a")
	config["calls"].(attributes)["b"] = "id-a"
	config["calls"].(attributes)["later"] = tftypes.UnknownValue
	expectOne(t, r.validateEphemeral(config), isError, "Duplicate Call ID", `ElementKeyString("b")`)
	expectOne(t, r.open(l.hasCalls("a")).Diagnostics, isError, "Provider Not Configured")
}

// A call that ends meanwhile is told at the close and only there; the others are kept to the end.
func TestEphemeralOfMany_oneEndsMeanwhile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mode      string
		severity  tfprotov6.DiagnosticSeverity
		renewals  int
		shown     time.Duration
		openTofu  bool
		says      string
		keepsSent string
	}{
		"noticed at a renewal":           {onEndedError, isError, 2, 0, false, "b: Graph no longer knows it (response: 404", "aaabbccc"},
		"noticed at a renewal, OpenTofu": {onEndedError, isError, 2, 0, true, "b: Graph no longer knows it (response: 404", "aaabbccc"},
		"with why":                       {onEndedError, isError, 1, 3 * time.Hour, false, `b: Graph shows it as "terminated", because the conversation has ended`, "aabbcc"},
		"noticed only at the end":        {onEndedError, isError, 0, 0, false, "b: Graph no longer knows it (response: 404", "abc"},
		"reported":                       {onEndedReport, isWarning, 2, 0, false, "b: Graph no longer knows it (response: 404", "aaabbccc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.ShowEnded(graphsim.EndedVisibility{Terminated: c.shown})
			r := l.rpcOfMany(t)
			opened := r.mustOpen(l.hasCalls("abc", "on_ended", c.mode))
			l.EndCall("id-b", 200, 5001, "")
			private := opened.Private
			for range c.renewals {
				l.clock.Advance(15 * time.Minute)
				renewed := r.renew(private)
				expectNothing(t, renewed.Diagnostics)
				if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != 15*time.Minute {
					t.Errorf("it is renewed after %s", wait)
				}
				if c.openTofu {
					private = renewed.Private
				}
			}
			l.expectKept(t, c.keepsSent)
			diags := r.close(private)
			expectOne(t, diags, c.severity, "Call Has Ended", c.says, "last kept alive at 2026-03-14T15:00:00Z",
				"The other 2 calls were held to the end.", "Place the call again")
			if diags[0].Attribute != nil {
				t.Errorf("it is at %s, of a configuration that is gone", diags[0].Attribute)
			}
			expectNothing(t, r.close(private))
		})
	}
}

// Each fault, met by one of three and by all: it is retried a minute later, by itself.
func TestEphemeralOfMany_faultMatrix(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"400": graphsim.Status(400), "401": graphsim.Status(401), "403": graphsim.Status(403), "429": graphsim.Throttled("3600"),
		"503": graphsim.Status(503), "HTML 404": graphsim.HTMLNotFound(), "cut": graphsim.CutOff(graphsim.CutRequest),
	} {
		for _, whom := range []string{"id-b", "id-"} {
			if name == "cut" && whom == "id-b" {
				continue // it cuts the connection that all share
			}
			t.Run(name+" for "+whom, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				r := l.rpcOfMany(t)
				opened := r.mustOpen(l.hasCalls("abc"))
				l.clock.Advance(15 * time.Minute)
				l.Inject(fault.To("", whom).For(-1))
				for i := range 3 {
					l.ResetRequests()
					renewed := r.renew(opened.Private)
					expectNothing(t, renewed.Diagnostics)
					if wait := renewed.RenewAt.Sub(l.clock.Now()); wait < 50*time.Second || wait > time.Minute {
						t.Errorf("it is tried again after %s, want a minute", wait)
					}
					want := ""
					if i == 0 {
						want = "ac"
					}
					if got := strings.ReplaceAll(l.keptNow(), "b", ""); whom == "id-b" && got != want {
						t.Errorf("renewal %d: of the others, keepAlives went to %q, want %q", i, got, want)
					}
					l.clock.Advance(renewed.RenewAt.Sub(l.clock.Now()))
				}
				says := []string{"Call May End Soon", "b:", "Failed attempts since then: 3", "2026-03-14T15:45:00Z"}
				if whom == "id-" {
					says = []string{"Calls May End Soon", "a, b, c. The first of them:"}
				}
				expectOne(t, r.close(opened.Private), isWarning, says...)
			})
		}
	}
}

func TestEphemeralOfMany_aFailureThatHasPassedIsForgotten(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpcOfMany(t)
	opened := r.mustOpen(l.hasCalls("abc"))
	l.clock.Advance(15 * time.Minute)
	l.Inject(graphsim.Status(403).To(http.MethodPost, "id-b"))
	for i, want := range []time.Duration{time.Minute, 14 * time.Minute, 15 * time.Minute} {
		renewed := r.renew(opened.Private)
		expectNothing(t, renewed.Diagnostics)
		if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != want {
			t.Errorf("renewal %d: the next follows after %s, want %s", i, wait, want)
		}
		l.clock.Advance(renewed.RenewAt.Sub(l.clock.Now()))
	}
	l.expectKept(t, "aaabbbbccc")
	expectNothing(t, r.close(opened.Private))
}

// A renewal is bounded by some seconds, and what it has no time for follows a minute later; a close is as well. Requests
// that hang take the turn of no other call.
func TestEphemeralOfMany_isQuickWhenGraphHangs(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpcOfMany(t)
	calls := attributes{}
	for _, c := range l.manyCalls(120) {
		calls[c.name] = c.id
	}
	opened := r.mustOpen(attributes{"calls": calls})
	l.clock.Advance(15 * time.Minute)
	l.Inject(graphsim.Stalled().To(http.MethodPost, "id-0").For(-1)) // 100 of them
	// full is how often as many requests as there may be at a time have hung.
	full := func() int { return l.stalled() / graph.DefaultMaxConcurrent }
	missed := func() (ids []string) {
		for _, call := range l.Calls() {
			if strings.HasPrefix(call.ID, "id-1") && call.KeepAlives != 2 {
				ids = append(ids, call.ID)
			}
		}
		return ids
	}
	// Those that hung before come last. The requests of a batch are sent side by side, so that the hanging ones can
	// overtake some of the others, but not all of them each time.
	for i := 0; i < 2 || i < 10 && len(missed()) > 0; i++ {
		l.ResetRequests()
		var renewed *tfprotov6.RenewEphemeralResourceResponse
		l.outlast(t, []time.Duration{renewTimeout}, full, func() { renewed = r.renew(opened.Private) })
		expectNothing(t, renewed.Diagnostics)
		if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != time.Minute {
			t.Errorf("the rest follows after %s, want a minute", wait)
		}
		l.clock.Advance(time.Minute)
	}
	if ids := missed(); len(ids) > 0 {
		t.Errorf("%q did not get 2 keepAlives", ids)
	}
	l.Inject(graphsim.Stalled().To(http.MethodGet, "").For(-1))
	l.ResetRequests()
	var closed []*tfprotov6.Diagnostic
	l.outlast(t, []time.Duration{closeTimeout}, full, func() { closed = r.close(opened.Private) })
	expectOne(t, closed, isWarning, "Calls May End Soon", "and 80 more", "not known")
}

// Another process knows nothing of the calls, and neither Terraform nor OpenTofu has one renew or close them.
func TestEphemeralOfMany_anotherProcess(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	opened := l.rpcOfMany(t).mustOpen(l.hasCalls("ab"))
	l.ResetRequests()
	r := l.rpcOfMany(t)
	renewed := r.renew(opened.Private)
	expectNothing(t, renewed.Diagnostics)
	expectNothing(t, r.close(opened.Private))
	if !renewed.RenewAt.IsZero() || len(l.graphRequests()) != 0 {
		t.Errorf("renewed at %v; Graph got %q", renewed.RenewAt, l.graphRequests())
	}
	for _, private := range [][]byte{nil, []byte("{}"), []byte(`{"open_calls":"e30="}`)} {
		expectOne(t, r.renew(private).Diagnostics, isError, "Unexpected Private Data")
		expectOne(t, r.close(private), isError, "Unexpected Private Data")
	}
}

// An interrupt ends the opening at once.
func TestEphemeralOfMany_openInterrupted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpcOfMany(t)
	config := l.hasCalls("abc")
	l.Inject(graphsim.Stalled().To("", "id-b").For(-1))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(l.KeepAlives("")) < 3 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	resp, err := r.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: keepalivesType, Config: r.encode(r.ephemeral, config)})
	if err != nil {
		t.Fatal(err)
	}
	expectOne(t, resp.Diagnostics, isError, "Interrupted")
	if !resp.RenewAt.IsZero() {
		t.Errorf("it is renewed at %v", resp.RenewAt)
	}
}

// A call whose turn had not come when the time was up did not fail.
func TestHeldCalls_partition(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	kept := keepalive.Record{Sent: 1, First: start, Last: start}
	failing, untried, ended, lost := kept, kept, kept, kept
	failing.Failure, failing.Failures = failed, 1
	untried.Failure = notTriedError{failed}
	ended.Ended, lost.Lost = true, true
	h := groupRecords{records: []keepalive.Record{kept, failing, untried, ended, lost, {Failure: failed, Failures: 1}, kept}}
	over, mayEnd, alive := h.partition(map[int]endedCall{6: {reason: "gone"}})
	if !slices.Equal(over, []int{3, 4, 6}) || !slices.Equal(mayEnd, []int{1, 2}) || !slices.Equal(alive, []int{0}) {
		t.Errorf("over %v, failing %v, alive %v", over, mayEnd, alive)
	}
	untried.Failure, untried.FailedAt = notTriedError{context.DeadlineExceeded}, start.Add(16*time.Minute)
	text, _ := describeFailing("", true, untried)
	if want := "No other was sent until 2026-03-14T15:16:00Z:\nNo request was sent before the operation timed out."; !strings.HasSuffix(text, want) {
		t.Errorf("got %q, want it to end in %q", text, want)
	}
}

// An end that a keepAlive has found is told although Graph does not let the call be read any more.
func TestEphemeralOfMany_endedAndNotToBeRead(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpcOfMany(t)
	opened := r.mustOpen(l.hasCalls("ab"))
	l.EndCall("id-b", 200, 5001, "")
	l.clock.Advance(15 * time.Minute)
	expectNothing(t, r.renew(opened.Private).Diagnostics)
	l.Inject(graphsim.Status(403).To(http.MethodGet, "").For(-1))
	expectOne(t, r.close(opened.Private), isError, "Call Has Ended", "b: Graph no longer knows it (response: 404 Not Found", "request-id")
}

// Each attempt has its own time, so that a request that hangs does not take that of the next attempts at the call.
func TestHeldGroup_boundsEachAttempt(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	data := l.configuredData(t)
	l.Inject(graphsim.Stalled().For(-1).To(http.MethodPost, ""))
	g := data.newHeldGroup([]namedCall{{"a", callID}}, nil, types.StringNull(), types.StringNull())
	var outcomes []keepalive.Outcome
	l.outlast(t, []time.Duration{time.Second}, l.stalled, func() {
		outcomes = g.send(t.Context(), nil, []keepalive.Attempt{{Call: 0, Timeout: time.Second}})
	})
	if o := outcomes[0]; !errors.Is(o.Err, context.DeadlineExceeded) || o.NotTried {
		t.Errorf("got %+v", o)
	}
}

// The GET that confirms a 404 does not wait for the first try of every other call, of which one may hang.
func TestHeldGroup_confirmsAnEndBesideACallThatHangs(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	data := l.configuredData(t)
	confirmed := make(chan struct{})
	outcomes := forEachCall(t.Context(), data, []namedCall{{"gone", "id-gone"}, {"hangs", callID}},
		func(ctx context.Context, c namedCall, o graph.OperationOption) (time.Time, error) {
			if c.name == "gone" {
				defer close(confirmed)
				return data.sendHeld(ctx, c.id, nil, o)
			}
			select {
			case <-confirmed:
			case <-time.After(time.Minute):
				t.Error("the GET is not sent")
			}
			return time.Time{}, nil
		})
	if !graph.IsNotFound(outcomes[0].err) {
		t.Errorf("got %v", outcomes[0].err)
	}
}

// Calls that have only seconds for a token take it from no call that has minutes.
func TestHeldGroup_aShortTryEndsNoOther(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.block = attributes{"max_concurrent_requests": 1} // the third call begins once one of the others is over
	l.Inject(graphsim.Stalled().ToEntra())
	g := l.configuredData(t).newHeldGroup(l.manyCalls(3), nil, types.StringNull(), types.StringNull())
	var outcomes []keepalive.Outcome
	l.outlast(t, []time.Duration{5 * time.Second}, l.stalled, func() {
		outcomes = g.send(t.Context(), nil, []keepalive.Attempt{
			{Call: 0, Timeout: 5 * time.Second}, {Call: 1, Timeout: 5 * time.Second}, {Call: 2, Timeout: 10 * time.Minute},
		})
	})
	if !errors.Is(outcomes[0].Err, context.DeadlineExceeded) && !errors.Is(outcomes[1].Err, context.DeadlineExceeded) || outcomes[2].Err != nil {
		t.Errorf("got %+v", outcomes)
	}
}

// Without a token nothing else is tried, and that is said once.
func TestEphemeralOfMany_noToken(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.rpcOfMany(t)
	opened := r.mustOpen(l.hasCalls("abc"))
	l.clock.Advance(15 * time.Minute)
	l.Inject(graphsim.Status(http.StatusUnauthorized).ToEntra().For(-1))
	l.RevokeTokens()
	renewed := r.renew(opened.Private)
	expectNothing(t, renewed.Diagnostics)
	if wait := renewed.RenewAt.Sub(l.clock.Now()); wait != time.Minute {
		t.Errorf("it is tried again after %s, want a minute", wait)
	}
	expectOne(t, r.close(opened.Private), isWarning, "Calls May End Soon", "a, b, c. The first of them:", "2026-03-14T15:45:00Z")
	expectOne(t, r.open(l.hasCalls("abc")).Diagnostics, isError, "No Token From Entra ID", "a, b, c")
}
