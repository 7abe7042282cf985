package keepalive_test

import (
	"testing"
	"testing/quick"
	"time"

	"terraform-provider-msgraph/internal/keepalive"
)

var sentAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestDue_atEachAge(t *testing.T) {
	t.Parallel()
	const minute, tick = time.Minute, time.Nanosecond
	for name, test := range map[string]struct {
		age, renewAfter time.Duration
		want            bool
	}{
		"just sent":                        {0, 10 * minute, false},
		"shortly before":                   {10*minute - tick, 10 * minute, false},
		"exactly then":                     {10 * minute, 10 * minute, true},
		"shortly after":                    {10*minute + tick, 10 * minute, true},
		"long after":                       {1000 * time.Hour, 10 * minute, true},
		"longest renew_after, before":      {45*minute - 2*time.Second, 45*minute - time.Second, false},
		"longest renew_after, then":        {45*minute - time.Second, 45*minute - time.Second, true},
		"shortest renew_after, then":       {tick, tick, true},
		"shortest renew_after, just sent":  {0, tick, false},
		"always, just sent":                {0, 0, true},
		"always, later":                    {minute, 0, true},
		"always, in the future":            {-30 * time.Second, 0, true},
		"less than always":                 {0, -minute, true},
		"a little in the future":           {-tick, 10 * minute, false},
		"as far in the future as allowed":  {-minute, 10 * minute, false},
		"further in the future":            {-minute - tick, 10 * minute, true},
		"clock 20 minutes slow":            {-20 * minute, 10 * minute, true},
		"clock 20 minutes fast":            {20 * minute, 10 * minute, true},
		"clock 20 minutes slow, then due":  {10*minute - 20*minute, 10 * minute, true},
		"clock 11 minutes slow, past due":  {10*minute - 11*minute, 10 * minute, false}, // ServerClock's to correct
		"sent in the year 1":               {time.Duration(1<<63 - 1), 10 * minute, true},
		"sent hundreds of years from now":  {-time.Duration(1<<63 - 1), 10 * minute, true},
		"renew_after beyond any keepAlive": {44 * minute, 1000 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := keepalive.Due(sentAt, sentAt.Add(test.age), test.renewAfter); got != test.want {
				t.Errorf("age %s, renew after %s: got %t, want %t", test.age, test.renewAfter, got, test.want)
			}
		})
	}
}

// A keepAlive that is not due yet is due from RenewAt on, and not before.
func TestDue_beginsAtRenewAt(t *testing.T) {
	t.Parallel()
	property := func(age, renewAfter uint32) bool {
		after := time.Duration(renewAfter%2699+1) * time.Second
		now := sentAt.Add(time.Duration(age%5400) * time.Second)
		return keepalive.Due(sentAt, now, after) == !now.Before(keepalive.RenewAt(sentAt, after))
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
}

// With both at 15 minutes, a scheduler's jitter would make every other run miss.
func TestDue_defaultLiesBelowTheRecommendedCadence(t *testing.T) {
	t.Parallel()
	const recommended, jitter = 15 * time.Minute, 4 * time.Minute
	if !keepalive.Due(sentAt, sentAt.Add(recommended-jitter), keepalive.DefaultRenewAfter) {
		t.Errorf("a scheduler that comes %s early finds nothing due after %s", jitter, keepalive.DefaultRenewAfter)
	}
}
