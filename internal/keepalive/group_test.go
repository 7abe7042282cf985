package keepalive

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

// lab plays Graph for many calls, each of which does as its script says.
type lab struct {
	*graph
	clock *ServerClock
	// scripts say what a keepAlive fails with, by the call and by the minute after noon; nil for no failure.
	scripts []func(minute float64) error
	// batches are those that were sent, each as the minute and the calls: "15: 0 1 2".
	batches []string
	shows   func(call int, minute float64) (bool, error)
	gets    int
}

func newLab(scripts ...func(minute float64) error) *lab {
	g := newGraph()
	return &lab{graph: g, clock: NewServerClock(g.clock), scripts: scripts}
}

func (l *lab) minute() float64 { return l.graph.clock.Now().Sub(noon).Minutes() }

func (l *lab) group(renewAfter time.Duration) *Group {
	return NewGroup(GroupOptions{Calls: len(l.scripts), Send: l.sendAll, Ended: isEnded, Clock: l.clock, RenewAfter: renewAfter})
}

func (l *lab) sendAll(ctx context.Context, batch []Attempt) []Outcome {
	outcomes := make([]Outcome, len(batch))
	calls := make([]int, len(batch))
	for i, a := range batch {
		calls[i] = a.Call
		outcomes[i] = Outcome{At: l.graph.clock.Now().Truncate(time.Second), Err: l.scripts[a.Call](l.minute())}
		outcomes[i].NotTried = errors.Is(outcomes[i].Err, errNotTried)
		if ctx.Err() != nil {
			outcomes[i].Err = ctx.Err()
		}
	}
	slices.Sort(calls)
	l.batches = append(l.batches, strings.ReplaceAll(fmt.Sprintf("%g:%v", l.minute(), calls), "]", ""))
	return outcomes
}

func (l *lab) hold(d time.Duration, rounds *[]Round) GroupHold {
	return GroupHold{
		Group: l.group(15 * time.Minute), For: d, Timeout: time.Minute, Alive: l.alive,
		Report: func(_ context.Context, r Round) { *rounds = append(*rounds, r) },
	}
}

func (l *lab) alive(_ context.Context, calls []int) []Liveness {
	alive := make([]Liveness, len(calls))
	l.gets++
	for i, call := range calls {
		if l.shows != nil {
			alive[i].Alive, alive[i].Err = l.shows(call, l.minute())
			alive[i].NotTried = errors.Is(alive[i].Err, errNotTried)
		}
	}
	return alive
}

var errNotTried = errors.New("not tried")

func well(float64) error { return nil }

// fails returns a script that fails with err from one minute on until another.
func fails(err error, from, until float64) func(float64) error {
	return func(m float64) error {
		if m >= from && m < until {
			return err
		}
		return nil
	}
}

func TestGroupHold_schedule(t *testing.T) {
	t.Parallel()
	const ever = 1e9
	for name, c := range map[string]struct {
		hold    float64 // minutes
		scripts []func(float64) error
		batches string
		sent    []int
		over    []int // the calls that are over at the end
	}{
		"at once":      {0, []func(float64) error{well, well}, "0:[0 1", []int{1, 1}, nil},
		"no calls":     {60, nil, "", nil, nil},
		"a while":      {40, []func(float64) error{well, well}, "0:[0 1 15:[0 1 30:[0 1 40:[0 1", []int{4, 4}, nil},
		"one ends":     {45, []func(float64) error{well, fails(errEnded, 15, ever), well}, "0:[0 1 2 15:[0 1 2 30:[0 2 45:[0 2", []int{4, 1, 4}, []int{1}},
		"one is gone":  {30, []func(float64) error{well, fails(errEnded, 0, ever)}, "0:[0 1 15:[0 30:[0", []int{3, 0}, []int{1}},
		"all end":      {90, []func(float64) error{fails(errEnded, 15, ever), fails(errEnded, 30, ever)}, "0:[0 1 15:[0 1 30:[1", []int{1, 2}, []int{0, 1}},
		"none is kept": {90, []func(float64) error{fails(errTransient, 0, ever), fails(errEnded, 0, ever)}, "0:[0 1", []int{0, 0}, []int{1}},
		// One that fails is retried by itself, a minute later, until it is back in step.
		"one fails for a while": {45, []func(float64) error{well, fails(errTransient, 15, 18)},
			"0:[0 1 15:[0 1 16:[1 17:[1 18:[1 30:[0 1 45:[0 1", []int{4, 4}, nil},
		"one fails at the start": {30, []func(float64) error{well, fails(errTransient, 0, 2)}, "0:[0 1 1:[1 2:[1 15:[0 1 30:[0 1", []int{3, 3}, nil},
		"one ends between rounds": {30, []func(float64) error{well, func(m float64) error {
			return errors.Join(fails(errTransient, 15, 17)(m), fails(errEnded, 17, ever)(m))
		}}, "0:[0 1 15:[0 1 16:[1 17:[1 30:[0", []int{3, 1}, []int{1}},
		"one fails at the end": {30, []func(float64) error{well, fails(errTransient, 30, ever)}, "0:[0 1 15:[0 1 30:[0 1", []int{3, 2}, nil},
		"untried":              {30, []func(float64) error{well, fails(errNotTried, 0, 1)}, "0:[0 1 1:[1 15:[0 1 30:[0 1", []int{3, 3}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(c.scripts...)
			var rounds []Round
			records, err := l.hold(time.Duration(c.hold)*time.Minute, &rounds).Run(t.Context())
			if got := strings.Join(l.batches, " "); err != nil || got != c.batches {
				t.Errorf("batches %s (%v),\nwant    %s", got, err, c.batches)
			}
			for i, r := range records {
				if r.Sent != c.sent[i] || r.Over() != slices.Contains(c.over, i) {
					t.Errorf("call %d: %+v", i, r)
				}
			}
		})
	}
}

func TestGroupHold_reportsEachBatch(t *testing.T) {
	t.Parallel()
	l := newLab(well, fails(errTransient, 30, 32))
	var rounds []Round
	if _, err := l.hold(100*time.Minute, &rounds).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rounds {
		next := "-"
		if !r.Next.IsZero() {
			next = fmt.Sprint(r.Next.Sub(noon).Minutes())
		}
		got = append(got, fmt.Sprintf("%d/%d at %g, next %s, left %g", r.Number, r.Of, r.Began.Sub(noon).Minutes(), next, r.Left.Minutes()))
	}
	want := []string{
		"1/8 at 0, next 15, left 100", "2/8 at 15, next 30, left 85", "3/8 at 30, next 45, left 70", "0/8 at 31, next 45, left 69",
		"0/8 at 32, next 45, left 68", "4/8 at 45, next 60, left 55", "5/8 at 60, next 75, left 40", "6/8 at 75, next 90, left 25",
		"7/8 at 90, next 100, left 10", "8/8 at 100, next -, left 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A call that no keepAlive reaches is held on for as long as Graph shows it alive, and given up by itself otherwise.
func TestGroupHold_goesOnWhileGraphShowsACallAlive(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shows func(call int, minute float64) (bool, error)
		lost  bool
		tries int // of the call that fails, at least
	}{
		"alive":               {func(int, float64) (bool, error) { return true, nil }, false, 120},
		"not alive":           {func(int, float64) (bool, error) { return false, nil }, true, 35},
		"not asked":           {func(int, float64) (bool, error) { return false, errNotTried }, false, 120},
		"not to be seen":      {func(int, float64) (bool, error) { return false, errTransient }, true, 35},
		"not seen any longer": {func(_ int, m float64) (bool, error) { return m < 60, errors.Join(fails(errTransient, 60, 1e9)(m)) }, true, 90},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(well, fails(errTransient, 15, 1e9))
			l.shows = c.shows
			var rounds []Round
			records, err := l.hold(3*time.Hour, &rounds).Run(t.Context())
			if err != nil || records[0].Sent != 13 || records[0].Over() || records[1].Lost != c.lost || records[1].Ended {
				t.Errorf("%v, %+v", err, records)
			}
			if records[1].Failures < c.tries || name == "alive" && records[1].Shown.IsZero() {
				t.Errorf("%+v", records[1])
			}
			if len(rounds) != len(l.batches) { // a call that is lost is not retried
				t.Errorf("%d batches, and %d reports", len(l.batches), len(rounds))
			}
		})
	}
}

// A machine that was suspended sends to all as soon as it wakes up; which is measured by the wall clock.
func TestGroupHold_sendsAtOnceAfterASuspension(t *testing.T) {
	t.Parallel()
	l := newLab(well, fails(errTransient, 0, 1))
	l.graph.clock.SuspendDuring(1, 25*time.Minute) // of the minute before call 1 is tried again
	var rounds []Round
	if _, err := l.hold(time.Hour, &rounds).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(l.batches, " "), "0:[0 1 26:[0 1 41:[0 1 56:[0 1 60:[0 1"; got != want {
		t.Errorf("batches %s,\nwant    %s", got, want)
	}
}

// The clock of this machine may not count the time for which it was suspended, but the server's tells. Those that are
// due by it do not wait for the next round.
func TestGroupHold_sendsAtOnceWhatIsDueByTheServersClock(t *testing.T) {
	t.Parallel()
	l := newLab(well, fails(errTransient, 15, 16))
	var rounds []Round
	h := l.hold(40*time.Minute, &rounds)
	h.Report = func(context.Context, Round) {
		if l.minute() == 15 {
			l.clock.Observe(l.graph.clock.Now().Add(20 * time.Minute))
		}
	}
	if _, err := h.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.batches, " "); !strings.HasPrefix(got, "0:[0 1 15:[0 1 16:[0 1 ") {
		t.Errorf("batches %s", got)
	}
}

// However long a round takes, another does not follow at once; and none may take longer than it is to the next one.
func TestGroupHold_roundsThatTakeLong(t *testing.T) {
	t.Parallel()
	l := newLab(well)
	var rounds []Round
	h := l.hold(20*time.Minute, &rounds)
	h.Timeout, h.Group.options.RenewAfter = 24*time.Hour, time.Minute
	send := h.Group.options.Send
	h.Group.options.Send = func(ctx context.Context, batch []Attempt) []Outcome {
		if left, ok := clock.Left(ctx); l.minute() < 20 && (!ok || left > time.Minute) { // there is a next one
			t.Errorf("the round may take %v", left)
		}
		outcomes := send(ctx, batch)
		l.graph.clock.Advance(5 * time.Minute)
		return outcomes
	}
	if _, err := h.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(l.batches, " "), "0:[0 6:[0 12:[0 18:[0 23:[0"; got != want {
		t.Errorf("batches %s, want %s", got, want)
	}
}

// A call that hangs between two rounds delays no round.
func TestGroupHold_triesBetweenRoundsEndBeforeTheNext(t *testing.T) {
	t.Parallel()
	l := newLab(well, fails(errTransient, 0, 1e9))
	var rounds []Round
	h := l.hold(time.Hour, &rounds)
	h.Timeout = 10 * time.Minute
	send := h.Group.options.Send
	h.Group.options.Send = func(ctx context.Context, batch []Attempt) []Outcome {
		if left, ok := clock.Left(ctx); len(batch) == 1 && (!ok || left > h.Group.next.Sub(l.graph.clock.Now())) {
			t.Errorf("in minute %g, a try may take %s", l.minute(), left)
		}
		return send(ctx, batch)
	}
	if _, err := h.Run(t.Context()); err != nil || len(l.batches) < 40 {
		t.Errorf("%v, %s", err, l.batches)
	}
}

// Calls that were never kept alive are tried on after the last one that was has ended, for as long as they can be alive.
func TestGroupHold_triesOnAfterTheLastThatWasKept(t *testing.T) {
	t.Parallel()
	for until, minutes := range map[float64]float64{20: 120, 1e9: 45} {
		l := newLab(fails(errTransient, 0, until), fails(errEnded, 15, 1e9))
		var rounds []Round
		records, err := l.hold(2*time.Hour, &rounds).Run(t.Context())
		if err != nil || (records[0].Sent > 0) != (until == 20) || !records[1].Ended || l.minute() != minutes {
			t.Errorf("until %g: %v, %+v, it took %g minutes", until, err, records, l.minute())
		}
	}
}

func TestGroupHold_isMeasuredByThisMachinesClock(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{-20 * time.Minute, 20 * time.Minute} {
		l := newLab(well, well)
		var rounds []Round
		h := l.hold(2*time.Hour, &rounds)
		send := h.Group.options.Send
		h.Group.options.Send = func(ctx context.Context, batch []Attempt) []Outcome {
			outcomes := send(ctx, batch)
			if l.minute() == 30 {
				l.clock.Observe(l.graph.clock.Now().Add(jump))
			}
			for i := range outcomes {
				outcomes[i].At = l.clock.Now()
			}
			return outcomes
		}
		if _, err := h.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if l.minute() != 120 || len(l.batches) != 9 {
			t.Errorf("after a jump of %s it took %g minutes: %s", jump, l.minute(), l.batches)
		}
	}
}

func TestGroupHold_interrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	l := newLab(well, func(m float64) error {
		if m == 15 {
			cancel()
		}
		return nil
	})
	var rounds []Round
	records, err := l.hold(time.Hour, &rounds).Run(ctx)
	if !errors.Is(err, context.Canceled) || len(l.batches) != 2 || len(rounds) != 1 {
		t.Errorf("%v after %s", err, l.batches)
	}
	for i, r := range records { // an attempt that an interrupt ended is not a failure
		if r.Failure != nil || r.Sent != 2-i {
			t.Errorf("call %d: %+v", i, r)
		}
	}
}

// A round that begins a little early does not make the next one earlier.
func TestGroup_roundsDoNotComeEarlierAndEarlier(t *testing.T) {
	t.Parallel()
	for early, want := range map[time.Duration]time.Duration{
		0: 15 * time.Minute, batchWindow: 15*time.Minute + batchWindow, batchWindow + 1: 15 * time.Minute,
	} {
		l := newLab(well)
		g := l.group(15 * time.Minute)
		g.Send(t.Context())
		l.graph.clock.Advance(15*time.Minute - early)
		if _, wait := g.Send(t.Context()); wait != want {
			t.Errorf("%s early, the next one is %s later, want %s", early, wait, want)
		}
	}
}

// What an interrupt has kept from its keepAlive gets it next time, and that is the same round.
func TestGroup_anInterruptedRoundIsNotOver(t *testing.T) {
	t.Parallel()
	for _, minutes := range []float64{0, 15} { // the first round, the second one
		ctx, cancel := context.WithCancel(t.Context())
		interrupt := func(m float64) error {
			if m == minutes {
				cancel()
			}
			return nil
		}
		l := newLab(well, interrupt, well)
		g := l.group(15 * time.Minute)
		if minutes > 0 {
			g.Send(ctx)
			l.graph.clock.Advance(15 * time.Minute)
		}
		before := g.nextSendsCopy().rounds
		if _, wait := g.Send(ctx); wait != MinRenewAfter || g.nextSendsCopy().rounds != before {
			t.Errorf("minute %g: the next keepAlives follow after %s, and %d rounds are over", minutes, wait, g.nextSendsCopy().rounds)
		}
		l.graph.clock.Advance(MinRenewAfter)
		records, _ := g.Send(t.Context())
		for i, r := range records {
			if !r.Last.Equal(noon.Add(time.Duration(minutes+1) * time.Minute)) {
				t.Errorf("minute %g: call %d: %+v", minutes, i, r)
			}
		}
		if after := g.nextSendsCopy().rounds; after != before+1 {
			t.Errorf("minute %g: %d rounds are over", minutes, after)
		}
	}
}

// Canceling a hold once it is complete changes nothing.
func TestGroupHold_endedOnceComplete(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	l := newLab(well)
	var rounds []Round
	h := l.hold(15*time.Minute, &rounds)
	h.Report = func(_ context.Context, r Round) {
		if r.Next.IsZero() {
			cancel()
		}
	}
	if records, err := h.Run(ctx); err != nil || records[0].Sent != 2 {
		t.Errorf("%v, %+v", err, records)
	}
}

// A Group is held while others use it, too.
func TestGroupHold_concurrently(t *testing.T) {
	t.Parallel()
	l := newLab(well, well)
	var rounds []Round
	h := l.hold(24*time.Hour, &rounds)
	var all sync.WaitGroup
	all.Go(func() {
		for range 100 {
			h.Group.Send(t.Context())
		}
	})
	records, err := h.Run(t.Context())
	all.Wait()
	if err != nil || records[0].Sent < 97 {
		t.Errorf("%v, %+v", err, records)
	}
	for i, r := range rounds[1:] {
		if r.Number <= rounds[i].Number || r.Of < r.Number {
			t.Errorf("round %d of %d follows %d", r.Number, r.Of, rounds[i].Number)
		}
	}
}

// With any failures of single calls that are shorter than 30 minutes, no call of a lab is without a keepAlive for 45
// minutes, and no batch follows another at once.
func TestGroupHold_failuresShorterThan30MinutesAreHarmless(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 7))
		scripts := make([]func(float64) error, 6)
		for i := range scripts {
			from, until := 0.0, 0.0
			scripts[i] = func(m float64) error {
				for m >= until+16 {
					from = until + 16 + random.Float64()*60
					until = from + random.Float64()*29
				}
				return fails(errTransient, from, until)(m)
			}
		}
		l := newLab(scripts...)
		var rounds []Round
		h := l.hold(24*time.Hour, &rounds)
		h.Group.options.RenewAfter = []time.Duration{time.Minute, 15 * time.Minute}[seed%2]
		last := make([]time.Time, len(scripts))
		var before time.Time
		h.Report = func(_ context.Context, r Round) {
			if !before.IsZero() && r.Began.Sub(before) < time.Second {
				t.Errorf("seed %d: batches at %s and %s", seed, before, r.Began)
			}
			before = r.Began
			for i, record := range r.Records {
				if !last[i].IsZero() && record.Last.Sub(last[i]) >= Limit {
					t.Errorf("seed %d: call %d got none for %s", seed, i, record.Last.Sub(last[i]))
				}
				last[i] = record.Last
			}
		}
		records, err := h.Run(t.Context())
		for i, r := range records {
			if r.Over() {
				t.Errorf("seed %d: call %d: %+v", seed, i, r)
			}
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// A Group by itself, as a caller uses it that is told when to call again.
func TestGroup_waitsForWhatIsNext(t *testing.T) {
	t.Parallel()
	l := newLab(well, fails(errTransient, 15, 17), fails(errEnded, 30, 1e9))
	g := l.group(15 * time.Minute)
	for i, want := range []float64{15, 1, 1, 13, 15, 15} {
		if _, wait := g.Send(t.Context()); wait.Minutes() != want {
			t.Errorf("batch %d: waits %s, want %g minutes", i, wait, want)
		} else {
			l.graph.clock.Advance(wait)
		}
	}
	// The call is on time, although this machine's clock may have been set meanwhile.
	l.graph.clock.Advance(-15 * time.Minute)
	if g.Send(t.Context()); !strings.HasSuffix(l.batches[len(l.batches)-1], ":[0 1") {
		t.Errorf("the last batch is %s", l.batches[len(l.batches)-1])
	}
	records, first := g.Close(t.Context())
	if !first || records[0].Sent != 5 || records[2].Sent != 2 || !records[2].Ended {
		t.Errorf("%t, %+v", first, records)
	}
	before := len(l.batches)
	if _, wait := g.Send(t.Context()); wait != 0 || len(l.batches) != before {
		t.Errorf("a closed group waits %s and has sent %s", wait, l.batches[before:])
	}
	if _, first := g.Close(t.Context()); first {
		t.Error("it is closed for the first time twice")
	}
}

// Requests that hang delay no other call: calls that did not fail the last time come first.
func TestGroup_triesThoseThatHangLast(t *testing.T) {
	t.Parallel()
	var order []int
	l := newLab(well, well, well, well)
	g := l.group(15 * time.Minute)
	g.options.Send = func(_ context.Context, batch []Attempt) []Outcome {
		outcomes := make([]Outcome, len(batch))
		for i, a := range batch {
			order = append(order, a.Call)
			outcomes[i].At = l.graph.clock.Now()
			if a.Call < 2 { // they hang, and one more could not be tried
				outcomes[i].Err = errTransient
			} else if len(order) <= 4 && a.Call == 3 {
				outcomes[i] = Outcome{Err: errNotTried, NotTried: true}
			}
		}
		return outcomes
	}
	g.Send(t.Context())
	l.graph.clock.Advance(time.Minute)
	g.Send(t.Context())
	l.graph.clock.Advance(time.Minute)
	if got, want := order[4:], []int{3, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("the order is %v, want %v", got, want)
	}
}

func TestGroup_concurrently(t *testing.T) {
	t.Parallel()
	l := newLab(well, well, well)
	g := l.group(time.Minute)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if i == 5 {
				g.Close(t.Context())
				return
			}
			g.Send(t.Context())
		})
	}
	all.Wait()
	before := len(l.batches)
	g.Send(t.Context())
	if len(l.batches) != before {
		t.Error("something was sent after the close")
	}
}

// The time of a try leaves time for others before the call's expiry.
func TestRecord_timeout(t *testing.T) {
	t.Parallel()
	for age, want := range map[time.Duration]time.Duration{15 * time.Minute: 15 * time.Minute, 44 * time.Minute: 30 * time.Second, time.Hour: minAttempt} {
		if got := (Record{Sent: 1, Last: noon}).timeout(noon.Add(age)); got != want {
			t.Errorf("after %s it is %s, want %s", age, got, want)
		}
	}
}

// A single round may take its whole timeout, as none follows.
func TestGroupHold_aSingleRoundTakesItsTime(t *testing.T) {
	t.Parallel()
	l := newLab(well)
	var rounds []Round
	h := l.hold(0, &rounds)
	h.Timeout, h.Group.options.RenewAfter = 10*time.Minute, time.Minute
	send := h.Group.options.Send
	h.Group.options.Send = func(ctx context.Context, batch []Attempt) []Outcome {
		if left, ok := clock.Left(ctx); !ok || left < 10*time.Minute {
			t.Errorf("the round may take only %v", left)
		}
		return send(ctx, batch)
	}
	if _, err := h.Run(t.Context()); err != nil || len(rounds) != 1 {
		t.Errorf("%v, %d rounds", err, len(rounds))
	}
}
