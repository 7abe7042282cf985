package provider

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// eventful is a clock on which something happens just before whoever sleeps on it goes to
// sleep for the nth time: a hold sleeps once after each keepAlive.
type eventful struct {
	clock.Clock
	sleeps *atomic.Int32
	nth    int32
	do     func()
}

func (c eventful) Sleep(ctx context.Context, d time.Duration) error {
	if c.sleeps.Add(1) == c.nth {
		c.do()
	}
	return c.Clock.Sleep(ctx, d)
}

func (l *lab) beforeSleep(nth int32, do func()) {
	l.local = eventful{Clock: l.local, sleeps: new(atomic.Int32), nth: nth, do: do}
}

// gathering is a clock on which those who sleep wait until so many do, and then something happens.
type gathering struct {
	clock.Clock
	asleep   *atomic.Int32
	many     int32
	gathered chan struct{}
	do       func()
}

func (c gathering) Sleep(ctx context.Context, d time.Duration) error {
	if c.asleep.Add(1) == c.many {
		c.do()
		close(c.gathered)
	}
	select {
	case <-c.gathered:
	case <-ctx.Done():
	}
	return c.Clock.Sleep(ctx, d)
}

// onceAsleep has do happen once so many sleep at the same time.
func (l *lab) onceAsleep(many int32, do func()) {
	l.local = gathering{l.local, new(atomic.Int32), many, make(chan struct{}), do}
}

// behind is the clock of a machine that is behind the one Terraform goes by. A renewal that
// is to come 15 minutes later by this one comes that much sooner by Terraform's timer, which
// no test can move.
type behind struct {
	clock.Clock
	by time.Duration
}

func (b behind) Now() time.Time { return b.Clock.Now().Add(-b.by) }

// untimed is a clock by which no timeout ends: those of a renewal and a close are a few seconds, which a busy machine may
// take.
type untimed struct{ clock.Clock }

func (untimed) WithTimeout(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

// realTime puts the provider on the clock that Terraform goes by: a renewal that is to come
// 15 minutes later comes never, as far as a test is concerned. By the lab's own clock it
// might be overdue.
func (l *lab) realTime() *lab {
	l.local = untimed{clock.System()}
	return l
}

// hurried makes Terraform renew each quarter of a second what the provider asks to be
// renewed after 15 minutes. The provider takes the time from Graph all the same, and Graph's
// clock moves on by step soon after it has taken a keepAlive.
func (l *lab) hurried(t *testing.T, step time.Duration) *lab {
	t.Helper()
	l.local = behind{untimed{clock.System()}, 15*time.Minute - 250*time.Millisecond}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for seen := 0; t.Context().Err() == nil; time.Sleep(5 * time.Millisecond) {
			if call, _ := l.Call(callID); call.KeepAlives > seen {
				seen = call.KeepAlives // one step for all, or the call could end between two of them
				l.clock.Advance(step)
			}
		}
	}()
	t.Cleanup(func() { <-stopped })
	return l
}
