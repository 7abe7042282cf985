package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

func TestSystem_tellsTheMachinesTime(t *testing.T) {
	t.Parallel()
	before := time.Now()
	got := clock.System().Now()
	if got.Before(before) || got.After(time.Now()) {
		t.Errorf("got %s, want a time since %s", got, before)
	}
}

func TestSystem_sleepsForTheTimeGiven(t *testing.T) {
	t.Parallel()
	const d = 5 * time.Millisecond
	began := time.Now()
	err := clock.System().Sleep(t.Context(), d)
	if took := time.Since(began); err != nil || took < d {
		t.Errorf("got %v after %s, want nil after %s", err, took, d)
	}
}

func TestSystem_doesNotSleepForNothing(t *testing.T) {
	t.Parallel()
	for _, d := range []time.Duration{0, -1, -time.Hour} {
		began := time.Now()
		if err := clock.System().Sleep(t.Context(), d); err != nil || time.Since(began) > time.Minute {
			t.Errorf("%s: got %v after %s, want nil at once", d, err, time.Since(began))
		}
	}
}

func TestSystem_sleepEndsWithTheContext(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for want, ctx := range map[error]context.Context{context.Canceled: canceled, context.DeadlineExceeded: expired} {
		for _, d := range []time.Duration{time.Hour, 1 << 62} {
			began := time.Now()
			if err := clock.System().Sleep(ctx, d); !errors.Is(err, want) || time.Since(began) > time.Minute {
				t.Errorf("%s: got %v after %s, want %v at once", d, err, time.Since(began), want)
			}
		}
	}
	if err := clock.System().Sleep(canceled, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context is done even when there is nothing to wait for", err)
	}
}

func TestSystem_endsAContextAtItsTimeout(t *testing.T) {
	t.Parallel()
	ctx, cancel := clock.System().WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if left, ok := clock.Left(ctx); !ok || left <= 0 || left > time.Hour {
		t.Errorf("got %s, %t, want an hour", left, ok)
	}
	over, cancel := clock.System().WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	<-over.Done()
	if err := over.Err(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}
