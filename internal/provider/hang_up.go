package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// summaryNotHungUp is the summary of the warnings about a call that was not hung up.
const summaryNotHungUp = "Call Not Hung Up"

// summaryMayBeHungUp is the summary of the warnings about a call that this plan both keeps alive and hangs up.
const summaryMayBeHungUp = "Call May Be Hung Up"

// hangUpOnDestroy hangs up the call of a resource that is being destroyed, if that is wanted
// and nothing else in this run keeps the call alive. It says so when it leaves the call alive.
func (d *providerData) hangUpOnDestroy(ctx context.Context, callID string, wanted bool, diags *diag.Diagnostics) {
	switch kept := d.run.isKept(callID); {
	case kept && wanted:
		diags.AddWarning(summaryNotHungUp, fmt.Sprintf("Call %s was left alive although hang_up_on_destroy is true: another resource of "+
			"this run keeps the same call alive, as when a resource is replaced or its address changes. To move a resource to another "+
			"address without replacing it, use a moved block.", callID))
	case kept: // by what has taken the place of the resource
	case !wanted:
		diags.AddWarning(summaryNotHungUp, fmt.Sprintf("Call %s was not hung up, because hang_up_on_destroy was not true in the last "+
			"applied configuration. Graph ends the call %s after its last keepAlive.\n\n"+
			"A destroy uses the value in state. To hang up with a value that was never applied, import the call again, apply, "+
			"and then destroy.", callID, tfvalue.FormatDuration(keepalive.Limit)))
	default:
		if err := d.client.HangUp(ctx, callID); err != nil {
			addHangUpError(diags, err)
			return
		}
		d.run.recordHangUp(callID)
	}
}

// warnOfHangUp warns of a plan that hangs up a call which another resource is to keep alive, as when a
// resource's address changes, two resources exchange their calls, or a lab takes over a call. That a resource is
// replaced for another reason, a provider is not told.
func (d *providerData) warnOfHangUp(callID string, next callPlan, diags *diag.Diagnostics) {
	if callID == "" || !d.run.plan(callID, next) {
		return
	}
	diags.AddWarning(summaryMayBeHungUp, fmt.Sprintf("This plan destroys a resource with hang_up_on_destroy = true for call %s, and another "+
		"resource keeps the same call alive. Terraform may do this in either order: if it destroys first, the call ends and the "+
		"keepAlive fails.\n\n"+
		"If the address of a resource has changed, use a moved block. Otherwise apply hang_up_on_destroy = false first.", callID))
}

// addHangUpError adds the error that hanging up ended in, and the ways to go on without it. A 404 of Graph's is no such error.
func addHangUpError(diags *diag.Diagnostics, err error) {
	text := callErrorText(err, notFoundByGateway)
	if text.kind != graph.KindCanceled {
		text.detail = joinParagraphs(text.detail, "The resource is still in state. To destroy it without hanging up, either set "+
			"hang_up_on_destroy = false and apply, which sends a keepAlive, and then destroy; or remove it from state with "+
			"terraform state rm.")
	}
	diags.AddError(text.summary, text.detail)
}
