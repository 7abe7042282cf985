package graph_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/transport"
)

// Nothing has been sent before, so it is not known that the stand-in speaks HTTP/2: each of the
// ten concurrent requests would make a connection of its own.
func TestFirstContact_thousandCallsTenAtATimeShareOneTokenAndOneConnectionFromTheStart(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	const all, atATime = 1000, 10
	var workers sync.WaitGroup
	for worker := range atATime {
		workers.Go(func() {
			for i := worker; i < all; i += atATime {
				id := fmt.Sprintf("call-%d", i)
				b.sim.PlaceCall(graphsim.Call{ID: id})
				if _, err := b.KeepAlive(t.Context(), id, nil); err != nil {
					t.Error(err)
				}
				if _, _, err := b.Get(t.Context(), id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	b.wantSent(t, 2*all)
	wantDistinct(t, header(b.sent(), "Client-Request-Id"))
	for _, call := range b.sim.Calls() {
		if call.ID != callID && call.KeepAlives != 1 {
			t.Errorf("call %s: got %d keepAlives, want 1", call.ID, call.KeepAlives)
		}
	}
	toGraph, toEntra := b.sim.Connections()
	if tokens := b.sim.TokensIssued(); tokens != 1 || toGraph != 1 || toEntra != 1 {
		t.Errorf("got %d tokens, %d connections to Graph and %d to Entra, want one of each", tokens, toGraph, toEntra)
	}
}

// A first request that finds nobody keeps none of the others.
func TestFirstContact_thatFailsLetsOthersGo(t *testing.T) {
	t.Parallel()
	var dials atomic.Int64
	var toGraph string
	b := newClient(t, withRetry(once), func(s *setup) {
		s.transport = func(transport *transport.Transport) {
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if "https://"+address == toGraph && dials.Add(1) == 1 {
					return nil, errors.New("nobody there")
				}
				return dial(ctx, network, address)
			}
		}
	})
	toGraph = b.sim.GraphURL()
	var calls sync.WaitGroup
	var failed atomic.Int64
	for range 10 {
		calls.Go(func() {
			if _, err := b.KeepAlive(b.within(t, time.Minute), callID, nil); err != nil {
				failed.Add(1)
			}
		})
	}
	calls.Wait()
	if got := failed.Load(); got != 1 {
		t.Errorf("%d of 10 failed, want only the first", got)
	}
}

// A connection that breaks under fifty requests is replaced by one connection, not by fifty.
func TestFirstContact_aBrokenConnectionIsReplacedByOne(t *testing.T) {
	t.Parallel()
	t.Run("keepAlive", func(t *testing.T) {
		t.Parallel()
		breakUnder(t, func(ctx context.Context, b bench) error {
			_, err := b.KeepAlive(ctx, callID, nil)
			return err
		})
	})
	t.Run("get", func(t *testing.T) {
		t.Parallel()
		breakUnder(t, func(ctx context.Context, b bench) error {
			_, _, err := b.Get(ctx, callID)
			return err
		})
	})
}

// breakUnder breaks the connection to Graph under fifty requests, each of which is to succeed all the same.
func breakUnder(t *testing.T, do func(context.Context, bench) error) {
	t.Helper()
	const atATime = 50
	var (
		mu     sync.Mutex
		conns  []net.Conn // to Graph
		broken atomic.Bool
		there  atomic.Int64
		url    string
	)
	b := newClient(t, func(s *setup) {
		s.transport = func(transport *transport.Transport) {
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := dial(ctx, network, address)
				if "https://"+address == url && err == nil {
					mu.Lock()
					defer mu.Unlock()
					conns = append(conns, conn)
				}
				return conn, err
			}
		}
	})
	url = b.sim.GraphURL()
	b.signIn(t)
	allThere := make(chan struct{})
	b.sim.Watch(func(ctx context.Context, _ int, moment graphsim.Moment) {
		if moment != graphsim.Arrived || broken.Load() {
			return
		}
		if there.Add(1) == atATime {
			close(allThere)
		}
		<-ctx.Done()
	})
	var calls sync.WaitGroup
	for range atATime {
		calls.Go(func() {
			if err := do(b.within(t, time.Minute), b); err != nil {
				t.Error(err)
			}
		})
	}
	<-allThere
	broken.Store(true)
	mu.Lock()
	before := len(conns)
	for _, conn := range conns {
		_ = conn.Close()
	}
	mu.Unlock()
	calls.Wait()
	mu.Lock()
	defer mu.Unlock()
	if again := len(conns) - before; again != 1 {
		t.Errorf("%d connections in place of %d that broke, want one", again, before)
	}
}

func BenchmarkKeepAlive(b *testing.B) {
	client := newClient(b).signIn(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.KeepAlive(b.Context(), callID, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	client := newClient(b).signIn(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := client.Get(b.Context(), callID); err != nil {
			b.Fatal(err)
		}
	}
}
