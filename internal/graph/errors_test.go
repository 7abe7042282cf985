package graph_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

// wantKindOf is what a person can do about a status, by the design.
func wantKindOf(status int) graph.Kind {
	switch {
	case status < 400, status == 407, status == 511: // a proxy, a captive portal
		return graph.KindNotGraph
	case status == 401:
		return graph.KindUnauthorized
	case status == 403:
		return graph.KindForbidden
	case status == 404:
		return graph.KindNotFound
	case status == 429:
		return graph.KindThrottled
	case status == 408, status >= 500:
		return graph.KindUnavailable
	}
	return graph.KindRefused
}

func TestKind_ofEveryStatusWhateverTheBody(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(once)).signIn(t)
	for status := 300; status < 600; status++ {
		if status == http.StatusNotModified { // which has no body
			continue
		}
		faults := []graphsim.Fault{
			graphsim.Empty(status),
			jsonFault(status, errorJSON(`"code":"c","message":"m"`)),
			{Status: status, Body: []byte("<html>"), ContentType: "text/html"},
		}
		fault := faults[status%len(faults)]
		want := wantKindOf(status)
		if fault.ContentType == "text/html" {
			want = graph.KindNotGraph
		}
		b.clock.Advance(time.Minute) // or the token that replaced a refused one would count for later ones
		b.sim.Inject(fault.To("", callPath).For(requestsFor(status)))
		_, err := b.get(t)
		e := wantKind(t, err, want)
		if e.Last == nil || e.Last.StatusCode != status {
			t.Errorf("got %v, want status %d in it", e, status)
		}
	}
}

// The kinds decide what is dropped from state, so those that matter see every body.
func TestKind_byBody(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(once)).signIn(t)
	for _, status := range []int{400, 401, 403, 404, 407, 408, 409, 410, 429, 500, 502, 503, 504, 511} {
		page := graphsim.HTMLNotFound()
		page.Status = status
		for _, test := range []struct {
			fault graphsim.Fault
			want  graph.Kind
		}{
			{graphsim.Status(status), wantKindOf(status)},
			{graphsim.Empty(status), wantKindOf(status)},
			{graphsim.Garbage(status), wantKindOf(status)},
			{graphsim.TruncatedJSON(status), wantKindOf(status)},
			{graphsim.Oversized(status), wantKindOf(status)},
			{page, graph.KindNotGraph},
		} {
			b.clock.Advance(time.Minute)
			b.sim.Inject(test.fault.To("", callPath).For(requestsFor(status)))
			_, err := b.keepAlive(t)
			e := wantKind(t, err, test.want)
			if e.Last == nil || e.Last.StatusCode != status || graph.IsNotFound(err) != (test.want == graph.KindNotFound) {
				t.Errorf("got %v, want status %d in it", e, status)
			}
			wantShowable(t, e.Error(), 1)
		}
	}
}

// A 404 that a GET has contradicted, or that may be a gateway's, is no longer one by which a call counts as ended; it is shown
// all the same.
func TestContradicted_isNoLongerNotFound(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	b.sim.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodPost, ""))
	_, notFound := b.keepAlive(t)
	e := wantKind(t, graph.Contradicted(fmt.Errorf("wrapped: %w", notFound)), graph.KindContradicted)
	if graph.IsNotFound(e) || !graph.IsNotFound(notFound) {
		t.Errorf("got %v, of %v", e, notFound)
	}
	wantText(t, e.Error(), "keepAlive of call", "a GET showed the call as alive", "404 Not Found, code 8522", "request-id")
	doubted := wantKind(t, graph.Doubted(notFound), graph.KindNotGraph)
	wantText(t, doubted.Error(), "the response has no error code", "404 Not Found")
	if err := errors.New("another"); !errors.Is(graph.Contradicted(err), err) {
		t.Error("an error of another kind is not as it was")
	}
}

func TestKind_ofFailuresWithoutAResponse(t *testing.T) {
	t.Parallel()
	for want, err := range map[graph.Kind]error{
		graph.KindNetwork:  errors.New("no route to host"),
		graph.KindCanceled: fmt.Errorf("get: %w", context.Canceled),
	} {
		wantKind(t, &graph.Error{Err: err}, want)
	}
	wantKind(t, &graph.Error{Err: context.DeadlineExceeded}, graph.KindNetwork)
	// What interrupts a run is not the response that it waited after.
	wantKind(t, &graph.Error{Err: context.Canceled, Last: &graph.Response{StatusCode: 503}}, graph.KindCanceled)
}

func TestError_saysWhatWasTriedAndWhatCameOfIt(t *testing.T) {
	t.Parallel()
	response := &graph.Response{StatusCode: 503, Code: "ServiceError", Message: "Busy.", RequestID: "r", ClientRequestID: "c", Date: respondedAt}
	for want, e := range map[string]*graph.Error{
		`keepAlive of call x failed: 503 Service Unavailable, code ServiceError, "Busy." (request-id r, client-request-id c, date 2026-02-03T04:05:06Z)`: {
			Operation: graph.OperationKeepAlive, CallID: "x", Attempts: 1, Elapsed: time.Second, Last: response},
		`get of call x failed after 3 requests in 1.5s: context deadline exceeded: 503 Service Unavailable, code ServiceError, "Busy." ` +
			`(request-id r, client-request-id c, date 2026-02-03T04:05:06Z); gave up because`: {
			Operation: graph.OperationGet, CallID: "x", Attempts: 3, Elapsed: 1500 * time.Millisecond, Last: response,
			GaveUp: "gave up because", Err: context.DeadlineExceeded},
		`hang up of call x failed: no route to host`: {Operation: graph.OperationHangUp, CallID: "x", Attempts: 1, Err: errors.New("no route to host")},
		`get of call "x\n" failed: bad id`:           {Operation: graph.OperationGet, CallID: "x\n", Err: errors.New("bad id")},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}
