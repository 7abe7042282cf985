package keepalive

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"
	"weak"
)

func noAdoption(t *testing.T) func() Held[Record] {
	return func() Held[Record] {
		t.Error("a call that is known was taken for another process's")
		return nil
	}
}

func TestRegistry_closeLearnsWhatARenewalLearned(t *testing.T) {
	t.Parallel()
	g := newGraph()
	registry := NewRegistry[Record](g.clock)
	registry.Open("a", g.keeper(noon))
	registry.Open("b", g.keeper(noon))
	g.clock.Advance(15 * time.Minute)
	registry.Renew(t.Context(), "b", noAdoption(t))
	g.failWith(errEnded)
	if r, wait := registry.Renew(t.Context(), "a", noAdoption(t)); !r.Ended || wait != 0 {
		t.Errorf("the renewal knows %+v and waits %s", r, wait)
	}
	if r, first := registry.Close(t.Context(), "a"); !first || !r.Ended || !r.Last.Equal(noon) {
		t.Errorf("closing a gives %+v, %v", r, first)
	}
	if r, first := registry.Close(t.Context(), "b"); !first || r.Ended || r.Sent != 2 {
		t.Errorf("closing b gives %+v, %v", r, first)
	}
}

func TestRegistry_nothingFollowsAClose(t *testing.T) {
	t.Parallel()
	g := newGraph()
	registry := NewRegistry[Record](g.clock)
	registry.Open("a", g.keeper(noon))
	registry.Close(t.Context(), "a")
	if r, wait := registry.Renew(t.Context(), "a", noAdoption(t)); wait != 0 || r != (Record{}) {
		t.Errorf("a renewal gives %+v and waits %s", r, wait)
	}
	if r, first := registry.Close(t.Context(), "a"); first || r != (Record{}) {
		t.Errorf("another close gives %+v, %v", r, first)
	}
	g.expectSent(t, 0)
}

func TestRegistry_adoptsTheCallsOfAnotherProcess(t *testing.T) {
	t.Parallel()
	g := newGraph()
	registry := NewRegistry[Record](g.clock)
	adopt := func() Held[Record] { return g.keeper(time.Time{}) }
	if r, wait := registry.Renew(t.Context(), "a", adopt); r.Sent != 1 || wait != 15*time.Minute {
		t.Errorf("the renewal gives %+v and waits %s", r, wait)
	}
	if r, first := registry.Close(t.Context(), "a"); !first || r.Sent != 1 {
		t.Errorf("the close gives %+v, %v", r, first)
	}
	if r, first := registry.Close(t.Context(), "b"); !first || r != (Record{}) {
		t.Errorf("closing what was never renewed gives %+v, %v", r, first)
	}
	registry.Renew(t.Context(), "b", noAdoption(t))
	g.expectSent(t, 1)
}

// The end of a call is known until its close, which may come hours after the last renewal, whatever else is opened.
func TestRegistry_remembersAnEnd(t *testing.T) {
	t.Parallel()
	g := newGraph()
	registry := NewRegistry[Record](g.clock)
	registry.Open("a", g.keeper(noon))
	g.failWith(errEnded)
	registry.Renew(t.Context(), "a", noAdoption(t))
	g.clock.Advance(12 * time.Hour)
	registry.Open("b", g.keeper(g.clock.Now()))
	if r, first := registry.Close(t.Context(), "a"); !first || !r.Ended {
		t.Errorf("the close gives %+v, %v", r, first)
	}
}

// What is never closed does not pile up; what is still being renewed stays.
func TestRegistry_forgets(t *testing.T) {
	t.Parallel()
	g := newGraph()
	registry := NewRegistry[Record](g.clock)
	registry.Open("renewed", g.keeper(noon))
	for i := range 10_000 {
		key := fmt.Sprint(i)
		registry.Open(key, g.keeper(g.clock.Now()))
		if i%3 == 0 {
			registry.Close(t.Context(), key)
		}
		g.clock.Advance(2 * time.Minute)
		if i%15 == 0 {
			registry.Renew(t.Context(), "renewed", noAdoption(t))
		}
	}
	if n, most := len(registry.entries), int(forgetAfter/(2*time.Minute))+2; n > most {
		t.Errorf("%d entries, want at most %d", n, most)
	}
	if r, first := registry.Close(t.Context(), "renewed"); !first || r.Sent < 600 {
		t.Errorf("the one that is renewed was forgotten: %+v, %v", r, first)
	}
}

// A close releases the keeper: the headers of its requests may be secrets.
func TestRegistry_closeDropsTheKeeper(t *testing.T) {
	t.Parallel()
	g := newGraph()
	registry := NewRegistry[Record](g.clock)
	keeper := g.keeper(noon)
	pointer := weak.Make(keeper)
	registry.Open("a", keeper)
	registry.Close(t.Context(), "a")
	runtime.GC()
	if pointer.Value() != nil {
		t.Error("the keeper is still there")
	}
	runtime.KeepAlive(registry)
}

// In any order and all at once: for each call one close is the first, and nothing is sent
// after it has returned.
func TestRegistry_concurrently(t *testing.T) {
	t.Parallel()
	g := newGraph()
	registry := NewRegistry[Record](g.clock)
	for i := range 50 {
		key := fmt.Sprint(i)
		registry.Open(key, g.keeper(noon))
		var wg sync.WaitGroup
		var mu sync.Mutex
		closes := 0
		for j := range 8 {
			wg.Go(func() {
				if j%3 != 0 {
					registry.Renew(t.Context(), key, noAdoption(t))
					return
				}
				if _, first := registry.Close(t.Context(), key); first {
					mu.Lock()
					closes++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if closes != 1 {
			t.Fatalf("%d closes were the first", closes)
		}
		g.mu.Lock()
		before := g.sent
		g.mu.Unlock()
		registry.Renew(t.Context(), key, noAdoption(t))
		g.expectSent(t, before)
	}
}
