package keepalive

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Keeper keeps one call alive and remembers the outcome. Its methods may be called
// concurrently and in any order.
type Keeper struct {
	options KeeperOptions

	sending slot // held while a keepAlive is under way

	mu     sync.Mutex
	record Record
	closed bool
}

// KeeperOptions say how a [Keeper] works.
type KeeperOptions struct {
	// Send sends one keepAlive and returns when Graph accepted it.
	Send func(context.Context) (time.Time, error)
	// Ended reports whether an error of Send means that the call has ended. Any other failure
	// is treated as transient.
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
	k := &Keeper{options: o, sending: newSlot()}
	if !o.Last.IsZero() {
		k.record = Record{Sent: 1, First: o.Last, Last: o.Last}
	}
	return k
}

// Send sends one keepAlive, and returns what is known then and how long to wait for the
// next. Nothing is sent, and wait is zero, when the call has ended or the Keeper is closed.
func (k *Keeper) Send(ctx context.Context) (r Record, wait time.Duration) {
	if !k.sending.acquire(ctx) {
		return k.state()
	}
	defer k.sending.release()
	if r, wait = k.state(); wait == 0 {
		return r, wait
	}
	at, err := k.options.Send(ctx)
	if err == nil || !errors.Is(ctx.Err(), context.Canceled) { // an attempt that an interrupt ended is not a failure
		k.note(at, err)
	}
	return k.state()
}

// Close stops the Keeper: it waits for a keepAlive that is under way, as long as ctx allows,
// and returns what is known then. No other keepAlive is sent after that. It reports false if
// the Keeper was closed before.
func (k *Keeper) Close(ctx context.Context) (r Record, first bool) {
	k.mu.Lock()
	first, k.closed = !k.closed, true
	k.mu.Unlock()
	if k.sending.acquire(ctx) {
		k.sending.release()
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
	now := k.options.Now()
	return k.record, nextDue(now, k.record.lastOr(now), k.options.RenewAfter, k.record.Failure != nil).Sub(now)
}

// note records the outcome of one attempt.
func (k *Keeper) note(at time.Time, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.record.note(at, err, k.options.Now(), k.options.Ended)
}
