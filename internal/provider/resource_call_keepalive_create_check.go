package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform-provider-msgraph/internal/graph"
)

// warnBeforeCreate warns, in the plan of a create, of a call that a keepAlive cannot reach, so that a
// scheduled job can tell a call that has ended from one that is due. A refused credential fails the plan, as it
// does for a call in state; any other failure is left to the apply.
func (d *providerData) warnBeforeCreate(ctx context.Context, plan callKeepaliveResourceModel, diags *diag.Diagnostics) {
	callID := plan.ID.ValueString()
	if callID == "" || !d.checksCreates(plan.WaitForCall) {
		return
	}
	if _, checked := d.createChecks.checked.Load(sameCall(callID)); checked {
		return
	}
	ctx, cancel := d.clock.WithTimeout(d.masked(ctx), createCheckTimeout)
	defer cancel()
	call, err := d.getCall(ctx, callID)
	switch {
	case graph.IsNotFound(err):
		diags.AddAttributeWarning(plan.callIDPath(), summaryNotKnown, joinParagraphs(
			fmt.Sprintf("Call %s was not found%s.", callID, inResponse(err)), notFoundMeans,
			createWillFail+endedMeans+orRemove+orWaitForCall))
	case err != nil:
		if d.createChecks.recordFailure(ctx, callID, err) {
			addCallError(diags, path.Empty(), err, explanation{})
		}
	case call.Ended():
		diags.AddAttributeWarning(plan.callIDPath(), summaryAlreadyEnded, joinParagraphs(
			fmt.Sprintf("Call %s has ended: %s.", callID, reasonShown(call)), createWillFail+endedMeans+orRemove))
	}
}
