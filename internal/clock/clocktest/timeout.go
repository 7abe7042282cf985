package clocktest

import (
	"context"
	"slices"
	"sync"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// timeouts are the contexts of a clock that end when it is advanced far enough. Sleeping on the
// clock ends none: many goroutines sleep at once, and each moves the clock.
type timeouts struct {
	mu     sync.Mutex
	passed time.Duration // by which the clock has been advanced in all
	active []*timeout    // in the order in which they were made, so parents before their children
}

// timeout is a context that ends with the time of others.
type timeout struct {
	context.Context //nolint:containedctx // it is a context itself

	end  time.Duration // by the passed of its timeouts
	done chan struct{}
	once sync.Once
	err  error
}

// WithTimeout returns a context that ends with [context.DeadlineExceeded] when a test advances the
// clock by d, however long that takes.
func (t *timeouts) WithTimeout(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	t.mu.Lock()
	ctx := &timeout{end: t.passed + d, done: make(chan struct{})}
	t.active = append(t.active, ctx)
	ctx.Context = clock.WithLeft(parent, func() time.Duration {
		t.mu.Lock()
		left := ctx.end - t.passed
		t.mu.Unlock()
		if outer, ok := clock.Left(parent); ok {
			left = min(left, outer)
		}
		return left
	})
	t.mu.Unlock()
	stop := context.AfterFunc(parent, func() { ctx.finish(parent.Err()) })
	if d <= 0 {
		ctx.finish(context.DeadlineExceeded)
	}
	return ctx, func() {
		stop()
		t.mu.Lock()
		t.active = slices.DeleteFunc(t.active, func(other *timeout) bool { return other == ctx })
		t.mu.Unlock()
		ctx.finish(context.Canceled)
	}
}

// pass lets d pass at once, in which several timeouts may end, each after its parents: code that sees the timeout of an
// attempt end checks whether that of the operation has.
func (t *timeouts) pass(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.passed += d
	t.active = slices.DeleteFunc(t.active, func(ctx *timeout) bool {
		over := ctx.end <= t.passed
		if over {
			ctx.finish(context.DeadlineExceeded)
		}
		return over
	})
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
