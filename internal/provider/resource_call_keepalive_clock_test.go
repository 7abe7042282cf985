package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
)

// A machine's wrong clock neither holds a due keepAlive back nor makes the plan unclean:
// ages are measured by Graph's clock.
func TestCallKeepalive_wrongClocks(t *testing.T) {
	t.Parallel()
	for name, offset := range map[string]time.Duration{
		"20 minutes slow": -20 * time.Minute, "20 minutes fast": 20 * time.Minute, "right": 0,
	} {
		for _, renewAfter := range []time.Duration{10 * time.Minute, 30 * time.Minute} {
			t.Run(name+", renew_after "+renewAfter.String(), func(t *testing.T) {
				t.Parallel()
				l := newLab(t).skewed(offset)
				r := l.scheduled(t, set("renew_after", renewAfter.String()))
				r.apply(true)
				r.expectKeptAt(start) // Graph's time

				l.clock.Advance(renewAfter - time.Second)
				r.expectDue(true, false)
				l.clock.Advance(time.Second)
				r.expectDue(true, true)
				r.apply(true)

				// With a saved plan, the apply does not refresh and must still send.
				l.clock.Advance(renewAfter)
				r.expectDue(true, true)
				r.apply(false)

				// Without refresh a wrong clock may ask for one too many, never for one too few.
				if offset == 0 {
					r.expectDue(false, false)
				}
				l.clock.Advance(renewAfter)
				l.ResetRequests()
				r.expectDue(false, true)
				if n := l.sent(http.MethodGet); n > 1 {
					t.Errorf("plan -refresh=false sent %d GETs", n)
				}
			})
		}
	}
}

// scheduledRuns is a resource in the runs of a scheduler, each with a provider of its own.
type scheduledRuns struct {
	t       *testing.T
	lab     *lab
	config  attributes
	object  keptResource
	planned *tfprotov6.PlanResourceChangeResponse
}

func (l *lab) scheduled(t *testing.T, config attributes) *scheduledRuns {
	t.Helper()
	return &scheduledRuns{t: t, lab: l, config: config, object: l.protocol(t).none()}
}

// plan is a run that plans, and leaves the state as it was.
func (r *scheduledRuns) plan(refresh bool) (p *protocol, read keptResource) {
	r.t.Helper()
	p, read = r.lab.protocol(r.t), r.object
	if refresh && p.decode(p.resource, read.state) != nil {
		read, _ = p.read(read)
	}
	r.planned = p.plan(read, r.config)
	return p, read
}

// expectDue plans, and fails the test unless a keepAlive is planned just when one is due.
func (r *scheduledRuns) expectDue(refresh, due bool) {
	r.t.Helper()
	p, _ := r.plan(refresh)
	if got := p.decode(p.resource, r.planned.PlannedState)["request_id"] == tftypes.UnknownValue; got != due {
		r.t.Errorf("a keepAlive is planned: %t, want %t (refresh: %t)", got, due, refresh)
	}
}

// apply plans and applies, which sends one keepAlive. Without refresh, another run applies what was planned before.
func (r *scheduledRuns) apply(refresh bool) {
	r.t.Helper()
	r.lab.ResetRequests()
	p, read := r.lab.protocol(r.t), r.object
	if refresh {
		p, read = r.plan(true)
	}
	r.object = p.apply(read, r.config, r.planned)
	r.lab.expectSent(r.t, 1)
}

func (r *scheduledRuns) expectKeptAt(want time.Time) {
	r.t.Helper()
	p := r.lab.protocol(r.t)
	if got := p.decode(p.resource, r.object.state)["last_keepalive_at"]; got != want.Format(time.RFC3339) {
		r.t.Errorf("last_keepalive_at is %v, want %s", got, want)
	}
}

// Without a Date from Graph the machine's clock is all there is.
func TestCallKeepalive_noDateHeader(t *testing.T) {
	t.Parallel()
	for name, date := range map[string]string{"missing": "", "unreadable": "yesterday"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t).skewed(5 * time.Minute)
			l.Inject(graphsim.DateHeader(date).To("", "").For(-1))
			r := l.scheduled(t, set())
			r.apply(true)
			r.expectKeptAt(start.Add(5 * time.Minute)) // the machine's time
			r.expectDue(true, false)
			l.clock.Advance(10 * time.Minute)
			r.expectDue(true, true)
		})
	}
}

// When Graph cannot be asked for the time, one keepAlive too many is planned, not one too few.
func TestCallKeepalive_withoutGraphTheClockIsNotTrusted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.scheduled(t, set())
	r.apply(true)
	l.clock.Advance(time.Minute)
	l.Inject(graphsim.BlockedPage().To(http.MethodGet, "").For(-1))
	r.expectDue(false, true)
}

// An old 404 without Graph's error code, as from a cache, does not set the clock back.
func TestCallKeepalive_anotherServersClockDoesNotCount(t *testing.T) {
	t.Parallel()
	l := newLab(t).skewed(-5 * time.Minute)
	r := l.scheduled(t, set())
	r.apply(true)
	old := l.clock.Now().Add(4 * time.Minute).Format(http.TimeFormat)
	l.clock.Advance(12 * time.Minute)
	l.Inject(graphsim.Fault{
		Status: http.StatusNotFound, ContentType: "application/json", Body: []byte("{}"), Header: http.Header{"Date": {old}},
	}.To(http.MethodGet, "").For(-1))
	r.expectDue(false, true)
}

// wait_for_call is measured by this machine's clock, even if another object of the run first
// hears Graph's time meanwhile.
func TestWaitForCall_isMeasuredByThisMachinesClock(t *testing.T) {
	t.Parallel()
	for name, offset := range map[string]time.Duration{"20 minutes slow": -20 * time.Minute, "20 minutes fast": 20 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t).skewed(offset)
			l.EndCall(callID, 200, 5001, "")
			var provider *msgraph
			l.beforeSleep(1, func() { provider.data.Load().clock.Observe(l.clock.Now()) })
			provider = l.provider()
			p := l.protocolOf(t, newServer(provider, false))
			config := set("wait_for_call", "1m")
			if _, diags := p.create(config); len(diags) != 1 {
				t.Fatalf("got %s", said(diags))
			}
			if waited := l.clock.Now().Sub(start); waited != time.Minute {
				t.Errorf("it waited for %s, want 1m", waited)
			}
		})
	}
}
