package provider

import (
	"net/http"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// One 404 to a keepAlive, of a call that Graph shows as alive, ends no hold: the keepAlive is sent again a minute later.
func TestHold_outlivesAFalseNotFound(t *testing.T) {
	t.Parallel()
	for name, hold := range map[string]func(*testing.T, *lab){
		"action": func(t *testing.T, l *lab) {
			_, diags := l.rpc(t).invoke(t.Context(), attributes{"call_id": callID, "hold_for": "1h"})
			expectNothing(t, diags)
		},
		"action of many": func(t *testing.T, l *lab) {
			_, diags := l.rpcOfMany(t).invoke(t.Context(), attributes{"calls": attributes{"a": callID}, "hold_for": "1h"})
			expectNothing(t, diags)
		},
		"ephemeral resource of many": func(t *testing.T, l *lab) {
			r := l.rpcOfMany(t)
			opened := r.mustOpen(attributes{"calls": attributes{"a": callID}})
			for wait := opened.RenewAt.Sub(l.clock.Now()); l.clock.Now().Before(start.Add(time.Hour)); {
				l.clock.Advance(max(wait, time.Minute))
				renewed := r.renew(opened.Private)
				expectNothing(t, renewed.Diagnostics)
				wait = renewed.RenewAt.Sub(l.clock.Now())
			}
			expectNothing(t, r.close(opened.Private))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			once := graphsim.Status(http.StatusNotFound).To(http.MethodPost, callID)
			once.Skip = 1
			l.Inject(once)
			hold(t, l)
			if call, _ := l.Call(callID); call.KeepAlives < 4 || !call.EndedAt.IsZero() {
				t.Errorf("the call got %d keepAlives and ended at %v", call.KeepAlives, call.EndedAt)
			}
		})
	}
}
