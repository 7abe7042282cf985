package clock

import (
	"context"
	"testing"
	"time"
)

// While a machine is suspended its timers stand still, and its wall clock does not.
func TestSleep_countsTheTimeOfASuspension(t *testing.T) {
	t.Parallel()
	const quarter = 15 * time.Minute
	for name, c := range map[string]struct {
		jumps map[time.Duration]time.Duration // of the wall clock, by the time slept
		want  time.Duration                   // how long the timers run
	}{
		"never":                   {nil, quarter},
		"for longer than it":      {map[time.Duration]time.Duration{time.Minute: time.Hour}, time.Minute + slice},
		"for a part of it":        {map[time.Duration]time.Duration{time.Minute: 10 * time.Minute}, 5 * time.Minute},
		"and the clock is put on": {map[time.Duration]time.Duration{time.Minute: 14*time.Minute - slice}, time.Minute + slice},
		"the clock is put back":   {map[time.Duration]time.Duration{time.Minute: -time.Hour}, quarter},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ran, jumped time.Duration
			start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			err := sleep(t.Context(), quarter, func(_ context.Context, d time.Duration) error {
				jumped += c.jumps[ran]
				ran += d
				return nil
			}, func() time.Time { return start.Add(ran + jumped) })
			if err != nil || ran != c.want {
				t.Errorf("it slept for %s by its timers, want %s (%v)", ran, c.want, err)
			}
		})
	}
}
