package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

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
				w := newWorkspace(t, l, l.minimal(`renew_after = "`+renewAfter.String()+`"`))
				w.mustRun("apply", "-auto-approve")
				if got, want := w.state()["last_keepalive_at"], start.Format(time.RFC3339); got != want {
					t.Errorf("last_keepalive_at is %v, want Graph's time %s", got, want)
				}

				l.clock.Advance(renewAfter - time.Second)
				l.ResetRequests()
				if out, code := w.run("plan", "-detailed-exitcode"); code != 0 {
					t.Errorf("a second too early, plan exited %d:\n%s", code, out)
				}

				l.clock.Advance(time.Second)
				w.mustRun("apply", "-auto-approve")
				l.expectSent(t, 1)

				// With a saved plan, the apply does not refresh and must still send.
				l.clock.Advance(renewAfter)
				w.mustRun("plan", "-out=saved.tfplan")
				l.ResetRequests()
				w.mustRun("apply", "saved.tfplan")
				l.expectSent(t, 1)

				// Without refresh a wrong clock may ask for one too many, never for one too few.
				if _, code := w.run("plan", "-refresh=false", "-detailed-exitcode"); code != 0 && offset == 0 {
					t.Errorf("plan -refresh=false exited %d, want 0: nothing is due", code)
				}
				l.clock.Advance(renewAfter)
				l.ResetRequests()
				if _, code := w.run("plan", "-refresh=false", "-detailed-exitcode"); code != 2 {
					t.Errorf("plan -refresh=false exited %d, want 2: a keepAlive is due", code)
				}
				if n := l.sent(http.MethodGet); n > 1 {
					t.Errorf("plan -refresh=false sent %d GETs", n)
				}
			})
		}
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
			w := newWorkspace(t, l, l.minimal(""))
			w.mustRun("apply", "-auto-approve")
			if got, want := w.state()["last_keepalive_at"], start.Add(5*time.Minute).Format(time.RFC3339); got != want {
				t.Errorf("last_keepalive_at is %v, want the machine's time %s", got, want)
			}
			if out, code := w.run("plan", "-detailed-exitcode"); code != 0 {
				t.Errorf("plan exited %d:\n%s", code, out)
			}
			l.clock.Advance(10 * time.Minute)
			if out, code := w.run("plan", "-detailed-exitcode"); code != 2 {
				t.Errorf("when due, plan exited %d:\n%s", code, out)
			}
		})
	}
}

// When Graph cannot be asked for the time, one keepAlive too many is planned, not one too few.
func TestCallKeepalive_withoutGraphTheClockIsNotTrusted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.minimal(""))
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(time.Minute)
	l.Inject(graphsim.Status(403).To(http.MethodGet, "").For(-1))
	if out, code := w.run("plan", "-refresh=false", "-detailed-exitcode"); code != 2 {
		t.Errorf("plan exited %d:\n%s", code, out)
	}
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
			planned := p.plan(p.none(), config)
			resp, err := p.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
				TypeName: keepaliveType, PriorState: p.none().state, PlannedState: planned.PlannedState, Config: p.encode(p.resource, config),
			})
			if err != nil || len(resp.Diagnostics) != 1 {
				t.Fatalf("got %v and %s", err, said(resp.Diagnostics))
			}
			if waited := l.clock.Now().Sub(start); waited != time.Minute {
				t.Errorf("it waited for %s, want 1m", waited)
			}
		})
	}
}
