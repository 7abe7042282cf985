package keepalive

import (
	"context"
	"sync"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// ServerClock tells the server's time: the local clock, corrected by the time that the server
// last told. A keepAlive's age is the difference between two points in the server's time, so it is
// right even on a machine whose clock is wrong. The correction may change at any moment: measure
// durations by the clock that [ServerClock.Local] returns.
//
// The zero value is not ready for use; call [NewServerClock]. All methods may be called
// concurrently.
type ServerClock struct {
	local clock.Clock

	mu     sync.Mutex
	offset time.Duration
	heard  bool
}

// NewServerClock returns a ServerClock that tells local's time until the first [ServerClock.Observe].
func NewServerClock(local clock.Clock) *ServerClock { return &ServerClock{local: local} }

// Local returns the clock of this machine.
func (c *ServerClock) Local() clock.Clock { return c.local }

// WithTimeout returns a context that ends after d, by the local clock.
func (c *ServerClock) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return c.local.WithTimeout(ctx, d)
}

// Observe corrects the clock by the time that the server has just told. The zero time is that of a
// response without one, which corrects nothing.
func (c *ServerClock) Observe(server time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = true
	if !server.IsZero() {
		c.offset = server.Sub(c.local.Now())
	}
}

// Now returns the server's time as far as it is known, else the local time.
func (c *ServerClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.local.Now().Add(c.offset)
}

// Heard reports whether the server has responded yet, with the time or without it.
func (c *ServerClock) Heard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard
}
