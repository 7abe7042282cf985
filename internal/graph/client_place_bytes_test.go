package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/transport"
)

// The connection is cut after each byte of the request and of its response, over HTTP/1.1 after each fourth. One call is
// placed at most, and its ID is returned or the error says that there may be one. An operation that is canceled there, at
// each 16th byte, returns it.
//
// The connection that is cut has carried another request before: net/http itself repeats some requests on such a one.
func TestPlace_placesOneCallAtMostWhicheverByteIsTheLast(t *testing.T) {
	t.Parallel()
	for proto, change := range map[string]func(*setup){"HTTP 1.1": withHTTP1, "HTTP 2": func(*setup) {}} {
		step := int64(1)
		if proto == "HTTP 1.1" {
			step = 4
		}
		for what, fromServer := range map[string]bool{"request": false, "response": true} {
			t.Run(fmt.Sprintf("%s of %s cut", what, proto), func(t *testing.T) {
				t.Parallel()
				placeAtBytes(t, change, fromServer, true, step)
			})
			t.Run(fmt.Sprintf("%s of %s canceled", what, proto), func(t *testing.T) {
				t.Parallel()
				placeAtBytes(t, change, fromServer, false, 16)
			})
		}
	}
}

func placeAtBytes(t *testing.T, change func(*setup), fromServer, cut bool, step int64) {
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
	// open makes the client use w from now on, and returns how many bytes that has carried already.
	open := func(b bench, w *graphsim.Wire) (carried int64) {
		connections.CloseIdleConnections() // or it would talk over one that is still there
		b.sim.WatchConnection(w)
		if cut {
			b.signIn(t)
		}
		return passed(w)
	}
	rehearsal, b := &graphsim.Wire{}, newBench()
	first := open(b, rehearsal)
	_, _, err := b.Place(t.Context(), callTo(callback(0)), nil)
	last := passed(rehearsal)
	if err != nil || last-first < 100 {
		t.Fatalf("got %v after %d bytes, want a call", err, last-first)
	}

	b = newBench()
	results := map[int64]placed{}
	var struck atomic.Int64
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
		open(b, w)
		call, _, err := b.Place(ctx, callTo(callback(n)), nil)
		cancel()
		results[n] = placed{callback(n), call, err}
	}
	t.Logf("%d strikes at bytes %d to %d", struck.Load(), first, last)
	// Lengths differ by a few bytes: those of IDs and tokens when compressed.
	if want := (last - first - 100) / step; struck.Load() < want {
		t.Errorf("%d strikes fell, want %d at least", struck.Load(), want)
	}
	expectOneAtMost(t, b.sim.Placed(), results, cut)
}

// placed is what came of placing a call that has this callbackUri.
type placed struct {
	callback string
	call     graph.Call
	err      error
}

// expectOneAtMost fails the test unless of each call one was placed at most, and what came of it says so.
func expectOneAtMost(t *testing.T, all []graphsim.PlacedCall, results map[int64]placed, mayFail bool) {
	t.Helper()
	ids, outcomes := map[string][]string{}, map[string]int{}
	for _, p := range all {
		ids[p.CallbackURI] = append(ids[p.CallbackURI], p.ID)
	}
	for _, n := range slices.Sorted(maps.Keys(results)) {
		r := results[n]
		ids := ids[r.callback]
		may := r.err != nil && failure(t, r.err).MayHaveTakenEffect
		outcomes[fmt.Sprintf("%d placed, and the error says that one may have been: %t", len(ids), may)]++
		switch {
		case len(ids) > 1:
			t.Fatalf("byte %d: %d calls were placed, and the error is %v", n, len(ids), r.err)
		case r.err == nil && (len(ids) != 1 || ids[0] != r.call.ID):
			t.Fatalf("byte %d: got call %q, and %q was placed", n, r.call.ID, ids)
		case r.err != nil && len(ids) == 1 && !may:
			t.Fatalf("byte %d: a call was placed, and the error does not say that one may have been: %v", n, r.err)
		case r.err != nil && !mayFail:
			t.Fatalf("byte %d: got %v, want the call that was on its way", n, r.err)
		}
	}
	t.Log(outcomes)
}

// callTo is the body of a call that is distinguished from others by its callbackUri.
func callTo(callback string) json.RawMessage {
	return json.RawMessage(`{"@odata.type":"#microsoft.graph.call","callbackUri":"` + callback + `","requestedModalities":["audio"],` +
		`"mediaConfig":{"@odata.type":"#microsoft.graph.serviceHostedMediaConfig"},"tenantId":"` + graphsim.TenantID + `",` +
		`"targets":[{"@odata.type":"#microsoft.graph.invitationParticipantInfo","identity":{"@odata.type":"#microsoft.graph.identitySet",` +
		`"user":{"@odata.type":"#microsoft.graph.identity","id":"112f7296-5fa4-42ca-bae8-6a692b15d4b8"}}}]}`)
}
