// Package clocktest has a clock that moves only when a test moves it.
package clocktest

import (
	"context"
	"sync"
	"time"
)

// Clock is a [terraform-provider-msgraph/internal/clock.Clock] that moves only when [Clock.Advance]
// or [Clock.Sleep] is called. Use [New] to make one.
type Clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
	// late is by how much a sleep takes longer than requested, by its number.
	late map[int]time.Duration
	timeouts
}

// New returns a clock that stands at start.
func New(start time.Time) *Clock { return &Clock{now: start} }

// Now returns the time the clock stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward by d. Nobody sees the new time before the timeouts that it ends have ended.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.pass(d)
}

// SuspendDuring suspends the machine during the nth sleep, counted from one: it ends later by d.
func (c *Clock) SuspendDuring(nth int, d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.late == nil {
		c.late = map[int]time.Duration{}
	}
	c.late[nth] = d
}

// Sleep moves the clock forward by d and returns at once, or returns ctx.Err() without
// moving it when ctx is done.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.now = c.now.Add(d)
	}
	c.slept = append(c.slept, d)
	c.now = c.now.Add(c.late[len(c.slept)])
	return nil
}

// Slept returns how long each Sleep so far was to take, in order.
func (c *Clock) Slept() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.slept...)
}

// Skewed is a view of a [Clock] that runs Offset ahead of it (behind it when Offset is
// negative): the clock of a machine that tells the wrong time.
type Skewed struct {
	*Clock
	Offset time.Duration
}

// Now returns the wrong time.
func (s Skewed) Now() time.Time { return s.Clock.Now().Add(s.Offset) }
