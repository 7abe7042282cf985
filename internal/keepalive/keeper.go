package keepalive

import (
	"context"
	"sync"
	"time"
)

// Record is the outcome of keeping one call alive so far. Times are Graph's.
type Record struct {
	// Sent is how many keepAlives Graph has accepted.
	Sent int
	// First and Last are when Graph accepted the first and the last of them; zero for none.
	First, Last time.Time
	// Failures is how many tries have failed since Last.
	Failures int
	// Failure is what the last try failed with, at FailedAt; nil when it succeeded.
	Failure  error
	FailedAt time.Time
	// Ended is whether Failure says that the call is over.
	Ended bool
	// Shown is when Graph last showed the call as alive although no keepAlive had succeeded
	// until its expiry; zero when Alive was not called, or not since Last.
	Shown time.Time
	// Lost is whether a [GroupHold] gave the call up: no keepAlive had succeeded until its expiry,
	// and Graph did not show it as alive.
	Lost bool
}

// Over reports whether the call is known not to be alive any more.
func (r Record) Over() bool { return r.Ended || r.Lost }

// note records the outcome of one try, at now; ended is as in [KeeperOptions].
func (r *Record) note(at time.Time, err error, now time.Time, ended func(error) bool) {
	if err != nil {
		r.Failures++
		r.Failure, r.FailedAt, r.Ended = err, now, ended(err)
		return
	}
	if r.First.IsZero() {
		r.First = at
	}
	*r = Record{Sent: r.Sent + 1, First: r.First, Last: at}
}

// Keeper keeps one call alive and remembers the outcome. Its methods may be called
// concurrently and in any order.
type Keeper struct {
	options KeeperOptions

	// sending is full while a keepAlive is under way. It is a channel because those who
	// wait for it must be able to give up.
	sending chan struct{}

	mu     sync.Mutex
	record Record
	closed bool
}

// KeeperOptions say how a [Keeper] works.
type KeeperOptions struct {
	// Send sends one keepAlive and returns when Graph accepted it.
	Send func(context.Context) (time.Time, error)
	// Ended reports whether an error of Send says that the call is over. Any other failure
	// is taken for a transient one.
	Ended func(error) bool
	// Now tells Graph's time.
	Now func() time.Time
	// RenewAfter is the time from one keepAlive to the next.
	RenewAfter time.Duration
	// Last is when Graph accepted a keepAlive that was sent before; zero for none.
	Last time.Time
}

// NewKeeper returns a Keeper. It sends nothing yet.
func NewKeeper(o KeeperOptions) *Keeper {
	k := &Keeper{options: o, sending: make(chan struct{}, 1)}
	if !o.Last.IsZero() {
		k.record = Record{Sent: 1, First: o.Last, Last: o.Last}
	}
	return k
}

// Send sends one keepAlive, and returns what is known then and how long to wait for the
// next. Nothing is sent, and wait is zero, when the call has ended or the Keeper is closed.
func (k *Keeper) Send(ctx context.Context) (r Record, wait time.Duration) {
	if !k.begin(ctx) {
		return k.state()
	}
	defer k.end()
	if r, wait = k.state(); wait == 0 {
		return r, wait
	}
	at, err := k.options.Send(ctx)
	k.note(at, err)
	return k.state()
}

// Close ends the keeping: it waits for a keepAlive that is under way, as long as ctx allows,
// and returns what is known then. From the call on, no other is sent. It reports false when
// the Keeper was closed before.
func (k *Keeper) Close(ctx context.Context) (r Record, first bool) {
	k.mu.Lock()
	first, k.closed = !k.closed, true
	k.mu.Unlock()
	if k.begin(ctx) {
		k.end()
	}
	r, _ = k.state()
	return r, first
}

// Wait returns how long to wait for the next keepAlive; zero when none is to follow.
func (k *Keeper) Wait() time.Duration {
	_, wait := k.state()
	return wait
}

// state returns what is known and how long to wait for the next keepAlive; zero when none
// is to follow.
func (k *Keeper) state() (Record, time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed || k.record.Ended {
		return k.record, 0
	}
	now, last := k.options.Now(), k.record.Last
	if last.IsZero() { // nothing is known but that the call is to be kept from now on
		last = now
	}
	return k.record, nextDue(now, last, k.options.RenewAfter, k.record.Failure != nil).Sub(now)
}

// note records the outcome of one try.
func (k *Keeper) note(at time.Time, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.record.note(at, err, k.options.Now(), k.options.Ended)
}

// begin waits for its turn to send, and reports false when ctx is done first.
func (k *Keeper) begin(ctx context.Context) bool {
	select {
	case k.sending <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (k *Keeper) end() { <-k.sending }
