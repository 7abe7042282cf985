package keepalive

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// batchWindow is how early a call may get its keepAlive to share the batch of others.
const batchWindow = 5 * time.Second

// Group keeps many calls alive together and remembers the outcome of each. Calls are numbered from 0.
// All get a keepAlive in each round; between rounds, those whose last one failed are tried again.
//
// Its methods may be called concurrently and in any order.
type Group struct {
	options GroupOptions

	sending slot // held while a batch is under way

	mu      sync.Mutex
	records []Record
	retries []time.Time // when to retry each call whose last attempt failed; zero for the others
	nextSends
	closed bool
}

// nextSends is when to send next. The times are by the local clock: the server's may be corrected at any moment.
type nextSends struct {
	next   time.Time // when the next round begins
	wake   time.Time // when the next batch begins; zero for never
	rounds int       // completed rounds
}

// GroupOptions say how a [Group] works.
type GroupOptions struct {
	// Calls is the number of calls.
	Calls int
	// Send sends one keepAlive to each call of a batch, side by side, and returns the outcome of each, in
	// the same order.
	Send func(ctx context.Context, batch []Attempt) []Outcome
	// Ended is as in [KeeperOptions].
	Ended func(error) bool
	// Clock is as in [Hold].
	Clock *ServerClock
	// RenewAfter is the time from one round to the next.
	RenewAfter time.Duration
}

// Attempt is one keepAlive to be sent.
type Attempt struct {
	Call int
	// Timeout is how long it may take, retries included.
	Timeout time.Duration
}

// Outcome is the outcome of an [Attempt].
type Outcome struct {
	At  time.Time // when the server accepted the keepAlive
	Err error
	// NotTried is whether time was up before it was sent, so that Err says nothing about the call.
	NotTried bool
}

// NewGroup returns a Group. It sends nothing yet.
func NewGroup(o GroupOptions) *Group {
	return &Group{
		options: o, sending: newSlot(), records: make([]Record, o.Calls), retries: make([]time.Time, o.Calls),
	}
}

// Send sends a keepAlive to each call for which one is due, the first time to all, and returns what is known then and
// how long to wait before the next Send. Nothing is sent, and wait is zero, if no call is left or the Group is
// closed. A call of Send after that wait is treated as on time, whatever the clock says.
func (g *Group) Send(ctx context.Context) (records []Record, wait time.Duration) {
	g.send(ctx, false)
	return g.recordsCopy(), g.wait()
}

// Close stops the Group: it waits for a batch that is under way, as long as ctx allows, and returns what
// is known then. No other batch is sent after that. It reports false if the Group was closed before.
func (g *Group) Close(ctx context.Context) (records []Record, first bool) {
	g.mu.Lock()
	first, g.closed = !g.closed, true
	g.mu.Unlock()
	if g.sending.acquire(ctx) {
		g.sending.release()
	}
	return g.recordsCopy(), first
}

// send sends one batch: to all calls that are left, or to those that are due. It returns the number of the round; zero
// if it was not a round.
func (g *Group) send(ctx context.Context, all bool) int {
	if !g.sending.acquire(ctx) {
		return 0
	}
	defer g.sending.release()
	began := g.options.Clock.Local().Now()
	batch, round := g.batch(all)
	sending := ctx
	if !round { // or a call that hangs would delay the next round
		var cancel context.CancelFunc
		sending, cancel = g.options.Clock.WithTimeout(ctx, max(g.nextSendsCopy().next.Sub(began), minAttempt))
		defer cancel()
	}
	var outcomes []Outcome
	if len(batch) > 0 {
		outcomes = g.options.Send(sending, batch)
	}
	return g.note(ctx, batch, outcomes, began, round)
}

// batch returns the attempts to make now, and whether that is a round. Calls that were not tried the last time, and
// those that did not fail, come first: they must not wait for requests that hang.
func (g *Group) batch(all bool) (batch []Attempt, round bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, false
	}
	now := g.options.Clock.Now()
	at := later(g.options.Clock.Local().Now(), g.wake).Add(batchWindow)
	round = all || !g.next.After(at) || g.overdue(now)
	for i, r := range g.records {
		if !r.Over() && (round || !g.retries[i].IsZero() && !g.retries[i].After(at)) {
			batch = append(batch, Attempt{i, r.timeout(now)})
		}
	}
	slices.SortStableFunc(batch, func(a, b Attempt) int {
		one, other := &g.records[a.Call], &g.records[b.Call]
		return cmp.Or(cmp.Compare(one.Failures, other.Failures), one.Last.Compare(other.Last))
	})
	return batch, round
}

// overdue reports whether a call that has not failed is due by the server's clock, which, unlike the local
// one, does not stop while this machine is suspended.
func (g *Group) overdue(now time.Time) bool {
	every := cadence(g.options.RenewAfter)
	for _, r := range g.records {
		if !r.Over() && r.Failure == nil && !now.Before(RenewAt(r.Last, every)) {
			return true
		}
	}
	return false
}

// note records the outcome of a batch, plans the next one, and returns the number of the round; zero if it was
// not a round. An interrupted attempt is not a failure, and an interrupted round begins again.
func (g *Group) note(ctx context.Context, batch []Attempt, outcomes []Outcome, began time.Time, round bool) (number int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, local := g.options.Clock.Now(), g.options.Clock.Local().Now()
	interrupted := errors.Is(ctx.Err(), context.Canceled)
	for i, a := range batch {
		r, o := &g.records[a.Call], outcomes[i]
		switch {
		case o.Err != nil && interrupted:
			continue
		case o.NotTried:
			r.Failure, r.FailedAt = o.Err, now
		default:
			r.note(o.At, o.Err, now, g.options.Ended)
		}
		g.retries[a.Call] = time.Time{}
		if r.Failure != nil {
			g.retries[a.Call] = local.Add(nextDue(now, r.lastOr(now), g.options.RenewAfter, true).Sub(now))
		}
	}
	switch {
	case round && interrupted:
		g.next = local.Add(MinRenewAfter)
	case round:
		g.rounds++
		number = g.rounds
		if early := g.next.Sub(began); early <= batchWindow {
			began = later(began, g.next) // so that rounds do not come earlier and earlier
		}
		g.next = later(began.Add(cadence(g.options.RenewAfter)), local.Add(MinRenewAfter))
	}
	g.plan()
	return number
}

// plan sets when the next batch begins.
func (g *Group) plan() {
	g.wake = time.Time{}
	for i, r := range g.records {
		if r.Over() {
			continue
		}
		if g.wake.IsZero() {
			g.wake = g.next
		}
		if at := g.retries[i]; !at.IsZero() && at.Before(g.wake) {
			g.wake = at
		}
	}
}

// wait returns how long to wait for the next batch; zero if there is none.
func (g *Group) wait() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.wake.IsZero() {
		return 0
	}
	return max(g.wake.Sub(g.options.Clock.Local().Now()), minRetry)
}

func (g *Group) nextSendsCopy() nextSends {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.nextSends
}

func (g *Group) recordsCopy() []Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.records)
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
