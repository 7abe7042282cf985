package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

const (
	summaryNotHungUp   = "Call Not Hung Up"
	summaryMayBeHungUp = "Call May Be Hung Up"
)

// hangUpOnDestroy hangs up the call of a resource that is being destroyed, if that is wanted
// and no other resource keeps the call alive in this run. It adds a warning if it leaves the call alive.
func (d *providerData) hangUpOnDestroy(ctx context.Context, callID string, wanted bool, diags *diag.Diagnostics) {
	switch kept := d.run.isKept(callID); {
	case kept && wanted:
		diags.AddWarning(summaryNotHungUp, fmt.Sprintf("Call %s was left alive although hang_up_on_destroy is true: another resource of "+
			"this run keeps the same call alive, as when a resource is replaced or its address changes. To move a resource to another "+
			"address without replacing it, use a moved block.", callID))
	case kept: // by the replacement of the resource
	case !wanted:
		diags.AddWarning(summaryNotHungUp, fmt.Sprintf("Call %s was not hung up, because hang_up_on_destroy was not true in the last "+
			"applied configuration. Unless something else keeps it alive, Graph ends it %s after its last keepAlive.\n\n"+
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

// recordPlan records what a plan does to a call, and warns if it hangs up a call that another resource keeps alive, as
// when a resource's address changes, two resources exchange their calls, or a lab takes over a call. Terraform does not
// tell a provider that it replaces a resource for another reason.
func (d *providerData) recordPlan(callID string, next callPlan, diags *diag.Diagnostics) {
	if callID == "" || !d.run.plan(callID, next) {
		return
	}
	diags.AddWarning(summaryMayBeHungUp, fmt.Sprintf("This plan destroys a resource with hang_up_on_destroy = true for call %s, and another "+
		"resource keeps the same call alive. Terraform may do this in either order: if it destroys first, the call ends and the "+
		"keepAlive fails.\n\n"+
		"If the address of a resource has changed, use a moved block. Otherwise apply hang_up_on_destroy = false first, or use a removed "+
		"block with destroy = false.", callID))
}

// addHangUpError adds the error for a failed hang-up, with the ways to go on without it. Graph's 404 is not one.
func addHangUpError(diags *diag.Diagnostics, err error) {
	text := callErrorText(err, notFoundByGateway)
	if text.kind != graph.KindCanceled {
		text.detail = joinParagraphs(text.detail, "The resource is still in state. To destroy it without hanging up, either set "+
			"hang_up_on_destroy = false and apply, and then destroy (if the resource is tainted, run terraform untaint first); or remove "+
			"it from state with terraform state rm.")
	}
	diags.AddError(text.summary, text.detail)
}
