package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

// gauge is a transport that counts the requests that are under way, and the most that ever were. It returns no
// response before the first ones are there, or it has waited for them long enough.
type gauge struct {
	policy.Transporter
	now, most, responses atomic.Int64
	first                int64
	there                chan struct{} // closed once there are as many responses as first
}

func (g *gauge) Do(req *http.Request) (*http.Response, error) {
	now := g.now.Add(1)
	defer g.now.Add(-1)
	for most := g.most.Load(); now > most && !g.most.CompareAndSwap(most, now); most = g.most.Load() {
	}
	resp, err := g.Transporter.Do(req)
	if g.first == 0 {
		return resp, err
	}
	if g.responses.Add(1) == g.first {
		close(g.there)
	}
	select {
	case <-g.there:
	case <-time.After(10 * time.Second): // fewer are allowed
	}
	return resp, err
}

// await begins to count again, and makes the first n responses wait for each other.
func (g *gauge) await(n int64) {
	g.most.Store(0)
	g.responses.Store(0)
	g.first, g.there = n, make(chan struct{})
}

// newGauged returns a client with a gauge, whose token needs no request.
func newGauged(t testing.TB, atATime int) (bench, *gauge) {
	t.Helper()
	b := newClient(t)
	g := &gauge{Transporter: newTransport(t, b.sim.CACertificate())}
	b.sim.Inject(graphsim.Fault{Status: 200, Body: []byte("{}"), ContentType: "application/json", Delay: 5 * time.Millisecond}.To("POST", "/keepAlive").For(-1))
	return b.with(t, graph.Options{Transport: g, MaxConcurrent: atATime}), g
}

// keepAll sends a keepAlive for each of n calls, all at once.
func (b bench) keepAll(t testing.TB, n int) {
	t.Helper()
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			if _, err := b.KeepAlive(b.within(t, time.Minute), fmt.Sprintf("call-%d", i), nil); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestMaxConcurrent_boundsTheRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	for given, want := range map[int]int64{0: 50, 7: 7, 1: 1} {
		b, g := newGauged(t, given)
		g.await(want) // however slowly they are sent
		b.keepAll(t, 150)
		if got := g.most.Load(); got != want {
			t.Errorf("%d: got %d requests at a time, want %d", given, got, want)
		}
		b.wantSent(t, 150)
	}
}

func TestMaxConcurrent_isHalvedOnceByARoundOfThrottling(t *testing.T) {
	t.Parallel()
	b, g := newGauged(t, 16)
	g.await(16) // no retry is sent before all are throttled
	b.sim.ClearFaults()
	b.sim.Inject(graphsim.Throttled("1").For(16))
	b.sim.Inject(graphsim.Fault{Status: 200, Body: []byte("{}"), Delay: 20 * time.Millisecond}.For(-1))
	b.keepAll(t, 16) // all of which are throttled, and come back 8 at a time
	g.await(8)
	b.keepAll(t, 16)
	if got := g.most.Load(); got < 8 || got > 12 {
		t.Errorf("got %d requests at a time after a 429, want half of 16, and a little more with each success", got)
	}
	b.keepAll(t, 400)
	g.await(16)
	b.keepAll(t, 50)
	if got := g.most.Load(); got != 16 {
		t.Errorf("got %d requests at a time after many successes, want all 16 again", got)
	}
}

func TestMaxConcurrent_anOperationThatWaitsForItsRetryCountsForNone(t *testing.T) {
	t.Parallel()
	waiting := make(chan struct{})
	release := make(chan struct{})
	b := newClient(t)
	b.sim.Inject(graphsim.Throttled("7"))
	client := b.with(t, graph.Options{MaxConcurrent: 1, Clock: interrupted{b.clock, func() { close(waiting); <-release }}})
	b.sim.Inject(graphsim.Fault{Status: 200, Body: []byte("{}")}.For(-1))
	done := make(chan error)
	go func() { _, err := client.KeepAlive(b.within(t, time.Minute), callID, nil); done <- err }()
	<-waiting
	if _, err := client.KeepAlive(b.within(t, 30*time.Second), "another", nil); err != nil {
		t.Errorf("got %v, want it sent while the other waits", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestMaxConcurrent_waitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	b, _ := newGauged(t, 1)
	b.sim.ClearFaults()
	b.sim.Inject(graphsim.Stalled().To("POST", "/stuck/keepAlive"))
	stuck, end := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _, _ = b.KeepAlive(stuck, "stuck", nil) }()
	eventually(t, func() bool { return len(b.sent()) > 0 })
	_, err := b.KeepAlive(b.outlast(t, func() int { return 1 }), callID, nil)
	if e := wantKind(t, err, graph.KindNetwork); e.Attempts != 0 {
		t.Errorf("got %+v, want nothing sent", e)
	}
	end()
	<-done
	b.sim.Inject(graphsim.Empty(200).For(-1))
	if _, err := b.keepAlive(t); err != nil {
		t.Errorf("got %v, want the place free again", err)
	}
}

// Fifty at a time, and one connection carries them: HTTP/2 has room for a hundred and more.
func TestMaxConcurrent_needsFewConnections(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	for i := range 1000 {
		b.sim.PlaceCall(graphsim.Call{ID: fmt.Sprintf("call-%d", i)})
	}
	b.keepAll(t, 1000)
	if connections, _ := b.sim.Connections(); connections > 4 {
		t.Errorf("got %d connections to Graph, want 4 at most", connections)
	}
	b.wantSent(t, 1000)
}
