package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/transport"
)

// The connection is cut after each byte of the request and of its response. One call is placed at most, and its ID is
// returned or the error says that there may be one. An operation that is canceled there, at each 16th byte, returns it.
//
// The connection that is cut has carried another request before: net/http itself repeats some requests on such a one.
func TestPlace_placesOneCallAtMostWhicheverByteIsTheLast(t *testing.T) {
	t.Parallel()
	for proto, change := range map[string]func(*setup){"HTTP/1.1": withHTTP1, "HTTP/2": func(*setup) {}} {
		for what, fromServer := range map[string]bool{"request": false, "response": true} {
			for how, cut := range map[string]bool{"cut": true, "canceled": false} {
				t.Run(fmt.Sprintf("%s of %s %s", what, strings.ReplaceAll(proto, "/", " "), how), func(t *testing.T) {
					t.Parallel()
					placeAtEachByte(t, change, fromServer, cut)
				})
			}
		}
	}
}

func placeAtEachByte(t *testing.T, change func(*setup), fromServer, cut bool) {
	t.Helper()
	var connections *transport.Transport
	newBench := func() bench {
		b := newClient(t, change, func(s *setup) {
			before := s.transport
			s.transport = func(t *transport.Transport) {
				before(t)
				connections, t.DisableKeepAlives = t, !cut
			}
		})
		if cut {
			return b // whose first connection is not yet there
		}
		return b.signIn(t)
	}
	passed := func(w *graphsim.Wire) int64 {
		client, server := w.Passed()
		if fromServer {
			return server
		}
		return client
	}
	callback := func(n int64) string { return fmt.Sprintf("https://bot.contoso.com/%06d", n) }
	// place places the n-th call over w, and returns how many bytes that has carried before.
	place := func(ctx context.Context, b bench, n int64, w *graphsim.Wire) (before int64, call graph.Call, err error) {
		connections.CloseIdleConnections() // or it would run over one that is still there
		b.sim.WatchConnection(w)
		if cut {
			b.signIn(t)
		}
		before = passed(w)
		call, _, err = b.Place(ctx, callTo(callback(n)), nil)
		return before, call, err
	}
	rehearsal := &graphsim.Wire{}
	first, _, err := place(deadline(t, time.Minute), newBench(), 0, rehearsal)
	last := passed(rehearsal)
	if err != nil || last-first < 100 {
		t.Fatalf("got %v after %d bytes, want a call", err, last-first)
	}

	b := newBench()
	type result struct {
		call graph.Call
		err  error
	}
	results := map[string]result{}
	var struck atomic.Int64
	step := int64(1)
	if !cut {
		step = 16
	}
	for n := first; n <= last; n += step {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		w := &graphsim.Wire{FromServer: fromServer, Bytes: n}
		w.Strike = func() bool {
			if passed(w) == n {
				struck.Add(1)
			}
			if !cut {
				cancel()
			}
			return !cut
		}
		var r result
		_, r.call, r.err = place(ctx, b, n, w)
		cancel()
		results[callback(n)] = r
	}
	// Lengths differ by a few bytes: those of IDs and tokens when compressed.
	if strikes := struck.Load(); strikes < (last-first-100)/step {
		t.Errorf("%d strikes fell, want one at each of %d bytes", strikes, (last-first)/step)
	}

	placed := map[string][]string{}
	for _, p := range b.sim.Placed() {
		placed[p.CallbackURI] = append(placed[p.CallbackURI], p.ID)
	}
	outcomes := map[string]int{}
	for to, r := range results {
		ids := placed[to]
		may := r.err != nil && failure(t, r.err).MayHaveBeenTaken
		outcomes[fmt.Sprintf("%d placed, may have been %t", len(ids), may)]++
		switch {
		case len(ids) > 1:
			t.Errorf("%s: %d calls were placed, and the error is %v", to, len(ids), r.err)
		case r.err == nil && (len(ids) != 1 || ids[0] != r.call.ID):
			t.Errorf("%s: got call %q, and %q was placed", to, r.call.ID, ids)
		case r.err != nil && len(ids) == 1 && !may:
			t.Errorf("%s: a call was placed, and the error says that there is none: %v", to, r.err)
		case r.err != nil && !cut:
			t.Errorf("%s: got %v, want the call that was on its way", to, r.err)
		}
	}
	t.Logf("bytes %d to %d: %d strikes: %v", first, last, struck.Load(), outcomes)
}

// callTo is the body of a call, told from others by its callbackUri.
func callTo(callback string) json.RawMessage {
	return json.RawMessage(`{"@odata.type":"#microsoft.graph.call","callbackUri":"` + callback + `","requestedModalities":["audio"],` +
		`"mediaConfig":{"@odata.type":"#microsoft.graph.serviceHostedMediaConfig"},"tenantId":"` + graphsim.TenantID + `",` +
		`"targets":[{"@odata.type":"#microsoft.graph.invitationParticipantInfo","identity":{"@odata.type":"#microsoft.graph.identitySet",` +
		`"user":{"@odata.type":"#microsoft.graph.identity","id":"112f7296-5fa4-42ca-bae8-6a692b15d4b8"}}}]}`)
}
