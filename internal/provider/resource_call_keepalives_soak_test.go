package provider

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// A day of a lab in one resource, which a scheduler applies every 15 minutes or so. Calls come and go, end, and get new
// IDs, and single requests fail:
//
//   - No call ends for want of a keepAlive.
//   - After each refresh, ended has exactly the calls that have ended.
//   - Nothing is an error, and nothing but an end is a warning.
//   - A call is not kept alive more often than there are updates.
//   - The private state has no more calls than there are.
func TestSoak_noCallOfOneResourceExpires(t *testing.T) {
	t.Parallel()
	size, day := 12, 24*time.Hour
	if calls := os.Getenv("MSGRAPH_SOAK"); calls != "" {
		size, day = 500, 7*24*time.Hour
	}
	s := &manySoak{
		manyKeeper: newLab(t).keeps(t, "", "on_ended", onEndedReport, "renew_after", "20m"),
		rand:       rand.New(rand.NewPCG(soakSeed, 0)),
		size:       size,
	}
	for range size {
		s.place(s.newName())
	}
	for s.lab.clock.Now().Before(start.Add(day)) {
		s.disturb()
		s.lab.ClearFaults()
		s.failRequests(0.01)
		s.run()
		s.lab.clock.Advance(13*time.Minute + time.Duration(s.rand.IntN(5))*time.Minute)
	}
	t.Logf("%d runs, %d updates, %d keepAlives; %d calls ended", s.runs, s.updates, s.keepAlives, s.endings)
	if s.endings == 0 || s.updates == 0 || s.runs == s.updates {
		t.Error("nothing has happened")
	}
}

type manySoak struct {
	*manyKeeper
	rand *rand.Rand

	size, names, ids                   int
	runs, updates, keepAlives, endings int
}

func (s *manySoak) calls() attributes { return s.config["calls"].(attributes) }

func (s *manySoak) newName() string {
	s.names++
	return fmt.Sprintf("n%d", s.names)
}

// place places a call and gives it the name.
func (s *manySoak) place(name string) {
	s.ids++
	id := fmt.Sprintf("id-%d", s.ids)
	s.lab.PlaceCall(graphsim.Call{ID: id})
	s.set(name, id)
}

// disturb does something to some of the calls.
func (s *manySoak) disturb() {
	for _, name := range slices.Sorted(maps.Keys(s.calls())) {
		id := s.calls()[name].(string)
		switch s.rand.IntN(8 * s.size) {
		case 0, 1:
			s.lab.EndCall(id, 200, 5001, "")
			s.endings++
		case 2:
			s.set(name, nil)
			s.place(s.newName())
		case 3:
			s.set(name, nil).set(s.newName(), id)
		case 4:
			if s.hasEnded(id) {
				s.place(name)
			}
		}
	}
}

func (s *manySoak) hasEnded(id string) bool {
	call, ok := s.lab.Call(id)
	return !ok || !call.EndedAt.IsZero()
}

// failRequests makes some of the next requests fail, once each.
func (s *manySoak) failRequests(share float64) {
	for _, id := range s.calls() {
		if s.rand.Float64() < share {
			s.lab.Inject(graphsim.Status(http.StatusServiceUnavailable).To("", "/"+id.(string)))
		}
		if s.rand.Float64() < share {
			s.lab.Inject(graphsim.Throttled("1").To("", "/"+id.(string)))
		}
	}
}

// run is one run of the scheduler.
func (s *manySoak) run() {
	s.t.Helper()
	s.runs++
	if s.state() != nil {
		s.refresh()
		s.expectOnlyEnds("refresh")
		s.expectEnded()
	}
	s.lab.ResetRequests()
	if s.propose(); s.object.private != nil && s.isNoOp() {
		s.lab.expectSent(s.t, 0)
		return
	}
	s.updates++
	s.expectOnlyEnds("plan")
	s.carryOut()
	s.expectOnlyEnds("apply")
	accepted := map[string]int{}
	for _, r := range s.lab.KeepAlives("") {
		if r.Status < 300 {
			s.keepAlives++
			accepted[r.Path]++
		}
	}
	for path, n := range accepted {
		if n > 1 {
			s.t.Errorf("%d keepAlives to %s", n, path)
		}
	}
	if n := len(s.kept().Last); n > len(s.calls()) {
		s.t.Errorf("the private state has %d calls of %d", n, len(s.calls()))
	}
}

func (s *manySoak) expectOnlyEnds(of string) {
	s.t.Helper()
	for _, d := range s.diags {
		if d.Severity == isError || d.Summary != summaryEnded && d.Summary != pluralSummaries[summaryEnded] &&
			d.Summary != summaryNotFound && d.Summary != pluralSummaries[summaryNotFound] {
			s.t.Fatalf("the %s says:\n%s", of, said(s.diags))
		}
	}
}

// expectEnded fails the test unless ended has the calls of the state that have ended, none of them for want of a keepAlive.
func (s *manySoak) expectEnded() {
	s.t.Helper()
	ended := texts(s.t, s.state()["ended"])
	for name, id := range texts(s.t, s.state()["calls"]) {
		if _, in := ended[name]; in != s.hasEnded(id) {
			s.t.Errorf("%s is in ended: %t", name, in)
		}
		if call, ok := s.lab.Call(id); ok && call.ResultInfo != nil && call.ResultInfo.Code == 408 {
			s.t.Errorf("%s ended for want of a keepAlive", name)
		}
	}
}
