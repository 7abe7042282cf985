package provider

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// A 404 out of a cache has the Date of the placement each time. It ends a read and a destroy all the same.
func TestCallResource_cachedNotFound(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			date := l.clock.Now().Format(http.TimeFormat)
			r := l.placed(t, placingConfig(nil))
			l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
			fault := graphsim.Status(http.StatusNotFound).To("", "/calls/").For(-1)
			fault.Header = http.Header{"Date": {date}}
			l.Inject(fault)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // or it asks for ever
			defer cancel()
			p := l.protocol(t).of(callType)
			if method == http.MethodGet {
				resp, err := p.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
					TypeName: callType, CurrentState: r.state, CurrentIdentity: r.identity, Private: r.private,
				})
				p.must(err, resp.Diagnostics)
			} else {
				_, diags := p.tryApply(ctx, r, nil, &tfprotov6.PlanResourceChangeResponse{PlannedState: p.none().state, PlannedPrivate: r.private})
				expectNothing(t, diags)
			}
		})
	}
}

// A machine whose clock is wrong hangs up a call that was placed just now: the 404 to the DELETE tells Graph's time.
func TestCallResource_destroyOfANewCallOnASkewedMachine(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.becomes(graphsim.Outcome{KnownAfter: 25 * time.Second})
	r := l.protocol(t).of(callType).mustCreate(placingConfig(attributes{"wait_until": "created"}))
	l.clock.Advance(3 * time.Second)
	_, diags := l.skewed(time.Hour).protocol(t).of(callType).tryDestroy(r)
	expectNothing(t, diags)
	l.expectPlaced(t, 1, 0)
}

// A keepAlive of a call that was placed just now waits until Graph knows the call.
func TestCallResource_keepAliveOfANewCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.becomes(graphsim.Outcome{KnownAfter: 25 * time.Second})
	config := attributes{"wait_until": "created", "triggers": attributes{"a": "1"}}
	r := l.protocol(t).of(callType).mustCreate(placingConfig(config))
	l.clock.Advance(3 * time.Second)
	config["triggers"] = attributes{"a": "2"}
	p := l.protocol(t).of(callType)
	_, diags := p.tryApply(t.Context(), r, placingConfig(config), p.plan(r, placingConfig(config)))
	expectNothing(t, diags)
	if call := l.alive()[0]; call.KeepAlives != 1 {
		t.Errorf("the call got %d keepAlives, want 1", call.KeepAlives)
	}
}
