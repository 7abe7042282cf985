package graph_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

// keepAliveAll sends a keepAlive to each call, in one batch, and returns the outcome of each.
func keepAliveAll(ctx context.Context, b bench, ids []string, atATime int) []error {
	batch := graph.NewBatch(len(ids), atATime)
	errs := make([]error, len(ids))
	var all sync.WaitGroup
	for i, id := range ids {
		member, err := batch.Join(ctx)
		if err != nil {
			errs[i] = err
			continue
		}
		all.Go(func() {
			defer member.Leave()
			_, errs[i] = b.KeepAlive(ctx, id, nil, graph.InBatch(member))
		})
	}
	all.Wait()
	return errs
}

// placeCalls puts n calls there and returns their IDs.
func placeCalls(b bench, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("call-%03d", i)
		b.sim.PlaceCall(graphsim.Call{ID: ids[i]})
	}
	return ids
}

func TestBatch_firstRequestsComeBeforeRetries(t *testing.T) {
	t.Parallel()
	for _, atATime := range []int{1, 7, 500} {
		b := newClient(t)
		ids := placeCalls(b, 120)
		b.sim.Inject(graphsim.Throttled("1").To(http.MethodPost, ids[0]+"/"))
		b.sim.Inject(graphsim.Status(http.StatusServiceUnavailable).To(http.MethodPost, ids[50]+"/"))
		if err := errors.Join(keepAliveAll(t.Context(), b, ids, atATime)...); err != nil {
			t.Fatal(err)
		}
		var sent []string
		for _, request := range b.sim.KeepAlives("") {
			sent = append(sent, strings.Split(request.Path, "/")[4])
		}
		if len(sent) != 122 {
			t.Fatalf("%d keepAlives, want 122", len(sent))
		}
		first := slices.Clone(sent[:120])
		slices.Sort(first)
		if !slices.Equal(first, ids) {
			t.Errorf("%d at a time: a call was retried before all had been tried: %q", atATime, sent)
		}
	}
}

// Of calls that never get as far as Graph, no more than those that may start send anything.
func TestBatch_noTokenHoldsBackTheRest(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(graph.RetryOptions{MaxRetries: -1, AttemptTimeout: patient.AttemptTimeout}))
	ids := placeCalls(b, 50)
	b.sim.Inject(graphsim.Status(http.StatusServiceUnavailable).ToEntra().For(3))
	if err := errors.Join(keepAliveAll(t.Context(), b, ids, 2)...); err != nil {
		t.Fatal(err)
	}
	if n := b.sim.FaultsLeft(); n != 0 {
		t.Errorf("%d faults did not happen", n)
	}
	if n := len(b.sim.KeepAlives("")); n != 50 {
		t.Errorf("%d keepAlives, want one for each of 50 calls", n)
	}
}

func TestBatch_waitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b := newClient(t, withClock(interrupted{clocktest.New(epoch), func() { time.AfterFunc(50*time.Millisecond, cancel) }}))
	batch := graph.NewBatch(2, 2)
	member, err := batch.Join(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer member.Leave()
	b.sim.Inject(graphsim.Status(http.StatusServiceUnavailable).To(http.MethodPost, ""))
	_, err = b.KeepAlive(ctx, callID, nil, graph.InBatch(member)) // its retry waits for the other operation, which never comes
	if e := wantKind(t, err, graph.KindCanceled); e.Attempts != 1 {
		t.Errorf("%d requests, want one", e.Attempts)
	}
	if _, err := batch.Join(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("joined with %v", err)
	}
}
