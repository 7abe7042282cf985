package keepalive

import (
	"context"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// minTry is the least time that a keepAlive is given while a call is held.
const minTry = 5 * time.Second

// Hold keeps a call alive for some time: a keepAlive at the start, one each RenewAfter, and
// one at the end, which shows that the call has lived until then.
type Hold struct {
	// For is how long the call is held, from the first keepAlive on; with zero or less
	// that one is all.
	For time.Duration
	// RenewAfter is the time from one keepAlive to the next.
	RenewAfter time.Duration
	// Timeout is how long one keepAlive may take, retries included. As a call's expiry
	// comes near, it gets less, so that there is time for others.
	Timeout time.Duration
	// Clock tells the server's time, and waits.
	Clock clock.Clock
	// Send and Ended are as in [KeeperOptions].
	Send  func(context.Context) (time.Time, error)
	Ended func(error) bool
	// Report is told of each try.
	Report func(context.Context, Step)
}

// Step is one try of a [Hold], and what is to follow.
type Step struct {
	// Record is what is known after the try.
	Record Record
	// Of is about how many keepAlives the hold takes in all.
	Of int
	// Next is when the next try follows; zero after the last one.
	Next time.Time
	// Left is how much is left of the hold at the time of the try.
	Left time.Duration
}

// Run holds the call until the time is over, the call is lost or ctx is done, and returns
// what was achieved.
//
// Failures that may pass are sat out, except at the start, when nothing is known about the
// call yet. The error is ctx's own when that ended the hold; else it is the Failure in the
// Record, after which the call has ended, or cannot be alive any more, or was never reached.
// When only the try at the very end failed, there is no error: the Record has the Failure.
func (h Hold) Run(ctx context.Context) (Record, error) {
	keeper := NewKeeper(KeeperOptions{Send: h.Send, Ended: h.Ended, Now: h.Clock.Now, RenewAfter: h.RenewAfter})
	record, wait := h.try(ctx, keeper, h.Timeout)
	if record.Failure != nil {
		return record, cause(ctx, record)
	}
	end := record.First.Add(h.For)
	for final := h.For <= 0; !final; {
		now := h.Clock.Now()
		next := now.Add(wait)
		if final = !next.Before(end); final {
			next = end
		}
		h.Report(ctx, h.step(record, next, end))
		if err := h.Clock.Sleep(ctx, next.Sub(now)); err != nil {
			return record, err
		}
		left := Expiry(record.Last).Sub(h.Clock.Now())
		record, wait = h.try(ctx, keeper, min(h.Timeout, max(left/2, minTry)))
		lost := record.Failure != nil && !h.Clock.Now().Before(Expiry(record.Last))
		if ctx.Err() != nil || record.Ended || lost {
			return record, cause(ctx, record)
		}
	}
	h.Report(ctx, h.step(record, time.Time{}, end))
	return record, nil
}

func (h Hold) try(ctx context.Context, k *Keeper, timeout time.Duration) (Record, time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return k.Send(ctx)
}

// cause is why a hold is over before its time.
func cause(ctx context.Context, r Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return r.Failure
}

// step describes the last try and what follows: another one at next, if that is not zero.
func (h Hold) step(r Record, next, end time.Time) Step {
	s := Step{Record: r, Of: r.Sent, Next: next}
	at := r.Last
	if r.Failure != nil {
		at = r.FailedAt
	}
	s.Left = max(end.Sub(at), 0)
	if !next.IsZero() {
		every := cadence(h.RenewAfter)
		s.Of += 1 + int((end.Sub(next)+every-1)/every)
	}
	return s
}
