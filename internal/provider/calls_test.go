package provider

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

func TestKnownCalls_whatNamesACall(t *testing.T) {
	t.Parallel()
	known, failures := knownCalls(types.MapValueMust(types.StringType, map[string]attr.Value{
		"b": types.StringValue("2"), "a": types.StringValue("1"), "c": types.StringValue("1"), "null": types.StringNull(),
		"later": types.StringUnknown(), "path": types.StringValue("a/b"), "": types.StringValue(""),
	}))
	if want := []namedCall{{"a", "1"}, {"b", "2"}}; !slices.Equal(known, want) {
		t.Errorf("got %v, want %v", known, want)
	}
	got := map[string]graph.Kind{}
	for _, f := range failures {
		got[f.call.name] = kindOf(f.err)
	}
	invalid := graph.KindInvalidID
	if want := map[string]graph.Kind{"": invalid, "c": kindDuplicateID, "null": kindMissingID, "path": invalid}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, nothing := range []types.Map{types.MapNull(types.StringType), types.MapUnknown(types.StringType)} {
		if known, failures := knownCalls(nothing); known != nil || failures != nil {
			t.Errorf("%s names %v, %v", nothing, known, failures)
		}
	}
}

// manyCalls puts n calls there, named call-000 and so on.
func (l *lab) manyCalls(n int) []namedCall {
	calls := make([]namedCall, n)
	for i := range calls {
		calls[i] = namedCall{fmt.Sprintf("call-%03d", i), fmt.Sprintf("id-%03d", i)}
		l.PlaceCall(graphsim.Call{ID: calls[i].id})
	}
	return calls
}

// configuredData is the data of the lab's provider.
func (l *lab) configuredData(t *testing.T) *providerData {
	t.Helper()
	p := l.provider()
	l.protocolOf(t, newServer(p, false))
	return p.data.Load()
}

// keepAll sends a keepAlive to each call.
func keepAll(ctx context.Context, d *providerData, calls []namedCall) []callOutcome[time.Time] {
	return forEachCall(ctx, d, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (time.Time, error) {
		k, err := d.sendKeepAlive(ctx, c.id, nil, o)
		return k.at, err
	})
}

func TestForEachCall_oneFailureConcernsNoOther(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	calls := l.manyCalls(120)
	l.Inject(graphsim.Throttled("1").To(http.MethodPost, "/id-000/"))
	l.Inject(graphsim.Status(http.StatusForbidden).To(http.MethodPost, "/id-007/").For(-1))
	for i, o := range keepAll(t.Context(), l.configuredData(t), calls) {
		if o.call != calls[i] || (o.err != nil) != (i == 7) || (i != 7 && o.value.IsZero()) {
			t.Errorf("%d: got %+v", i, o)
		}
	}
	posts := l.graphRequests()
	if again := slices.IndexFunc(posts[1:], func(p string) bool { return p == posts[0] }); len(posts) != 121 || !strings.Contains(posts[120], "id-000") {
		t.Errorf("the retry is request %d of %d, want the last", again+1, len(posts))
	}
}

// Whatever keeps the token from coming, it is said once, and about all calls: those that wait for their turn, and those that
// run out of time, fail for no other reason.
func TestForEachCall_everyFailureOfTheTokenIsOfAll(t *testing.T) {
	t.Parallel()
	refused, stranger := (*wire).refused, (*wire).stranger
	for name, c := range map[string]struct {
		dial  func(*wire) func(context.Context) (net.Conn, error)
		fault graphsim.Fault
		out   bool // whether time is up once attempts have met that
		kind  graph.Kind
	}{
		"refused connection":    {dial: refused, kind: graph.KindUnreachable},
		"unknown host":          {dial: (*wire).unresolved, kind: graph.KindUnreachable},
		"untrusted certificate": {dial: stranger, kind: graph.KindCertificate},
		"401":                   {fault: graphsim.Status(http.StatusUnauthorized), kind: graph.KindCredential},
		"503":                   {fault: graphsim.Status(http.StatusServiceUnavailable), kind: graph.KindCredential},
		"no response":           {fault: graphsim.Stalled(), out: true, kind: graph.KindCredential},
		"out of time":           {dial: refused, out: true, kind: graph.KindUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			calls := l.manyCalls(120)
			w := &wire{strange: newLab(t).Server}
			l.dial = w.dial
			if c.dial == nil {
				l.Inject(c.fault.ToEntra().For(-1))
			} else {
				w.fail(t, l.AuthorityURL(), -1, c.dial(w))
			}
			var timeouts []time.Duration
			switch {
			case c.out && c.dial != nil: // in a wait before the next attempt, once all that are under way have had one
				l.onceAsleep(2*graph.DefaultMaxConcurrent, func() { l.clock.Advance(time.Hour) })
			case c.out:
				timeouts = []time.Duration{time.Hour}
			}
			data := l.configuredData(t)
			ctx, cancel := data.clock.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			var failures []callFailure
			l.outlast(t, timeouts, l.stalled, func() { failures = failuresOf(keepAll(ctx, data, calls)) })
			groups := groupFailures(failures)
			if len(failures) != 120 || len(groups) != 1 || groups[0].kind != c.kind || len(groups[0].reasons) != 1 {
				for _, g := range groups {
					t.Errorf("%d of kind %d, %q:\n%v", g.calls(), g.kind, g.summary, g.reasons)
				}
				t.Errorf("%d failures, want one kind, %d", len(failures), c.kind)
			}
			l.expectSent(t, 0)
		})
	}
}

func TestForEachCall_endsWithItsContext(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	calls := l.manyCalls(300)
	data := l.configuredData(t)
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex // keeps the others from being sent meanwhile
	begun := 0
	failures := failuresOf(forEachCall(ctx, data, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (bool, error) {
		mu.Lock()
		if begun++; begun == 6 {
			cancel()
		}
		mu.Unlock()
		_, err := data.sendKeepAlive(ctx, c.id, nil, o)
		return true, err
	}))
	groups := groupFailures(failures)
	if len(failures) < 200 || len(groups) != 1 || groups[0].summary != "Interrupted" {
		t.Errorf("%d failures in %+v", len(failures), groups)
	}
}

func TestCallsDiagnostic_saysEachReasonOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	data := l.configuredData(t)
	refused := func(code, id string) error {
		l.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Status: http.StatusForbidden, Code: code, Message: "about " + id})
		_, err := data.sendKeepAlive(t.Context(), id, nil)
		return err
	}
	var failures []callFailure
	fail := func(name string, err error) { failures = append(failures, callFailure{namedCall{name, name}, err}) }
	for i := range 23 {
		fail(fmt.Sprintf("n%02d", i), refused("7505", fmt.Sprintf("id-%02d", i)))
	}
	fail("other", refused("7504", "id-x"))
	fail("a\x1b[31m\nb\"", &graph.Error{Operation: graph.OperationKeepAlive, CallID: "id-y", Attempts: 1, Last: &graph.Response{StatusCode: http.StatusTooManyRequests}})
	fail(strings.Repeat("long", 100), errMissingID)
	fail("late", notTriedError{context.DeadlineExceeded})
	var diags diag.Diagnostics
	for _, d := range groupFailures(failures) {
		d.add(&diags, "The end.")
	}
	var texts []string
	for _, d := range diags {
		at := ""
		if with, ok := d.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		texts = append(texts, d.Summary()+" at "+at+": "+d.Detail())
	}
	if len(texts) != 4 {
		t.Fatalf("%d diagnostics, want 4: %q", len(texts), texts)
	}
	expectText(t, texts[3], "Graph Is Throttling Requests at calls[", `"a\x1b[31m\nb\"":`, "max_concurrent_requests", "The end.")
	expectText(t, texts[2], "Graph Denied Access to Calls at :", "n00, n01,", "n19 and 3 more. The first of them:", "about id-00", "other:",
		"Code 7504", "Code 7505")
	expectText(t, texts[1], "Missing Call ID", "longlong", "is null")
	expectText(t, texts[0], "Timeout Before the First Attempt")
	for _, text := range texts {
		if strings.Contains(text, "n20") || strings.Contains(text, "about id-01") || strings.Contains(text, "parallelism") || len(text) > 3000 {
			t.Errorf("says too much: %s", text)
		}
	}
	if !errors.Is(notTriedError{context.Canceled}, context.Canceled) {
		t.Error("the reason is lost")
	}
}

// However much is wrong, what is said about it stays readable.
func TestCallsDiagnostic_isBounded(t *testing.T) {
	t.Parallel()
	ids := map[string]attr.Value{}
	for i := range 5000 {
		ids[fmt.Sprintf("n%04d", i)] = types.StringValue(fmt.Sprintf("calls/%d", i))
	}
	calls := types.MapValueMust(types.StringType, ids)
	var refused, failed diag.Diagnostics
	checkCalls(calls, &refused)
	_, failures := knownCalls(calls)
	for i := range failures {
		failures[i].err = entryError{kindDuplicateID, failures[i].call.name}
	}
	for _, d := range groupFailures(failures) {
		d.add(&failed, "")
	}
	if len(refused) != namesLimit+1 || len(failed) != 1 || len(failed[0].Detail()) > 2000 {
		t.Errorf("%d and %d diagnostics: %q", len(refused), len(failed), failed)
	}
	expectText(t, failed[0].Detail(), "Calls with other reasons: 4990.")
	expectText(t, refused[namesLimit].Detail(), "4980 more entries")
}
