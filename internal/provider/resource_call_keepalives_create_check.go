package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform-provider-msgraph/internal/graph"
)

// maxCallsChecked is the maximum number of new calls that a plan reads: with more, a first apply,
// which plans twice, would take much longer.
const maxCallsChecked = 100

// createWillWarn is [createWillFail] with on_ended = "report".
const createWillWarn = `Applying this plan still sends a keepAlive. With on_ended = "report", a 404 to it is a warning. `

// warnOfNewCalls warns, in a plan, of calls that are to be kept alive for the first time and that a keepAlive
// cannot reach: as [providerData.warnBeforeCreate] does for one call, and for the same reasons.
func (r *callKeepalivesResource) warnOfNewCalls(ctx context.Context, plan, state callKeepalivesResourceModel, diags *diag.Diagnostics) {
	calls := newCalls(plan, state)
	if len(calls) == 0 || len(calls) > maxCallsChecked || !r.data.checksCreates(plan.WaitForCall) {
		return
	}
	ctx, cancel := r.data.clock.WithTimeout(r.data.masked(ctx), createCheckTimeout)
	defer cancel()
	outlook := createWillFail
	if !plan.endedIsError() {
		outlook = createWillWarn
	}
	notKnown := explanation{summaryNotKnown, notFoundMeans + outlook + endedMeans + orRemoveEntry + "." + orWaitForCall}
	alreadyEnded := explanation{summaryAlreadyEnded, outlook + endedMeans + orRemoveEntry + "."}
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
	callsDiagnostic{explanation: notKnown, warning: true, reasons: reasonsOf(missing)}.add(diags, "")
	callsDiagnostic{explanation: alreadyEnded, warning: true, reasons: over.list}.add(diags, "")
}

// newCalls are those of the plan whose IDs are not in state.
func newCalls(plan, state callKeepalivesResourceModel) []namedCall {
	prior := map[string]bool{}
	for _, c := range namedCalls(state.Calls) {
		prior[c.id] = true
	}
	known, _ := knownCalls(plan.Calls)
	return slices.DeleteFunc(known, func(c namedCall) bool { return prior[c.id] })
}
