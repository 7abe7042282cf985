package keepalive

import (
	"math/rand/v2"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func TestNextDue_afterSuccessesAndFailures(t *testing.T) {
	t.Parallel()
	const m, s = time.Minute, time.Second
	cases := []struct {
		name       string
		age        time.Duration // of the last success
		renewAfter time.Duration
		failed     bool
		want       time.Duration // from now
	}{
		{"after a success", 0, 15 * m, false, 15 * m},
		{"after a success that took a while", 3 * s, 15 * m, false, 15*m - 3*s},
		{"as often as can be", 0, m, false, m},
		{"more often than can be", 0, s, false, m},
		{"not at all", 0, 0, false, m},
		{"overdue", 20 * m, 15 * m, false, m},
		{"as late as can be", 0, 44*m + 59*s, false, 43 * m},
		{"later than can be", 0, time.Hour, false, 43 * m},
		{"when the clock was set back", -time.Hour, 15 * m, false, 15 * m},
		{"when the clock was set ahead", time.Hour, 15 * m, false, m},

		{"after a failure", 15 * m, 15 * m, true, m},
		{"after a failure with two minutes left", 43 * m, 15 * m, true, m},
		{"after a failure with a minute left", 44 * m, 15 * m, true, 30 * s},
		{"after a failure with ten seconds left", 44*m + 50*s, 15 * m, true, 5 * s},
		{"after a failure with a second left", 44*m + 59*s, 15 * m, true, s},
		{"after a failure at the expiry", 45 * m, 15 * m, true, m},
		{"after a failure past the expiry", 3 * time.Hour, 15 * m, true, m},
		{"after a failure when the clock was set back", -time.Hour, 15 * m, true, m},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := nextDue(noon, noon.Add(-c.age), c.renewAfter, c.failed).Sub(noon); got != c.want {
				t.Errorf("the next keepAlive is sent %s later, want %s", got, c.want)
			}
		})
	}
}

// Whatever it is given, nextDue never asks for a time that has passed, or nearly so: core would
// call in a tight loop.
func TestNextDue_isNeverInThePast(t *testing.T) {
	t.Parallel()
	for range 100_000 {
		now := noon.Add(time.Duration(rand.Int64N(int64(time.Hour))))
		last := now.Add(time.Duration(rand.Int64N(int64(4*time.Hour))) - 2*time.Hour)
		renewAfter := time.Duration(rand.Int64N(int64(time.Hour)))
		failed := rand.IntN(2) == 0
		wait := nextDue(now, last, renewAfter, failed).Sub(now)
		low, high := MinRenewAfter, Limit-expiryMargin
		if failed {
			low, high = minRetry, retryAfter
		}
		if wait < low || wait > high {
			t.Fatalf("nextDue(%v, %v, %v, %v) is %s away, want at least %s and at most %s", now, last, renewAfter, failed, wait, low, high)
		}
	}
}

// For any series of renewals, with any mix of failures of which none goes on for 30
// minutes, a call that is renewed every 15 minutes never expires. Ten seconds are taken off
// for the tries themselves, which take up to five each; and that Graph is back is noticed
// within a minute and one try.
func TestNextDue_failuresShorterThan30MinutesAreHarmless(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 1))
		now, last := noon, noon
		upFrom, downFrom := noon, noon.Add(within(random, 90*time.Minute))
		failed := false
		for range 200 {
			now = nextDue(now, last, RecommendedRenewAfter, failed)
			if !now.Before(Expiry(last)) {
				t.Fatalf("seed %d: the call has expired at %v; Graph was out of reach until %v", seed, Expiry(last), upFrom)
			}
			for !now.Before(downFrom) { // the next failure begins, and ends before 30 minutes are over
				upFrom = downFrom.Add(within(random, 30*time.Minute-10*time.Second))
				downFrom = upFrom.Add(66*time.Second + within(random, time.Hour))
			}
			if failed = now.Before(upFrom); failed {
				now = now.Add(within(random, 5*time.Second)) // as long as a renewal may take
			} else {
				last = now
			}
		}
	}
}

func within(random *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(d)))
}
