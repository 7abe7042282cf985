// Package clock tells the time and waits, and writes durations. Code that needs either gets a [Clock], so that tests
// move the time instead of sleeping.
package clock

import (
	"context"
	"strings"
	"time"
)

// Clock tells the time and waits.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// Sleep waits for d, or until ctx is done, in which case it returns ctx.Err().
	// A d of zero or less does not wait.
	Sleep(ctx context.Context, d time.Duration) error
	// WithTimeout is [context.WithTimeout] by this clock. [Left] returns how much of it is left.
	WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
}

type leftKey struct{}

// WithLeft returns ctx with the function that [Left] calls in place of reading its deadline, which is by the clock of
// this machine. It is for the WithTimeout of other clocks.
func WithLeft(ctx context.Context, left func() time.Duration) context.Context {
	return context.WithValue(ctx, leftKey{}, left)
}

// Left returns how much time is left until ctx ends by its timeout, and whether it has one.
func Left(ctx context.Context) (left time.Duration, ok bool) {
	if left, ok := ctx.Value(leftKey{}).(func() time.Duration); ok {
		return left(), true
	}
	deadline, ok := ctx.Deadline()
	return time.Until(deadline), ok
}

// System returns the clock of this machine. Differences between the times that it tells are
// by a monotonic clock. Its Sleep counts the time for which the machine was suspended.
func System() Clock { return system{} }

type system struct{}

func (system) Now() time.Time { return time.Now() }

func (system) Sleep(ctx context.Context, d time.Duration) error {
	return sleep(ctx, d, wait, func() time.Time { return time.Now().Round(0) })
}

func (system) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}

// slice is how long a sleep lasts at most before it reads the wall clock: on Linux, the
// clock of Go's timers stands still while the machine is suspended.
const slice = 5 * time.Second

// sleep waits until d has passed, by the timers' clock or by the wall clock, whichever is first.
func sleep(ctx context.Context, d time.Duration, wait func(context.Context, time.Duration) error, wall func() time.Time) error {
	if d <= 0 {
		return ctx.Err()
	}
	end := wall().Add(d)
	for left := d; left > 0; left = min(left, end.Sub(wall())) {
		part := min(left, slice)
		if err := wait(ctx, part); err != nil {
			return err
		}
		left -= part
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// FormatDuration writes a duration without its zero units: "45m" where String has "45m0s".
func FormatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
