package provider

import (
	"context"
	"slices"
	"sync"
	"time"

	"terraform-provider-msgraph/internal/clock/clocktest"
)

// atATime is how many objects Terraform works on at a time, unless told otherwise.
const atATime = 10

// soakClock is the clock of a soak. It moves when all who work have gone to sleep, to the
// earliest time at which one of them wakes: ten who wait a second at the same time wait one
// second, not ten, as they would on real time.
type soakClock struct {
	timeouts *clocktest.Clock // is never advanced

	mu       sync.Mutex
	now      time.Time
	working  int // workers, those asleep included
	sleepers []*sleeper
	events   []soakEvent // in the order of their times
	moving   bool
}

type sleeper struct {
	wake time.Time
	done chan struct{}
}

// soakEvent is something that happens at a time, whoever is at work then.
type soakEvent struct {
	at time.Time
	do func()
}

// Now implements clock.Clock.
func (c *soakClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// WithTimeout implements clock.Clock. As on a [clocktest.Clock], who sleeps uses up no timeout, neither his own nor that of
// others, and neither does a slow machine.
func (c *soakClock) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return c.timeouts.WithTimeout(ctx, d)
}

// Sleep implements clock.Clock. Only workers may call it.
func (c *soakClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	c.mu.Lock()
	s := &sleeper{wake: c.now.Add(d), done: make(chan struct{})}
	c.sleepers = append(c.sleepers, s)
	c.mu.Unlock()
	c.moveOn()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sleepers = slices.DeleteFunc(c.sleepers, func(other *sleeper) bool { return other == s })
		return ctx.Err()
	}
}

// work runs f as a worker for each of items, so many at a time.
func soakWork[T any](c *soakClock, workers int, items []T, f func(T)) {
	queue := make(chan T, len(items))
	for _, item := range items {
		queue <- item
	}
	close(queue)
	c.mu.Lock()
	c.working = workers
	c.mu.Unlock()
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for item := range queue {
				f(item)
			}
			c.mu.Lock()
			c.working--
			c.mu.Unlock()
			c.moveOn()
		})
	}
	all.Wait()
}

// moveOn moves the clock and wakes who is due, when nobody is awake.
func (c *soakClock) moveOn() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.moving || len(c.sleepers) == 0 || len(c.sleepers) < c.working {
		return
	}
	c.moving = true
	defer func() { c.moving = false }()
	first := slices.MinFunc(c.sleepers, func(a, b *sleeper) int { return a.wake.Compare(b.wake) })
	c.moveTo(first.wake)
	c.sleepers = slices.DeleteFunc(c.sleepers, func(s *sleeper) bool { return s == first })
	close(first.done)
}

// advanceTo moves the clock to t, past what happens until then. Nobody may be at work.
func (c *soakClock) advanceTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moveTo(t)
}

// moveTo is advanceTo for who holds the lock. Events happen without it, as they may ask for
// the time.
func (c *soakClock) moveTo(t time.Time) {
	for len(c.events) > 0 && !c.events[0].at.After(t) {
		e := c.events[0]
		c.events = c.events[1:]
		c.now = later(c.now, e.at)
		c.mu.Unlock()
		e.do()
		c.mu.Lock()
	}
	c.now = later(c.now, t)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// at has do happen at a time. Nobody may be at work.
func (c *soakClock) at(t time.Time, do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, soakEvent{t, do})
	slices.SortStableFunc(c.events, func(a, b soakEvent) int { return a.at.Compare(b.at) })
}
