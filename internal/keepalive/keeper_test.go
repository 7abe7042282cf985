package keepalive

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock/clocktest"
)

var (
	errTransient = errors.New("out of reach")
	errEnded     = errors.New("gone")
)

// graph plays Graph: it takes keepAlives, or fails as the test says.
type graph struct {
	clock *clocktest.Clock

	mu    sync.Mutex
	fail  error
	sent  int
	shows func() (bool, error) // whether Graph shows the call as alive; nil for never
	enter chan struct{}        // if set, each keepAlive says when it has begun,
	leave chan struct{}        // and waits for this before it ends
}

func newGraph() *graph { return &graph{clock: clocktest.New(noon)} }

func (g *graph) send(ctx context.Context) (time.Time, error) {
	if g.enter != nil {
		g.enter <- struct{}{}
		<-g.leave
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent++
	if ctx.Err() != nil {
		return time.Time{}, ctx.Err()
	}
	return g.clock.Now(), g.fail
}

// alive plays Graph's response to a get of the call.
func (g *graph) alive(context.Context) (bool, error) {
	if g.shows == nil {
		return false, nil
	}
	return g.shows()
}

func (g *graph) failWith(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail = err
}

func (g *graph) keeper(last time.Time) *Keeper {
	return NewKeeper(KeeperOptions{
		Send: g.send, Ended: isEnded, Now: g.clock.Now, RenewAfter: 15 * time.Minute, Last: last,
	})
}

func isEnded(err error) bool { return errors.Is(err, errEnded) }

func (g *graph) expectSent(t *testing.T, want int) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.sent != want {
		t.Errorf("%d keepAlives were sent, want %d", g.sent, want)
	}
}

func TestKeeper_remembers(t *testing.T) {
	t.Parallel()
	g := newGraph()
	k := g.keeper(noon)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	steps := []struct {
		minute int
		fail   error
		want   Record
		wait   time.Duration
	}{
		{15, nil, Record{Sent: 2, First: noon, Last: at(15)}, 15 * time.Minute},
		{30, errTransient, Record{Sent: 2, First: noon, Last: at(15), Failures: 1, Failure: errTransient, FailedAt: at(30)}, time.Minute},
		{31, errTransient, Record{Sent: 2, First: noon, Last: at(15), Failures: 2, Failure: errTransient, FailedAt: at(31)}, time.Minute},
		{32, nil, Record{Sent: 3, First: noon, Last: at(32)}, 15 * time.Minute},
		{47, errEnded, Record{Sent: 3, First: noon, Last: at(32), Failures: 1, Failure: errEnded, FailedAt: at(47), Ended: true}, 0},
		{48, nil, Record{Sent: 3, First: noon, Last: at(32), Failures: 1, Failure: errEnded, FailedAt: at(47), Ended: true}, 0},
	}
	for _, s := range steps {
		g.clock.Advance(at(s.minute).Sub(g.clock.Now()))
		g.failWith(s.fail)
		got, wait := k.Send(t.Context())
		if got != s.want || wait != s.wait {
			t.Errorf("minute %d: got %+v and %s,\nwant %+v and %s", s.minute, got, wait, s.want, s.wait)
		}
	}
	g.expectSent(t, 5) // the last one was not sent: the call had ended
}

// What an interrupt has ended says nothing about the call; what has taken too long does.
func TestKeeper_anInterruptIsNoFailure(t *testing.T) {
	t.Parallel()
	g := newGraph()
	k := g.keeper(noon)
	g.clock.Advance(15 * time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	g.enter, g.leave = make(chan struct{}), make(chan struct{})
	go func() { <-g.enter; cancel(); close(g.leave) }()
	if r, wait := k.Send(ctx); r != (Record{Sent: 1, First: noon, Last: noon}) || wait != MinRenewAfter {
		t.Errorf("it knows %+v and waits %s", r, wait)
	}
	ctx, cancel = g.clock.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	g.leave = make(chan struct{})
	go func() { <-g.enter; g.clock.Advance(time.Minute); close(g.leave) }()
	if r, _ := k.Send(ctx); !errors.Is(r.Failure, context.DeadlineExceeded) {
		t.Errorf("it knows %+v", r)
	}
}

func TestKeeper_sendsNothingOnceClosed(t *testing.T) {
	t.Parallel()
	g := newGraph()
	k := g.keeper(time.Time{})
	k.Send(t.Context())
	if r, first := k.Close(t.Context()); !first || r.Sent != 1 {
		t.Errorf("closing it gives %+v, %v", r, first)
	}
	if r, first := k.Close(t.Context()); first || r.Sent != 1 {
		t.Errorf("closing it again gives %+v, %v", r, first)
	}
	if _, wait := k.Send(t.Context()); wait != 0 || k.Wait() != 0 {
		t.Errorf("after the close another keepAlive is requested, %s later", wait)
	}
	g.expectSent(t, 1)
}

// A close in the middle of a keepAlive waits for it, so that it knows the outcome; and
// the keepAlive that comes back then asks for no other.
func TestKeeper_closeWaitsForTheKeepAliveUnderWay(t *testing.T) {
	t.Parallel()
	g := newGraph()
	g.enter, g.leave = make(chan struct{}), make(chan struct{})
	g.failWith(errEnded)
	k := g.keeper(noon)
	wait := make(chan time.Duration)
	go func() {
		_, w := k.Send(context.WithoutCancel(t.Context()))
		wait <- w
	}()
	<-g.enter

	// One that cannot wait learns what was known before.
	hurried, cancel := context.WithCancel(t.Context())
	cancel()
	if r, first := k.Close(hurried); r.Ended || !first {
		t.Errorf("without waiting, it knows %+v", r)
	}

	closed := make(chan Record)
	go func() {
		r, _ := k.Close(context.WithoutCancel(t.Context()))
		closed <- r
	}()
	select {
	case r := <-closed:
		t.Fatalf("the close did not wait, and knows only %+v", r)
	case <-time.After(20 * time.Millisecond):
	}
	close(g.leave)
	if w := <-wait; w != 0 {
		t.Errorf("another keepAlive is requested, %s later", w)
	}
	if r := <-closed; !r.Ended {
		t.Errorf("the close knows only %+v", r)
	}
}

// Two renewals at once are sent one after the other, and one that cannot wait for its turn
// sends nothing.
func TestKeeper_oneAtATime(t *testing.T) {
	t.Parallel()
	g := newGraph()
	g.enter, g.leave = make(chan struct{}), make(chan struct{})
	k := g.keeper(noon)
	done := make(chan struct{})
	go func() { k.Send(context.WithoutCancel(t.Context())); close(done) }()
	<-g.enter
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if r, wait := k.Send(ctx); r.Sent != 1 || wait != 15*time.Minute {
		t.Errorf("the second one knows %+v and waits %s", r, wait)
	}
	close(g.leave)
	<-done
	g.expectSent(t, 1)
}
