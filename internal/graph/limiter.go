package graph

import (
	"context"
	"net/http"
	"slices"
	"sync"
)

// DefaultMaxConcurrent is how many requests a client sends at a time by default. Graph
// allows thousands a second; 50 keep 1000 calls alive in seconds over one connection.
const DefaultMaxConcurrent = 50

// leastConcurrent is the lowest limit that throttling leads to.
const leastConcurrent = 2

// limiter limits how many requests are sent at a time. When Graph throttles one (429), the limit is halved; each
// round of successful requests raises it by one, up to the configured limit.
type limiter struct {
	mu      sync.Mutex
	most    float64
	allowed float64
	busy    int
	round   int             // counts the reductions: requests from before one do not cause another
	waiting []chan struct{} // in order of arrival; closing one grants its slot
}

func newLimiter(most int) *limiter {
	return &limiter{most: float64(most), allowed: float64(most)}
}

// acquire waits until another request may be sent, or until ctx is done. The round that it returns is for release.
func (l *limiter) acquire(ctx context.Context) (round int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 && l.free() {
		l.busy++
		return l.round, nil
	}
	granted := make(chan struct{})
	l.waiting = append(l.waiting, granted)
	l.mu.Unlock()
	select {
	case <-granted:
	case <-ctx.Done():
		err = ctx.Err()
	}
	l.mu.Lock()
	if err == nil {
		return l.round, nil
	}
	if i := slices.Index(l.waiting, granted); i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
	} else {
		l.done() // its slot was granted meanwhile
	}
	return l.round, err
}

// release ends a request, which got a response of that status, 0 for none.
func (l *limiter) release(round, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case status == http.StatusTooManyRequests && round == l.round:
		l.round++
		l.allowed = max(l.allowed/2, min(leastConcurrent, l.most))
	case status/100 == 2:
		l.allowed = min(l.allowed+1/l.allowed, l.most)
	}
	l.done()
}

func (l *limiter) free() bool { return l.busy < int(l.allowed) }

// done ends a request, and grants free slots to waiters.
func (l *limiter) done() {
	l.busy--
	for len(l.waiting) > 0 && l.free() {
		close(l.waiting[0])
		l.waiting = l.waiting[1:]
		l.busy++
	}
}
