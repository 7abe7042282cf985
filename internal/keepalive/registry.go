package keepalive

import (
	"context"
	"sync"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// forgetAfter is how long a [Registry] keeps a call that nobody has asked for: by then, the
// call has long ended, or whoever held it has.
const forgetAfter = 2 * Limit

// Registry holds the calls that are being kept alive for a caller that opens, renews and closes
// them by a key, in requests that share nothing else. It is how a close learns what an earlier
// renewal learned, and how a renewal learns that it comes after the close.
//
// A close is not guaranteed: entries that nobody has asked for in [forgetAfter] are dropped when
// the next one is opened. All methods may be called concurrently.
type Registry struct {
	clock clock.Clock

	mu      sync.Mutex
	entries map[string]*entry
}

// entry is one call; keeper is nil once it is closed, and with it all that it holds on to.
type entry struct {
	keeper *Keeper
	heard  time.Time // when it was last asked for
}

// NewRegistry returns an empty Registry; c is this machine's clock.
func NewRegistry(c clock.Clock) *Registry {
	return &Registry{clock: c, entries: map[string]*entry{}}
}

// Open enters a call under a key that has not been used before.
func (r *Registry) Open(key string, k *Keeper) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(key, k)
}

// Renew sends one keepAlive for the call that was entered under key and returns what
// [Keeper.Send] does. A key that was never entered is that of another process; then adopt
// makes the Keeper. Once the call is closed, nothing is sent, and nothing is known of it.
func (r *Registry) Renew(ctx context.Context, key string, adopt func() *Keeper) (record Record, wait time.Duration) {
	r.mu.Lock()
	e, known := r.entries[key]
	if !known {
		e = r.put(key, adopt())
	}
	e.heard = r.clock.Now()
	keeper := e.keeper
	r.mu.Unlock()
	if keeper == nil {
		return Record{}, 0
	}
	return keeper.Send(ctx)
}

// Close closes the call that was entered under key and returns what is known of it, which is
// nothing when the key is that of another process. It reports false when the call was closed
// before.
func (r *Registry) Close(ctx context.Context, key string) (record Record, first bool) {
	r.mu.Lock()
	e, known := r.entries[key]
	if !known {
		e = r.put(key, nil)
	}
	keeper := e.keeper
	e.keeper, e.heard = nil, r.clock.Now()
	r.mu.Unlock()
	if keeper == nil {
		return Record{}, !known
	}
	return keeper.Close(ctx)
}

// put makes an entry, and drops those that nobody has asked for in a long time.
func (r *Registry) put(key string, k *Keeper) *entry {
	now := r.clock.Now()
	for key, e := range r.entries {
		if now.Sub(e.heard) > forgetAfter {
			delete(r.entries, key)
		}
	}
	e := &entry{keeper: k, heard: now}
	r.entries[key] = e
	return e
}
