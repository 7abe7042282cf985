package graphsim

import (
	"sync"
	"time"
)

// Clock is a clock that moves when told to. The zero value shows real time and
// runs on from there; Advance puts it ahead.
type Clock struct {
	mu     sync.Mutex
	frozen time.Time // shown instead of real time when set
	offset time.Duration
}

// NewFrozenClock returns a clock that stands at t and moves only by Advance.
func NewFrozenClock(t time.Time) *Clock { return &Clock{frozen: t} }

// Now is the time the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen.IsZero() {
		return time.Now().Add(c.offset)
	}
	return c.frozen.Add(c.offset)
}

// Advance moves the clock by d, back when d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}
