package provider

import (
	"context"
	"net/http"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/graphsim"
)

// gatewayNotFound are responses with 404 that are not Graph's: none has an error code.
func gatewayNotFound() map[string]graphsim.Fault {
	notFound := func(contentType, body string) graphsim.Fault {
		return graphsim.Fault{Status: http.StatusNotFound, ContentType: contentType, Body: []byte(body)}
	}
	return map[string]graphsim.Fault{
		"empty":          graphsim.Empty(http.StatusNotFound),
		"text":           notFound("text/plain", "default backend - 404"),
		"garbage":        graphsim.Garbage(http.StatusNotFound),
		"other JSON":     notFound("application/json", `{"statusCode":404,"message":"Resource not found"}`),
		"error, no code": notFound("application/json", `{"error":{"message":"Resource not found"}}`),
	}
}

// A 404 of a gateway, however often it comes, is no end of a placed call: no operation changes state, and no second call
// is placed.
func TestCallResource_notFoundByAGateway(t *testing.T) {
	t.Parallel()
	for name, fault := range gatewayNotFound() {
		for _, onEnded := range []string{endedReplace, endedKeep} {
			t.Run(name+", "+onEnded, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				config := placingConfig(attributes{"on_ended": onEnded})
				r := l.placed(t, config)
				p := l.protocol(t).of(callType)
				planned := p.plan(r, config)
				l.Inject(fault.To("", "/communications/calls/").For(-1))

				state, diags := p.refresh(r)
				expectOne(t, diags, isError, "Unexpected Response", "Reading call "+l.lastPlaced(t).ID, "404 Not Found", "terraform state rm")
				if state == nil || state["alive"] != true {
					t.Errorf("after the read the state is %v", state)
				}
				kept, diags := p.tryApply(t.Context(), r, config, planned)
				expectOne(t, diags, isError, "Unexpected Response", "The keepAlive of call", "404 Not Found")
				if state := p.decode(p.resource, kept.state); state["alive"] != true || state["last_keepalive_at"] != "2026-03-14T15:00:00Z" {
					t.Errorf("after the update the state is %v", state)
				}
				left, diags := p.tryDestroy(r)
				expectOne(t, diags, isError, "Unexpected Response", "Hanging up call", "404 Not Found", "The resource is still in state")
				if p.decode(p.resource, left.state) == nil {
					t.Error("the destroy has taken the call out of state")
				}
				l.expectPlaced(t, 1, 1)

				l.ClearFaults()
				if state, diags := p.refresh(r); state == nil || len(diags) != 0 {
					t.Errorf("after the faults the state is %v:\n%s", state, said(diags))
				}
			})
		}
	}
}

// The user sees why the plan failed, and the next one has nothing to do.
func TestCallResource_planThroughAGateway(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(time.Minute)
	l.Inject(graphsim.Garbage(http.StatusNotFound).To("", "/communications/calls/").For(-1))
	for _, args := range [][]string{planNow, applyNow, {"destroy", "-auto-approve", "-refresh=false"}} {
		w.expectExit(1, args, "Error: Unexpected Response", "404 Not Found", "has an error code, and this one has none")
	}
	l.ClearFaults()
	w.expectNoChanges()
	l.expectPlaced(t, 1, 1)
}

// After a hang-up, too: the call is gone once Graph says so.
func TestCallResource_gatewayAfterTheHangUp(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.placed(t, placingConfig(nil))
	p := l.protocol(t).of(callType)
	l.Inject(graphsim.Empty(http.StatusNotFound).To(http.MethodGet, "/communications/calls/").For(-1))
	left, diags := p.tryDestroy(r)
	expectOne(t, diags, isWarning, "Call Still Ending", "within 30s")
	if p.decode(p.resource, left.state) != nil {
		t.Error("a call that was hung up is still in state")
	}
}

// countedSleeps is a clock on which sleeps count for timeouts, for a test in which only one operation sleeps at a time.
type countedSleeps struct{ *clocktest.Clock }

// Sleep implements [clock.Clock].
func (c countedSleeps) Sleep(ctx context.Context, d time.Duration) error {
	if left, ok := clock.Left(ctx); ok {
		d = min(d, left)
	}
	if ctx.Err() == nil {
		c.Advance(d)
	}
	return ctx.Err()
}

// A timeout bounds each look at a call, and not the pause between two.
func TestCallResource_timeoutsShorterThanThePause(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.local = countedSleeps{l.clock}
	r := l.placed(t, placingConfig(attributes{"timeouts": attributes{"read": "4s", "delete": "4s"}}))
	p := l.protocol(t).of(callType)
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	state, diags := p.refresh(r)
	expectOne(t, diags, isWarning, "Call Will Be Placed Again", "Graph no longer knows it")
	if state != nil {
		t.Errorf("the state is %v", state)
	}
	_, diags = p.tryDestroy(r)
	expectNothing(t, diags)

	// The wait for the end of a call takes no longer either, and says that it is not over.
	r = l.placed(t, placingConfig(attributes{"timeouts": attributes{"delete": "4s"}}))
	l.ShowEnded(graphsim.EndedVisibility{Terminating: time.Hour})
	began := l.clock.Now()
	_, diags = p.tryDestroy(r)
	expectOne(t, diags, isWarning, "Call Still Ending", "within 4s")
	if took := l.clock.Now().Sub(began); took != 4*time.Second {
		t.Errorf("the destroy took %s, want 4s", took)
	}
}
