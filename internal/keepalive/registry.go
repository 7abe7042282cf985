package keepalive

import (
	"context"
	"sync"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// forgetAfter is how long a [Registry] keeps an entry that is not used. A call that has ended is not renewed any more,
// and its close may come hours later, so this is longer than any run.
const forgetAfter = 7 * 24 * time.Hour

// Held is what a [Registry] holds: a [Keeper], or a [Group]. R is the type of its records.
type Held[R any] interface {
	// Send sends what is due, and returns what is known then and how long to wait for the next time.
	Send(ctx context.Context) (known R, wait time.Duration)
	// Close stops it, and reports false if it was closed before.
	Close(ctx context.Context) (known R, first bool)
}

// Registry holds the calls that are being kept alive for a caller that opens, renews and closes
// them by a key, in requests that share nothing else. It is how a close learns what an earlier
// renewal learned, and how a renewal learns that it comes after the close.
//
// A close is not guaranteed: entries that were not used for [forgetAfter] are dropped when
// the next one is opened. All methods may be called concurrently.
type Registry[R any] struct {
	clock clock.Clock

	mu      sync.Mutex
	entries map[string]*entry[R]
}

// entry is what is open under one key; held is nil once it is closed, to free the memory.
type entry[R any] struct {
	held     Held[R]
	lastUsed time.Time
}

// NewRegistry returns an empty Registry; c is this machine's clock.
func NewRegistry[R any](c clock.Clock) *Registry[R] {
	return &Registry[R]{clock: c, entries: map[string]*entry[R]{}}
}

// Open enters what is held under a key that has not been used before.
func (r *Registry[R]) Open(key string, h Held[R]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(key, h)
}

// Renew calls [Held.Send] of the entry under key and returns what that returns. A key that was
// never entered is that of another process; then adopt makes what is held, or returns nil if that
// is not possible. Once it is closed, nothing is sent, and nothing is known of it.
func (r *Registry[R]) Renew(ctx context.Context, key string, adopt func() Held[R]) (known R, wait time.Duration) {
	r.mu.Lock()
	e, entered := r.entries[key]
	if !entered {
		e = r.put(key, adopt())
	}
	e.lastUsed = r.clock.Now()
	held := e.held
	r.mu.Unlock()
	if held == nil {
		return known, 0
	}
	return held.Send(ctx)
}

// Close closes what was entered under key and returns what is known of it, which is nothing when
// the key is that of another process. It reports false when it was closed before.
func (r *Registry[R]) Close(ctx context.Context, key string) (known R, first bool) {
	r.mu.Lock()
	e, entered := r.entries[key]
	if !entered {
		e = r.put(key, nil)
	}
	held := e.held
	e.held, e.lastUsed = nil, r.clock.Now()
	r.mu.Unlock()
	if held == nil {
		return known, !entered
	}
	return held.Close(ctx)
}

// put makes an entry, and drops those that were not used for [forgetAfter].
func (r *Registry[R]) put(key string, h Held[R]) *entry[R] {
	now := r.clock.Now()
	for key, e := range r.entries {
		if now.Sub(e.lastUsed) > forgetAfter {
			delete(r.entries, key)
		}
	}
	e := &entry[R]{held: h, lastUsed: now}
	r.entries[key] = e
	return e
}
