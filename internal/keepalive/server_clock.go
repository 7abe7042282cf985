package keepalive

import (
	"sync"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// ServerClock tells the server's time: the local clock, corrected by the time that the server
// last told. A keepAlive's age is the difference of two points in the server's time, so a
// machine whose clock is wrong judges it like any other. Its time may be corrected at any
// moment: durations are measured by the embedded clock of this machine.
//
// The zero value is not ready for use; call [NewServerClock]. All methods may be called
// concurrently.
type ServerClock struct {
	clock.Clock

	mu     sync.Mutex
	offset time.Duration
	heard  bool
}

// NewServerClock returns a ServerClock that tells local's time until the first [ServerClock.Observe].
func NewServerClock(local clock.Clock) *ServerClock { return &ServerClock{Clock: local} }

// Observe takes over the time that the server has just told. The zero time stands for an
// response without one: then the local clock is all there is.
func (c *ServerClock) Observe(server time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = true
	if !server.IsZero() {
		c.offset = server.Sub(c.Clock.Now())
	}
}

// Now returns the server's time as far as it is known, else the local time.
func (c *ServerClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Clock.Now().Add(c.offset)
}

// Heard reports whether the server has responded yet, with the time or without it.
func (c *ServerClock) Heard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard
}
