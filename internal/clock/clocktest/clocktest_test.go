package clocktest_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/clock/clocktest"
)

var (
	_ clock.Clock = (*clocktest.Clock)(nil)
	_ clock.Clock = clocktest.Skewed{}
)

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestClock_standsStillUntilItIsMoved(t *testing.T) {
	t.Parallel()
	c := clocktest.New(epoch)
	for _, step := range []time.Duration{0, time.Second, 45 * time.Minute, -time.Hour} {
		before := c.Now()
		c.Advance(step)
		if got, want := c.Now(), before.Add(step); !got.Equal(want) {
			t.Errorf("moved by %s: got %s, want %s", step, got, want)
		}
	}
	if got := c.Slept(); len(got) != 0 {
		t.Errorf("got sleeps %v, want none", got)
	}
}

func TestSleep_movesTheClockAndReturnsAtOnce(t *testing.T) {
	t.Parallel()
	c := clocktest.New(epoch)
	want := []time.Duration{time.Hour, 0, -time.Hour, time.Second}
	for _, d := range want {
		if err := c.Sleep(t.Context(), d); err != nil {
			t.Errorf("%s: got %v, want nil", d, err)
		}
	}
	if got, want := c.Now(), epoch.Add(time.Hour+time.Second); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
	got := c.Slept()
	if !slices.Equal(got, want) {
		t.Errorf("got sleeps %v, want %v", got, want)
	}
	got[0] = 0
	if again := c.Slept(); !slices.Equal(again, want) {
		t.Errorf("got sleeps %v after the caller changed his own, want %v", again, want)
	}
}

func TestSleep_withADoneContextLeavesTheClockAlone(t *testing.T) {
	t.Parallel()
	c := clocktest.New(epoch)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if got := c.Now(); !got.Equal(epoch) || len(c.Slept()) != 0 {
		t.Errorf("got %s and sleeps %v, want a clock that has not moved", got, c.Slept())
	}
}

func TestSkewed_tellsTheWrongTimeAndSleepsOnTheSameClock(t *testing.T) {
	t.Parallel()
	for _, offset := range []time.Duration{20 * time.Minute, -20 * time.Minute} {
		right := clocktest.New(epoch)
		wrong := clocktest.Skewed{Clock: right, Offset: offset}
		if err := wrong.Sleep(t.Context(), time.Minute); err != nil {
			t.Error(err)
		}
		if got, want := wrong.Now(), epoch.Add(time.Minute+offset); !got.Equal(want) || !right.Now().Equal(epoch.Add(time.Minute)) {
			t.Errorf("got %s and right %s, want %s", got, right.Now(), want)
		}
	}
}

func TestClock_isForManyAtOnce(t *testing.T) {
	t.Parallel()
	c := clocktest.New(epoch)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_ = c.Sleep(t.Context(), time.Second)
			c.Advance(time.Second)
			_, _ = c.Now(), c.Slept()
		})
	}
	all.Wait()
	if got, want := c.Now(), epoch.Add(40*time.Second); !got.Equal(want) || len(c.Slept()) != 20 {
		t.Errorf("got %s and %d sleeps, want %s and 20", got, len(c.Slept()), want)
	}
}

func TestSuspendDuring_makesASleepLonger(t *testing.T) {
	t.Parallel()
	c := clocktest.New(epoch)
	c.SuspendDuring(2, time.Hour)
	for _, want := range []time.Duration{time.Second, time.Hour + 2*time.Second, time.Hour + 3*time.Second} {
		if err := c.Sleep(t.Context(), time.Second); err != nil || c.Now().Sub(epoch) != want {
			t.Errorf("got %s after the start, want %s (%v)", c.Now().Sub(epoch), want, err)
		}
	}
}

func TestWithTimeout_endsWhenTheClockIsAdvanced(t *testing.T) {
	t.Parallel()
	c := clocktest.New(epoch)
	outer, cancelOuter := c.WithTimeout(t.Context(), time.Minute)
	defer cancelOuter()
	inner, cancel := c.WithTimeout(outer, time.Hour)
	defer cancel()
	child, cancelChild := context.WithCancel(inner)
	defer cancelChild()
	_ = c.Sleep(t.Context(), 10*time.Hour)
	c.Advance(59 * time.Second)
	if left, ok := clock.Left(child); !ok || left != time.Second || child.Err() != nil {
		t.Errorf("got %s left and %v, want a second, whatever the sleep of another context", left, child.Err())
	}
	c.Advance(time.Second)
	for _, ctx := range []context.Context{outer, inner, child} {
		<-ctx.Done()
		if err := ctx.Err(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
	}
}

// However far the clock is advanced at once, nobody sees a timeout end before one around it.
func TestWithTimeout_parentsEndFirst(t *testing.T) {
	t.Parallel()
	c := clocktest.New(epoch)
	operation, cancel := c.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var attempts sync.WaitGroup
	for range 1000 {
		attempt, cancel := c.WithTimeout(operation, 30*time.Second)
		attempts.Go(func() {
			defer cancel()
			if <-attempt.Done(); operation.Err() == nil {
				t.Error("the inner one ended first")
			}
		})
	}
	c.Advance(2 * time.Minute)
	attempts.Wait()
}

func TestWithTimeout_endsWithItsParentAndOnItsOwn(t *testing.T) {
	t.Parallel()
	c := clocktest.New(epoch)
	parent, cancelParent := context.WithCancel(t.Context())
	ctx, cancel := c.WithTimeout(parent, time.Minute)
	defer cancel()
	cancelParent()
	<-ctx.Done()
	canceled, cancel := c.WithTimeout(t.Context(), time.Minute)
	cancel()
	<-canceled.Done()
	over, cancel := c.WithTimeout(t.Context(), 0)
	defer cancel()
	<-over.Done()
	for got, want := range map[error]error{ctx.Err(): context.Canceled, canceled.Err(): context.Canceled, over.Err(): context.DeadlineExceeded} {
		if !errors.Is(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if _, ok := clock.Left(t.Context()); ok {
		t.Error("a context without a timeout has some left")
	}
}
