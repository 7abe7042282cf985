package keepalive

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// hold is a Hold on g; its steps are appended to steps.
func (g *graph) hold(d time.Duration, steps *[]Step) Hold {
	return Hold{
		For: d, RenewAfter: 15 * time.Minute, Timeout: 2 * time.Minute, Clock: NewServerClock(g.clock), Send: g.send, Ended: isEnded, Alive: g.alive,
		Report: func(_ context.Context, s Step) { *steps = append(*steps, s) },
	}
}

// times are the minutes after noon at which the steps' keepAlives were taken, or failed.
func times(steps []Step) (minutes []float64) {
	for _, s := range steps {
		at := s.Record.Last
		if s.Record.Failure != nil {
			at = s.Record.FailedAt
		}
		minutes = append(minutes, at.Sub(noon).Minutes())
	}
	return minutes
}

func TestHold_schedule(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		holdFor time.Duration
		minutes []float64
		of      []int
	}{
		{"nothing", 0, []float64{0}, []int{1}},
		{"less than nothing", -time.Hour, []float64{0}, []int{1}},
		{"a moment", 30 * time.Second, []float64{0, 0.5}, []int{2, 2}},
		{"less than one cadence", 10 * time.Minute, []float64{0, 10}, []int{2, 2}},
		{"one cadence", 15 * time.Minute, []float64{0, 15}, []int{2, 2}},
		{"a little more", 16 * time.Minute, []float64{0, 15, 16}, []int{3, 3, 3}},
		{"the example", 105 * time.Minute, []float64{0, 15, 30, 45, 60, 75, 90, 105}, []int{8, 8, 8, 8, 8, 8, 8, 8}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newGraph()
			var steps []Step
			r, err := g.hold(c.holdFor, &steps).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var of []int
			for i, s := range steps {
				of = append(of, s.Of)
				if last := i == len(steps)-1; last != s.Next.IsZero() || !last && !s.Next.Equal(noon.Add(time.Duration(c.minutes[i+1]*float64(time.Minute)))) {
					t.Errorf("step %d says that the next one comes at %v", i, s.Next)
				}
				if want := max(c.holdFor, 0) - g.since(s.Record.Last); s.Left != want {
					t.Errorf("step %d says that %s are left, want %s", i, s.Left, want)
				}
			}
			if got := times(steps); !reflect.DeepEqual(got, c.minutes) || !reflect.DeepEqual(of, c.of) {
				t.Errorf("keepAlives in the minutes %v of %v,\nwant %v of %v", got, of, c.minutes, c.of)
			}
			want := Record{Sent: len(c.minutes), First: noon, Last: g.clock.Now()}
			if r != want {
				t.Errorf("it achieved %+v, want %+v", r, want)
			}
		})
	}
}

func (g *graph) since(t time.Time) time.Duration { return t.Sub(noon) }

// failing makes the tries fail with err from one minute on until another.
func failing(h Hold, g *graph, from, until float64, err error) Hold {
	send := h.Send
	h.Send = func(ctx context.Context) (time.Time, error) {
		if at := g.clock.Now().Sub(noon).Minutes(); at >= from && at < until {
			g.failWith(err)
		} else {
			g.failWith(nil)
		}
		return send(ctx)
	}
	return h
}

func TestHold_failures(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name        string
		from, until float64
		fails       error
		want        error
		minutes     []float64
		sent        int
	}{
		{"at the start", 0, 1, errTransient, errTransient, nil, 0},
		{"gone at the start", 0, 1, errEnded, errEnded, nil, 0},
		{"that pass", 15, 17.5, errTransient, nil, []float64{0, 15, 16, 17, 18, 33, 48, 60}, 5},
		{"an end", 30, 31, errEnded, errEnded, []float64{0, 15}, 2},
		{"an end after failures", 29.5, 30.5, errTransient, nil, []float64{0, 15, 30, 31, 46, 60}, 5},
		{"at the end", 60, 70, errTransient, nil, []float64{0, 15, 30, 45, 60}, 4},
		{"shortly before the end", 45, 70, errTransient, nil,
			[]float64{0, 15, 30, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60}, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newGraph()
			var steps []Step
			r, err := failing(g.hold(time.Hour, &steps), g, c.from, c.until, c.fails).Run(t.Context())
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("it ended with %v, want %v", err, c.want)
			}
			if got := times(steps); !reflect.DeepEqual(got, c.minutes) {
				t.Errorf("steps in the minutes %v,\nwant %v", got, c.minutes)
			}
			if r.Sent != c.sent || r.Ended != errors.Is(c.want, errEnded) {
				t.Errorf("it achieved %+v", r)
			}
		})
	}
}

// Once no keepAlive has got through until the call's expiry, the hold is over.
func TestHold_givesUpAtTheExpiry(t *testing.T) {
	t.Parallel()
	g := newGraph()
	var steps []Step
	r, err := failing(g.hold(24*time.Hour, &steps), g, 15, 1e6, errTransient).Run(t.Context())
	if !errors.Is(err, errTransient) || r.Ended || r.Sent != 1 {
		t.Errorf("it ended with %v and %+v", err, r)
	}
	if late := g.clock.Now().Sub(noon) - Limit; late < 0 || late > 2*time.Second {
		t.Errorf("it gave up %s after the call's expiry", late)
	}
	if n := len(steps); n < 30 || n > 45 {
		t.Errorf("it was tried %d times", n)
	}
}

// Failures shorter than 30 minutes do not end a hold, however many there are.
func TestHold_outlivesShortFailures(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 2))
		g := newGraph()
		var steps []Step
		from := 1 + random.Float64()*100
		h := failing(g.hold(3*time.Hour, &steps), g, from, from+29.8*random.Float64(), errTransient)
		if r, err := h.Run(t.Context()); err != nil || r.Failure != nil && g.clock.Now().Before(noon.Add(3*time.Hour)) {
			t.Fatalf("seed %d: it ended with %v and %+v", seed, err, r)
		}
	}
}

// The time that a try may take shrinks with what is left of the call's life.
func TestHold_tryTimeout(t *testing.T) {
	t.Parallel()
	g := newGraph()
	var steps []Step
	h := failing(g.hold(time.Hour, &steps), g, 15, 1e6, errTransient)
	send, least := h.Send, time.Hour
	h.Send = func(ctx context.Context) (time.Time, error) {
		allowed, ok := clock.Left(ctx)
		if !ok {
			t.Error("a try has no deadline")
		}
		left := Expiry(noon).Sub(g.clock.Now())
		if allowed > h.Timeout || allowed > max(left/2, minAttempt) {
			t.Errorf("with %s left, a try may take %s", left, allowed)
		}
		least = min(least, allowed)
		return send(ctx)
	}
	_, _ = h.Run(t.Context())
	if least < minAttempt-time.Second {
		t.Errorf("one try may take only %s", least)
	}
}

// parked is a clock on which nobody wakes up before ctx is done.
type parked struct {
	clock.Clock
	asleep chan struct{}
}

func (a parked) Sleep(ctx context.Context, _ time.Duration) error {
	a.asleep <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

func TestHold_interrupted(t *testing.T) {
	t.Parallel()
	t.Run("while waiting", func(t *testing.T) {
		t.Parallel()
		g := newGraph()
		var steps []Step
		h := g.hold(time.Hour, &steps)
		at := parked{g.clock, make(chan struct{})}
		h.Clock = NewServerClock(at)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-at.asleep; cancel() }()
		r, err := h.Run(ctx)
		if !errors.Is(err, context.Canceled) || r.Sent != 1 || r.Failure != nil {
			t.Errorf("it ended with %v and %+v", err, r)
		}
	})
	t.Run("while sending", func(t *testing.T) {
		t.Parallel()
		for _, first := range []bool{true, false} {
			g := newGraph()
			var steps []Step
			h := g.hold(time.Hour, &steps)
			ctx, cancel := context.WithCancel(t.Context())
			send := h.Send
			h.Send = func(ctx context.Context) (time.Time, error) {
				if first || g.clock.Now().After(noon) {
					cancel()
				}
				return send(ctx)
			}
			if r, err := h.Run(ctx); !errors.Is(err, context.Canceled) || (r.Sent == 0) != first || r.Failure != nil || len(steps) != r.Sent {
				t.Errorf("it ended with %v and %+v", err, r)
			}
			cancel()
		}
	})
}

// A call that Graph shows as alive is held on, although no keepAlive is seen to succeed: only
// the responses may get lost.
func TestHold_goesOnWhileGraphShowsTheCallAlive(t *testing.T) {
	t.Parallel()
	const always = 1e6
	cases := []struct {
		name            string
		failsUntil      float64 // in minutes, from 15 on
		shown           func(minute float64) (bool, error)
		wantErr         error
		gaveUp, shownAt float64 // in minutes; zero for the end of the hold, and for never
	}{
		{"to the end of the hold", always, func(float64) (bool, error) { return true, nil }, nil, 0, 300},
		{"until keepAlives succeed again", 200, func(float64) (bool, error) { return true, nil }, nil, 0, 0},
		{"until it does not any more", always, func(m float64) (bool, error) { return m < 100, nil }, errTransient, 100, 99},
		{"not for a get that fails now and then", always, func(m float64) (bool, error) {
			if int(m)%20 != 0 && m > 46 {
				return false, errTransient
			}
			return true, nil
		}, nil, 0, 300},
		{"but not once nothing is seen of it for 45 minutes", always, func(m float64) (bool, error) {
			if m > 50 {
				return false, errTransient
			}
			return true, nil
		}, errTransient, 95, 50},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newGraph()
			g.shows = func() (bool, error) { return c.shown(g.clock.Now().Sub(noon).Minutes()) }
			var steps []Step
			r, err := failing(g.hold(5*time.Hour, &steps), g, 15, c.failsUntil, errTransient).Run(t.Context())
			if !errors.Is(err, c.wantErr) || (err == nil) != (c.wantErr == nil) || r.Ended {
				t.Errorf("it ended with %v and %+v", err, r)
			}
			within := func(at, want float64) bool { return want == 0 || at > want-1.1 && at < want+1.1 }
			if at := g.clock.Now().Sub(noon).Minutes(); !within(at, c.gaveUp) || c.gaveUp == 0 && at != 300 {
				t.Errorf("it was over after %.1f minutes", at)
			}
			if r.Shown.IsZero() != (c.shownAt == 0) || !within(r.Shown.Sub(noon).Minutes(), c.shownAt) {
				t.Errorf("Graph showed it alive at %v, want minute %v", r.Shown, c.shownAt)
			}
		})
	}
}

// The server's time may be corrected by any response to any request. A hold takes as long as
// it says nevertheless.
func TestHold_isMeasuredByThisMachinesClock(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{-20 * time.Minute, 20 * time.Minute} {
		g := newGraph()
		var steps []Step
		h := g.hold(2*time.Hour, &steps)
		send := h.Send
		h.Send = func(ctx context.Context) (time.Time, error) {
			if g.clock.Now().Sub(noon) == 30*time.Minute {
				h.Clock.Observe(g.clock.Now().Add(jump)) // as another object of the run does
			}
			_, err := send(ctx)
			return h.Clock.Now(), err
		}
		if _, err := h.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := g.clock.Now().Sub(noon); took != 2*time.Hour || len(steps) != 9 {
			t.Errorf("after a jump of %s it took %s and %d keepAlives", jump, took, len(steps))
		}
	}
}

// A machine that was suspended sends as soon as it wakes up.
func TestHold_sendsAtOnceAfterASuspension(t *testing.T) {
	t.Parallel()
	g := newGraph()
	var steps []Step
	g.clock.SuspendDuring(2, 25*time.Minute)
	if _, err := g.hold(2*time.Hour, &steps).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := times(steps), []float64{0, 15, 55, 70, 85, 100, 115, 120}; !reflect.DeepEqual(got, want) {
		t.Errorf("keepAlives in the minutes %v,\nwant %v", got, want)
	}
}
