package clocktest

import (
	"context"
	"sync"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// timeouts are the contexts of a clock that end when it is advanced far enough. Sleeping on the
// clock moves no timeout on: many do that at once, each of whom moves the clock.
type timeouts struct {
	mu     sync.Mutex
	passed time.Duration // by which the clock has been advanced in all
	active map[*timeout]struct{}
}

// timeout is a context that ends with the time of others.
type timeout struct {
	context.Context //nolint:containedctx // it is a context itself

	left func() time.Duration
	end  time.Duration // by the passed of its timeouts
	done chan struct{}
	once sync.Once
	err  error
}

// WithTimeout returns a context that ends with [context.DeadlineExceeded] when a test advances the
// clock by d, however long that takes.
func (t *timeouts) WithTimeout(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	t.mu.Lock()
	ctx := &timeout{Context: parent, end: t.passed + d, done: make(chan struct{})}
	if t.active == nil {
		t.active = map[*timeout]struct{}{}
	}
	t.active[ctx] = struct{}{}
	t.mu.Unlock()
	ctx.left = func() time.Duration {
		t.mu.Lock()
		left := ctx.end - t.passed
		t.mu.Unlock()
		if outer, ok := clock.Left(parent); ok {
			left = min(left, outer)
		}
		return left
	}
	stop := context.AfterFunc(parent, func() { ctx.finish(parent.Err()) })
	if d <= 0 {
		ctx.finish(context.DeadlineExceeded)
	}
	return ctx, func() {
		stop()
		t.mu.Lock()
		delete(t.active, ctx)
		t.mu.Unlock()
		ctx.finish(context.Canceled)
	}
}

// pass lets d pass.
func (t *timeouts) pass(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.passed += d
	for ctx := range t.active {
		if ctx.end <= t.passed {
			delete(t.active, ctx)
			ctx.finish(context.DeadlineExceeded)
		}
	}
}

func (c *timeout) finish(err error) {
	c.once.Do(func() {
		c.err = err
		close(c.done)
	})
}

// Done implements [context.Context].
func (c *timeout) Done() <-chan struct{} { return c.done }

// Err implements [context.Context].
func (c *timeout) Err() error {
	if err := c.Context.Err(); err != nil {
		c.finish(err) // at once, as in contexts of the standard library
	}
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}

// Value implements [context.Context].
func (c *timeout) Value(key any) any {
	if key == (clock.LeftKey{}) {
		return c.left
	}
	return c.Context.Value(key)
}
