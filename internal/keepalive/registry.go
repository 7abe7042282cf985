package keepalive

import (
	"context"
	"sync"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// forgetAfter is how long the ledger remembers a call of which it has heard nothing: by
// then, the call has long ended, or whoever held it is gone.
const forgetAfter = 2 * Limit

// Registry holds the calls that are being kept alive on behalf of somebody else, who calls in
// from time to time and names them by a key. It is how the one who closes learns what a
// renewal has learned before, and how a renewal learns that it comes too late.
//
// Nobody promises that Close ever comes: entries of which nothing was heard for
// [forgetAfter] go when the next one is opened. All methods may be called concurrently.
type Registry struct {
	clock clock.Clock

	mu      sync.Mutex
	entries map[string]*entry
}

// entry is one call; keeper is nil once it is closed, and with it all that it holds on to.
type entry struct {
	keeper *Keeper
	heard  time.Time
}

// NewRegistry returns an empty Ledger; c is this machine's clock.
func NewRegistry(c clock.Clock) *Registry {
	return &Registry{clock: c, entries: map[string]*entry{}}
}

// Open enters a call under a key that has not been used before.
func (l *Registry) Open(key string, k *Keeper) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.put(key, k)
}

// Renew sends one keepAlive for the call that was entered under key and returns what
// [Keeper.Send] does. A key that was never entered is that of another process; then adopt
// makes the Keeper. Once the call is closed, nothing is sent, and nothing is known of it.
func (l *Registry) Renew(ctx context.Context, key string, adopt func() *Keeper) (r Record, wait time.Duration) {
	l.mu.Lock()
	e, known := l.entries[key]
	if !known {
		e = l.put(key, adopt())
	}
	e.heard = l.clock.Now()
	keeper := e.keeper
	l.mu.Unlock()
	if keeper == nil {
		return Record{}, 0
	}
	return keeper.Send(ctx)
}

// Close closes the call that was entered under key and returns what is known of it, which is
// nothing when the key is that of another process. It reports false when the call was closed
// before.
func (l *Registry) Close(ctx context.Context, key string) (r Record, first bool) {
	l.mu.Lock()
	e, known := l.entries[key]
	if !known {
		e = l.put(key, nil)
	}
	keeper := e.keeper
	e.keeper, e.heard = nil, l.clock.Now()
	l.mu.Unlock()
	if keeper == nil {
		return Record{}, !known
	}
	return keeper.Close(ctx)
}

// put makes an entry, and drops those that have been silent for too long.
func (l *Registry) put(key string, k *Keeper) *entry {
	now := l.clock.Now()
	for key, e := range l.entries {
		if now.Sub(e.heard) > forgetAfter {
			delete(l.entries, key)
		}
	}
	e := &entry{keeper: k, heard: now}
	l.entries[key] = e
	return e
}
