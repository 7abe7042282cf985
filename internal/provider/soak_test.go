package provider

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/keepalive"
)

// soakPlan is how long a soak is, and of how many calls.
type soakPlan struct {
	calls int
	time  time.Duration
}

// The scheduler of a soak, in figures as those of a busy CI system.
const (
	soakEvery   = 15 * time.Minute
	soakJitter  = 2 * time.Minute // either way
	soakDropped = 0.08            // of the runs
	soakSeed    = 20260314
)

// heapSlack is how many bytes more may be in use at the end of a soak than at first, however
// many operations there were.
const heapSlack = 2 << 20

// brokenConnections is for how long, in real time, Go's HTTP/2 client keeps a connection that
// broke: it arms the timer of an idle one, of 90 seconds, once more. The short form breaks some
// sixty, for which there is room in heapSlack; a week breaks hundreds within that time.
const brokenConnections = 95 * time.Second

// A week of a scheduler that is late, drops runs, and stands still at times, of a Graph that
// fails in single requests and is out for up to hours, and of calls that others end:
//
//   - A run that meets no outage succeeds, whatever single requests fail in it, and leaves every
//     call alive that was alive when it began and whose 45 minutes did not pass meanwhile. So a
//     call ends for want of a keepAlive only when, in these 45 minutes, there was no run that
//     began after the keepAlive was due, ended before the 45 minutes did, and met no outage.
//   - A call is dropped from state only if it has ended, with a warning that names it; and each
//     that had ended before a run began is dropped in it, unless the run met an outage.
//   - A call is not kept more often than it is due.
//   - The provider's memory and goroutines do not grow.
//   - Its log at TRACE shows no secret.
//
// The provider is one process for the whole time, though Terraform starts another for each
// run: so what it loses adds up. Before its memory is measured it is told to stop, which is
// when the plugin framework lets go of the requests that it could still cancel.
func TestSoak_noCallExpires(t *testing.T) {
	plan := soakPlan{calls: 6, time: 26 * time.Hour}
	if calls := os.Getenv("MSGRAPH_SOAK"); calls != "" {
		plan.time = 7 * 24 * time.Hour
		if _, err := fmt.Sscan(calls, &plan.calls); err != nil {
			t.Fatalf("MSGRAPH_SOAK is the number of calls: %v", err)
		}
	}
	began := time.Now()
	s := newSoak(t, plan)
	if os.Getenv("MSGRAPH_SOAK") == "" { // a week of that takes too long
		s.log = newWatchedLog(t, graphsim.ClientSecret)
	}
	s.prepare()
	s.run(start.Add(plan.time))
	s.check()
	if s.log != nil {
		s.log.expectLines(s.operations)
	}
	t.Logf("%s of %d calls took %s: %d runs, of which %d met an outage; %d operations, %d keepAlives, up to %d requests that failed; "+
		"%d calls ended for want of a keepAlive, %d for another reason",
		plan.time, plan.calls, time.Since(began).Round(time.Second), len(s.runs), s.spoilt(), s.operations, s.keepAlives, s.failed,
		s.expired, s.hungUp)
}

// soak is a soak under way.
type soak struct {
	*protocol
	lab   *lab
	log   *watchedLog // nil for no log
	plan  soakPlan
	clock *soakClock
	rand  *rand.Rand
	slots []*soakSlot
	none  *tfprotov6.DynamicValue
	runs  []soakRun

	outages  []soakOutage
	measured []soakMeasure

	operations, keepAlives, expired, hungUp int

	failed int // requests, at most: a run may end before it has sent one that is to fail

	mu     sync.Mutex // of what workers write
	errors []string   // of the run under way
}

// soakSlot is a resource of the configuration. The call in it is replaced when it has ended.
type soakSlot struct {
	number, generation int
	callID             string
	config             *tfprotov6.DynamicValue
	placed             int // how many runs there were before its call was placed

	state    keptResource // as stored
	read     keptResource // as this run has read it
	planned  *tfprotov6.PlanResourceChangeResponse
	reported bool // this run has warned of the call's end
	kept     int  // keepAlives that the runs sent for it
}

type soakRun struct {
	began, ended time.Time
	spoilt       bool // it met an outage
}

type soakOutage struct{ from, to time.Time }

type soakMeasure struct {
	heap       uint64
	goroutines int
}

func newSoak(t *testing.T, plan soakPlan) *soak {
	t.Helper()
	s := &soak{plan: plan, clock: &soakClock{timeouts: clocktest.New(start), now: start}, rand: rand.New(rand.NewPCG(soakSeed, soakSeed))}
	sim, err := graphsim.Start(graphsim.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	s.lab = &lab{Server: sim, local: s.clock, caFile: filepath.Join(t.TempDir(), "ca.pem")}
	overwrite(t, s.lab.caFile, string(sim.CACertificate()))
	s.protocol = s.lab.protocol(t)
	s.none = s.encode(s.resource, nil)
	for number := range plan.calls {
		slot := &soakSlot{number: number}
		s.place(slot)
		s.slots = append(s.slots, slot)
	}
	return s
}

// place places the next call of a slot.
func (s *soak) place(slot *soakSlot) {
	slot.generation++
	slot.callID = fmt.Sprintf("call-%d-%d", slot.number, slot.generation)
	slot.config = s.encode(s.resource, attributes{"call_id": slot.callID, "renew_after": "10m"})
	slot.state = keptResource{state: s.none}
	slot.kept, slot.placed = 0, len(s.runs)
	s.lab.PlaceCall(graphsim.Call{ID: slot.callID})
}

// prepare decides when Graph is out, and when calls are ended by others.
func (s *soak) prepare() {
	outages := []graphsim.Fault{
		graphsim.Status(503), graphsim.Throttled("30"), graphsim.HTMLNotFound(), graphsim.Status(403), graphsim.CutOff(graphsim.CutRequest),
	}
	const between = 11 * time.Hour
	for i, at := 0, start.Add(5*time.Hour); at.Before(start.Add(s.plan.time)); i, at = i+1, at.Add(between+s.upTo(4*time.Hour)) {
		fault := outages[i%len(outages)].For(-1)
		fault.Service = graphsim.ServiceGraph
		s.outage(at, 3*time.Minute+s.upTo(27*time.Minute), fault)
	}
	s.outage(start.Add(20*time.Hour), 50*time.Minute, graphsim.Status(502).For(-1))
	for at := start; at.Before(start.Add(s.plan.time)); at = at.Add(s.upTo(2 * time.Hour)) {
		slot := s.slots[s.rand.IntN(len(s.slots))]
		s.clock.at(at, func() {
			if s.lab.EndCall(slot.callID, 200, 5001, "The conversation has ended.") {
				s.hungUp++
			}
		})
	}
}

func (s *soak) upTo(d time.Duration) time.Duration { return time.Duration(s.rand.Int64N(int64(d))) }

func (s *soak) outage(from time.Time, d time.Duration, fault graphsim.Fault) {
	s.outages = append(s.outages, soakOutage{from, from.Add(d)})
	s.clock.at(from, func() { s.lab.Inject(fault) })
	s.clock.at(from.Add(d), s.lab.ClearFaults)
}

// singleFailures has single requests of the next run fail.
func (s *soak) singleFailures() {
	kinds := []graphsim.Fault{
		graphsim.Status(500), graphsim.Status(502), graphsim.Status(503), graphsim.Status(504), graphsim.Throttled("2"), graphsim.Throttled(""),
		graphsim.CutOff(graphsim.CutRequest), graphsim.CutOff(graphsim.CutHeaders).After(), graphsim.CutOff(graphsim.CutBody).After(),
	}
	s.lab.ClearFaults()
	for range 1 + s.plan.calls/100 {
		fault := kinds[s.rand.IntN(len(kinds))].For(1 + s.rand.IntN(2))
		fault.Service, fault.Skip = graphsim.ServiceGraph, s.rand.IntN(2*s.plan.calls)
		s.lab.Inject(fault)
		s.failed += fault.Times
	}
	if s.rand.IntN(20) == 0 {
		s.lab.RevokeTokens()
	}
}

// run runs the scheduler until then.
func (s *soak) run(end time.Time) {
	for tick := start; tick.Before(end); tick = tick.Add(soakEvery) {
		if s.rand.IntN(300) == 0 {
			tick = tick.Add(time.Hour) // the scheduler stands still
		}
		at := tick.Add(s.upTo(2*soakJitter) - soakJitter)
		if at.Before(s.clock.Now()) || s.rand.Float64() < soakDropped {
			continue // the run before is not over yet, or nobody started this one
		}
		s.clock.advanceTo(at)
		s.terraform()
		if n := len(s.runs); n%(1+int(s.plan.time/soakEvery)/8) == 10 {
			s.measure()
		}
		if s.t.Failed() {
			s.t.FailNow()
		}
	}
	if os.Getenv("MSGRAPH_SOAK") != "" {
		time.Sleep(brokenConnections) // the one wait for real time: no test can move Go's own timers
	}
	s.measure()
}

// terraform does what `terraform apply` does: it refreshes and plans all, and if that went
// well, applies what is planned.
func (s *soak) terraform() {
	r := soakRun{began: s.clock.Now()}
	if !s.out(r.began, r.began) {
		s.singleFailures()
	}
	s.errors = nil
	soakWork(s.clock, atATime, s.slots, s.request(s.refreshAndPlan))
	if planned := len(s.errors) == 0; planned {
		var changed []*soakSlot
		for _, slot := range s.slots {
			slot.state = slot.read
			if !bytes.Equal(slot.planned.PlannedState.MsgPack, slot.read.state.MsgPack) {
				changed = append(changed, slot)
			}
		}
		soakWork(s.clock, atATime, changed, s.request(s.applyPlanned))
	}
	r.ended = s.clock.Now()
	r.spoilt = s.out(r.began, r.ended)
	s.runs = append(s.runs, r)
	s.judge(r)
	s.lab.ResetRequests() // they would count as memory in use
}

// request gives f a context that ends with it, as that of a request does.
func (s *soak) request(f func(context.Context, *soakSlot)) func(*soakSlot) {
	return func(slot *soakSlot) {
		ctx, cancel := context.WithCancel(s.t.Context())
		defer cancel()
		if s.log != nil {
			ctx = s.log.of(ctx)
		}
		f(ctx, slot)
	}
}

// refreshAndPlan reads the slot's resource, if there is one, and plans it.
func (s *soak) refreshAndPlan(ctx context.Context, slot *soakSlot) {
	slot.read, slot.planned, slot.reported = slot.state, nil, false
	prior := slot.state
	if prior.state != s.none {
		resp, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
			TypeName: keepaliveType, CurrentState: prior.state, CurrentIdentity: prior.identity, Private: prior.private,
		})
		if !s.went(slot, "read", err, resp.Diagnostics) {
			return
		}
		slot.read = keptResource{resp.NewState, resp.NewIdentity, resp.Private}
		if isNull, _ := resp.NewState.IsNull(); isNull {
			slot.read = keptResource{state: s.none}
			slot.reported = strings.Contains(said(resp.Diagnostics), "WARNING: Call Has Ended: "+slot.callID+": Call "+slot.callID+" has ended")
		}
	}
	proposed := slot.read.state
	if proposed == s.none {
		proposed = slot.config
	}
	resp, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: keepaliveType, PriorState: slot.read.state, PriorIdentity: slot.read.identity, PriorPrivate: slot.read.private,
		Config: slot.config, ProposedNewState: proposed,
	})
	if s.went(slot, "plan", err, resp.Diagnostics) {
		slot.planned = resp
	}
}

// applyPlanned applies what is planned for the slot. On an error Terraform keeps what the
// provider returns with it, which is the state before.
func (s *soak) applyPlanned(ctx context.Context, slot *soakSlot) {
	resp, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: keepaliveType, PriorState: slot.read.state, PlannedState: slot.planned.PlannedState, Config: slot.config,
		PlannedPrivate: slot.planned.PlannedPrivate, PlannedIdentity: slot.planned.PlannedIdentity,
	})
	if !s.went(slot, "apply", err, resp.Diagnostics) {
		if isNull, _ := resp.NewState.IsNull(); isNull != (slot.read.state == s.none) {
			s.t.Errorf("a failed apply of call %s changed what is in state", slot.callID)
		}
		return
	}
	slot.state = keptResource{resp.NewState, resp.NewIdentity, resp.Private}
	slot.kept++
}

// went reports whether an operation went well, and notes the error if not.
func (s *soak) went(slot *soakSlot, operation string, err error, diagnostics []*tfprotov6.Diagnostic) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.operations++
	if err != nil {
		s.t.Errorf("%s of call %s: %v", operation, slot.callID, err)
		return false
	}
	failed := slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == isError })
	if failed {
		call, _ := s.lab.Call(slot.callID)
		if ended := !call.EndedAt.IsZero(); operation == "read" || !ended {
			s.errors = append(s.errors, fmt.Sprintf("%s of call %s: %s", operation, slot.callID, said(diagnostics)))
		}
	}
	return !failed
}

// out reports whether Graph was out at any time between from and to.
func (s *soak) out(from, to time.Time) bool {
	return slices.ContainsFunc(s.outages, func(o soakOutage) bool { return !o.from.After(to) && o.to.After(from) })
}

func (s *soak) spoilt() (n int) {
	for _, r := range s.runs {
		if r.spoilt {
			n++
		}
	}
	return n
}

// judge holds the run against what is promised, and replaces the calls that have ended.
func (s *soak) judge(r soakRun) {
	if !r.spoilt && len(s.errors) > 0 {
		s.t.Errorf("the run at %s met no outage and failed: %s", r.began.Sub(start), strings.Join(s.errors, "\n"))
	}
	for _, slot := range s.slots {
		call, _ := s.lab.Call(slot.callID)
		ended := !call.EndedAt.IsZero()
		switch {
		case slot.read.state == s.none && slot.reported && !ended:
			s.t.Errorf("call %s was dropped at %s and is alive", slot.callID, r.began.Sub(start))
		case !r.spoilt && !ended && r.ended.Sub(call.LastKeepAlive) >= keepalive.DefaultRenewAfter+r.ended.Sub(r.began):
			s.t.Errorf("call %s was left due by the run at %s: last kept %s", slot.callID, r.began.Sub(start), call.LastKeepAlive.Sub(start))
		case !r.spoilt && ended && call.EndedAt.Before(r.began) && !slot.reported && call.KeepAlives > 0:
			s.t.Errorf("call %s ended at %s, and the run at %s did not say so", slot.callID, call.EndedAt.Sub(start), r.began.Sub(start))
		}
		if ended && (slot.reported || call.KeepAlives == 0) && len(s.errors) == 0 {
			s.bury(slot, call)
		}
	}
}

// bury checks that nobody is to blame for the end of a call, and places another in its stead.
func (s *soak) bury(slot *soakSlot, call graphsim.Call) {
	last := later(call.StartedAt, call.LastKeepAlive)
	if call.ResultInfo.Code == http.StatusRequestTimeout {
		s.expired++
		due := last.Add(keepalive.DefaultRenewAfter)
		if call.LastKeepAlive.IsZero() {
			due = last
		}
		for _, r := range s.runs[slot.placed:] {
			if !r.spoilt && !r.began.Before(due) && r.ended.Before(call.EndedAt) {
				s.t.Errorf("call %s ended at %s for want of a keepAlive, and the run at %s could have sent it",
					slot.callID, call.EndedAt.Sub(start), r.began.Sub(start))
			}
		}
	}
	// A keepAlive whose response got lost is sent again, and such faults are few.
	if most := 1 + int(last.Sub(call.StartedAt)/keepalive.DefaultRenewAfter); slot.kept > most {
		s.t.Errorf("call %s was kept %d times in %s, want %d at most", slot.callID, slot.kept, last.Sub(call.StartedAt), most)
	}
	s.keepAlives += call.KeepAlives
	s.lab.ForgetCall(slot.callID)
	s.place(slot)
}

// measure takes down what memory and goroutines are in use when nobody works.
func (s *soak) measure() {
	if _, err := s.StopProvider(s.t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		s.t.Error(err)
	}
	runtime.GC()
	runtime.GC() // what finalizers of the first have released
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	taken := soakMeasure{m.HeapAlloc, runtime.NumGoroutine()}
	s.measured = append(s.measured, taken)
	s.t.Logf("after %s: %d runs, %d operations; %.1f MiB in use after a collection, %d goroutines",
		s.clock.Now().Sub(start).Round(time.Second), len(s.runs), s.operations, float64(taken.heap)/(1<<20), taken.goroutines)
}

// check looks at the end at what can be seen only then.
func (s *soak) check() {
	for _, slot := range s.slots {
		call, _ := s.lab.Call(slot.callID)
		s.keepAlives += call.KeepAlives
	}
	first, last := s.measured[0], s.measured[len(s.measured)-1]
	if last.heap > first.heap+first.heap/10+heapSlack {
		s.t.Errorf("%d bytes are in use at the end, %d were at first", last.heap, first.heap)
	}
	if last.goroutines > first.goroutines+2*atATime {
		s.t.Errorf("%d goroutines run at the end, %d did at first", last.goroutines, first.goroutines)
	}
	if s.expired == 0 || s.hungUp == 0 || s.spoilt() == 0 {
		s.t.Error("the soak was too mild to show anything: no call ended, or no run met an outage")
	}
}
