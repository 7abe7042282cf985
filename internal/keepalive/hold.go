package keepalive

import (
	"context"
	"time"
)

// minAttempt is the least time that a keepAlive is given while a call is held.
const minAttempt = 5 * time.Second

// Hold keeps a call alive for some time: a keepAlive at the start, one every RenewAfter, and
// one at the end, which shows that the call has survived.
type Hold struct {
	// For is how long the call is held, from the first keepAlive on; with zero or less,
	// there is only that one.
	For time.Duration
	// RenewAfter is the time from one keepAlive to the next.
	RenewAfter time.Duration
	// Timeout is how long one keepAlive may take, retries included. As a call's expiry
	// comes near, the time gets shorter, so that there is time for others.
	Timeout time.Duration
	// Clock tells the server's time. Durations are measured by its local clock, since the
	// server's may be corrected at any moment.
	Clock *ServerClock
	// Send and Ended are as in [KeeperOptions].
	Send  func(context.Context) (time.Time, error)
	Ended func(error) bool
	// Alive asks the server whether it shows the call as alive. It is called if no keepAlive has
	// succeeded by the call's expiry, as only the responses may have been lost.
	Alive func(context.Context) (bool, error)
	// Report is called after each keepAlive.
	Report func(context.Context, Step)
}

// Step is one keepAlive of a [Hold], and what follows it.
type Step struct {
	// Record is the call's record after the attempt.
	Record Record
	// Of is about how many keepAlives there are in the whole hold.
	Of int
	// Next is when the next keepAlive follows, by the server's clock; zero after the last one.
	Next time.Time
	// Left is how much of the hold is left.
	Left time.Duration
}

// Run holds the call until the time is over, the call is lost or ctx is done, and returns
// the record.
//
// Transient failures are retried, except at the start, when nothing is known about the call
// yet. The error is that of ctx, if ctx ended the hold; else it is the Failure in the Record,
// after which the call has ended, or was not seen alive for [Limit], or was never reached.
// If only the last keepAlive failed, there is no error: the Record has the Failure.
func (h Hold) Run(ctx context.Context) (Record, error) {
	local := h.Clock.Local()
	keeper := NewKeeper(KeeperOptions{Send: h.Send, Ended: h.Ended, Now: h.Clock.Now, RenewAfter: h.RenewAfter})
	record, wait := h.sendOnce(ctx, keeper, h.Timeout)
	if record.Sent == 0 {
		return record, cause(ctx, record)
	}
	began, left := local.Now(), h.For
	for final := h.For <= 0; !final; {
		if final = wait >= left; final {
			wait = max(left, 0)
		}
		h.Report(ctx, h.step(record, wait, left))
		if err := local.Sleep(ctx, wait); err != nil {
			return record, err
		}
		untilExpiry := Expiry(record.Last).Sub(h.Clock.Now())
		shown := record.Shown
		record, wait = h.sendOnce(ctx, keeper, min(h.Timeout, max(untilExpiry/2, minAttempt)))
		if ctx.Err() != nil || record.Ended || record.Failure != nil && h.lost(ctx, &record, shown) {
			return record, cause(ctx, record)
		}
		left = h.For - local.Now().Sub(began)
	}
	h.Report(ctx, h.step(record, 0, left))
	return record, nil
}

func (h Hold) sendOnce(ctx context.Context, k *Keeper, timeout time.Duration) (Record, time.Duration) {
	ctx, cancel := h.Clock.WithTimeout(ctx, timeout)
	defer cancel()
	return k.Send(ctx)
}

// lost reports, after a failed attempt, whether the call cannot be alive any more, as [Record.noteShown] says. shown is when the
// server last showed it alive although the keepAlives failed; zero for never.
func (h Hold) lost(ctx context.Context, r *Record, shown time.Time) bool {
	r.Shown = shown
	if h.Clock.Now().Before(Expiry(r.Last)) {
		return false
	}
	alive, err := h.Alive(ctx)
	return r.noteShown(alive, err, h.Clock.Now())
}

// cause is why a hold ended early.
func cause(ctx context.Context, r Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return r.Failure
}

// step describes the last keepAlive, after which left of the hold remains, and what follows:
// another one after wait, if that is not zero.
func (h Hold) step(r Record, wait, left time.Duration) Step {
	s := Step{Record: r, Of: r.Sent, Left: max(left, 0)}
	if wait > 0 {
		s.Next = h.Clock.Now().Add(wait)
		s.Of += timesLeft(left-wait, h.RenewAfter)
	}
	return s
}
