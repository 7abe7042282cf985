package keepalive

import (
	"context"
	"slices"
	"time"
)

// GroupHold keeps the calls of a [Group] alive for some time: a round at the start, one every RenewAfter, and one
// at the end, which shows which calls have survived. If a call ends, the others are still held.
type GroupHold struct {
	Group *Group
	// For is how long the calls are held, from the first round on; with zero or less, there is only that one.
	For time.Duration
	// Timeout is how long a round may take, retries included.
	Timeout time.Duration
	// Alive asks the server whether it shows the calls as alive, as in [Hold]. The result is in the order of
	// calls.
	Alive func(ctx context.Context, calls []int) []Liveness
	// Report is called after each batch.
	Report func(context.Context, Round)
}

// Liveness is whether the server shows a call as alive.
type Liveness struct {
	Alive bool
	Err   error
	// NotTried is whether time was up before the server was asked.
	NotTried bool
}

// Round is one batch of keepAlives of a [GroupHold], and what follows it.
type Round struct {
	// Number counts the rounds from 1; it is zero for a batch between rounds, of calls that had failed.
	Number int
	// Of is about how many rounds there are in the whole hold.
	Of int
	// Began is when the batch began, by the server's clock.
	Began time.Time
	// Records are the calls' records after the batch, by number.
	Records []Record
	// Next is when the next round begins, by the server's clock; zero after the last one.
	Next time.Time
	// Left is how much of the hold is left.
	Left time.Duration
}

// Run holds the calls until the time is over, none is left that may be alive, or ctx is done, and returns the records.
// A call that was never kept alive is tried for [Limit], unless the first round reached no call at all. The error is that of
// ctx, if ctx ended the hold.
func (h GroupHold) Run(ctx context.Context) ([]Record, error) {
	local := h.Group.options.Clock.Local()
	began := local.Now()
	end := began.Add(max(h.For, 0))
	for final := h.For <= 0; ; {
		round := h.sendOnce(ctx, final)
		if err := ctx.Err(); err != nil {
			return round.Records, err
		}
		planned := h.Group.nextSendsCopy()
		wake := planned.wake
		final = final || wake.IsZero() || !holdsAny(round.Records, local.Now().Sub(began))
		h.describe(&round, planned, end, final)
		h.Report(ctx, round)
		if final {
			return round.Records, nil
		}
		if final = !wake.Before(end); final {
			wake = end
		}
		if err := local.Sleep(ctx, wake.Sub(local.Now())); err != nil {
			return round.Records, err
		}
	}
}

// sendOnce sends one batch, and gives up the calls that cannot be alive any more. No batch but the last
// takes longer than the time between two rounds.
func (h GroupHold) sendOnce(ctx context.Context, all bool) (r Round) {
	g := h.Group
	local := g.options.Clock.Local()
	began := local.Now()
	timeout := h.Timeout
	if !all {
		timeout = min(timeout, cadence(g.options.RenewAfter))
	}
	sending, cancel := g.options.Clock.WithTimeout(ctx, timeout)
	defer cancel()
	r.Number = g.send(sending, all)
	if ctx.Err() == nil {
		h.markLost(ctx)
	}
	r.Records = g.recordsCopy()
	r.Began = g.options.Clock.Now().Add(began.Sub(local.Now()))
	return r
}

// markLost marks calls as lost that no keepAlive has reached by their expiry: those that the server does not show as
// alive, and those that it has not shown for [Limit].
func (h GroupHold) markLost(ctx context.Context) {
	g := h.Group
	var calls []int
	for i, r := range g.recordsCopy() {
		if !r.Over() && r.Failure != nil && r.Sent > 0 && !g.options.Clock.Now().Before(Expiry(r.Last)) {
			calls = append(calls, i)
		}
	}
	if len(calls) == 0 {
		return
	}
	shown := h.Alive(ctx, calls)
	if ctx.Err() != nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.options.Clock.Now()
	for i, call := range calls {
		if r := &g.records[call]; !shown[i].NotTried { // else it is asked for after the next batch
			r.Lost = r.noteShown(shown[i].Alive, shown[i].Err, now)
		}
	}
	g.plan()
}

// holdsAny reports whether a call is left that may be alive, this long after the first round.
func holdsAny(records []Record, held time.Duration) bool {
	anyKept := slices.ContainsFunc(records, func(r Record) bool { return r.Sent > 0 })
	return slices.ContainsFunc(records, func(r Record) bool {
		return !r.Over() && (r.Sent > 0 || anyKept && held < Limit)
	})
}

// describe sets what follows the batch.
func (h GroupHold) describe(r *Round, planned nextSends, end time.Time, final bool) {
	g := h.Group
	now := g.options.Clock.Local().Now()
	r.Of, r.Left = planned.rounds, max(end.Sub(now), 0)
	if final {
		return
	}
	next := planned.next
	if next.After(end) {
		next = end
	}
	r.Next = g.options.Clock.Now().Add(next.Sub(now))
	r.Of += timesLeft(end.Sub(next), g.options.RenewAfter)
}
