package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform-provider-msgraph/internal/graph"
)

// maxCallsChecked is how many new calls a plan looks at: more would cost a first apply, which plans
// twice, as much time again.
const maxCallsChecked = 100

// warnOfNewCalls warns, in a plan, of calls that are to be kept alive for the first time and that a keepAlive
// cannot reach: as [providerData.warnBeforeCreate] does for one call, and for the same reasons.
func (r *callKeepalivesResource) warnOfNewCalls(ctx context.Context, plan, state callKeepalivesModel, diags *diag.Diagnostics) {
	calls := newCalls(plan, state)
	if len(calls) == 0 || len(calls) > maxCallsChecked || !r.data.checksCreates(plan.WaitForCall) {
		return
	}
	ctx, cancel := r.data.clock.WithTimeout(r.data.masked(ctx), createCheckTimeout)
	defer cancel()
	notKnown := callsDiagnostic{explanation: explanation{summaryNotKnown, notFoundMeans + createWillFail + endedMeans + orRemoveEntry + "." + orWaitForCall}}
	ended := callsDiagnostic{explanation: explanation{summaryAlreadyEnded, createWillFail + endedMeans + orRemoveEntry + "."}}
	var missing []callFailure
	var over callReasons
	for _, o := range forEachCall(ctx, r.data, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (graph.Call, error) {
		return r.data.getCall(ctx, c.id, o)
	}) {
		switch {
		case graph.IsNotFound(o.err):
			missing = append(missing, callFailure{o.call, o.err})
		case o.err != nil:
			if !errors.As(o.err, new(notTriedError)) && r.data.createChecks.recordFailure(ctx, o.call.id, o.err) {
				addCallError(diags, path.Empty(), o.err, explanation{})
			}
		case o.value.Ended():
			reason := reasonShown(o.value)
			over.add(o.call, reason, func() callReason { return callReason{text: reason} })
		}
	}
	notKnown.reasons, ended.reasons = reasonsOf(missing), over.list
	for _, d := range []callsDiagnostic{notKnown, ended} {
		if len(d.reasons) > 0 {
			d.add(diags, diag.SeverityWarning, "")
		}
	}
}

// newCalls are those of the plan whose IDs are not in state.
func newCalls(plan, state callKeepalivesModel) []namedCall {
	prior := map[string]bool{}
	for _, c := range namedCalls(state.Calls) {
		prior[c.id] = true
	}
	known, _ := knownCalls(plan.Calls)
	calls := make([]namedCall, 0, len(known))
	for _, c := range known {
		if !prior[c.id] {
			calls = append(calls, c)
		}
	}
	return calls
}
