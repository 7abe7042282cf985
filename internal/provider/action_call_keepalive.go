package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

var (
	_ action.ActionWithConfigure      = (*callKeepaliveAction)(nil)
	_ action.ActionWithValidateConfig = (*callKeepaliveAction)(nil)
)

// callKeepaliveAction is the action msgraph_call_keepalive: a keepAlive on demand, or a call
// that is held for some time.
type callKeepaliveAction struct{ baseAction }

// ValidateConfig implements [action.ActionWithValidateConfig].
func (a *callKeepaliveAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config callKeepaliveActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.check(&resp.Diagnostics)
}

// Invoke implements [action.Action]. What a user must see is sent as progress: Terraform drops
// the warnings of some actions that succeed, and everything that follows an interrupt.
func (a *callKeepaliveAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config callKeepaliveActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || !a.data.configured(&resp.Diagnostics) {
		return
	}
	config.checkAll(ctx, &resp.Diagnostics)
	timeout, diags := config.Timeouts.Invoke(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	callID, holdFor := config.callID().ValueString(), tfvalue.Duration(config.HoldFor)
	progress := reporter{resp.SendProgress}
	record, err := keepalive.Hold{
		For: holdFor, RenewAfter: holdRenewAfterOf(config.RenewAfter), Timeout: timeout, Clock: a.data.clock,
		Send: a.data.sendHeldFunc(callID, tfvalue.Header(config.Headers)), Ended: graph.IsNotFound,
		Alive:  func(ctx context.Context) (bool, error) { return a.data.isAlive(ctx, callID) },
		Report: func(ctx context.Context, s keepalive.Step) { progress.report(ctx, stepMessage(s, holdFor)) },
	}.Run(ctx)
	switch {
	case err == nil && holdFor > 0:
		progress.report(ctx, heldMessage(callID, record))
		if record.Failure != nil {
			addFailingWarning(&resp.Diagnostics, callID, shownAlive(record), record)
		}
	case err == nil:
	case ctx.Err() != nil:
		resp.Diagnostics.AddError(summaryInterrupted, interruptedMessage(callID, holdFor, record))
	case record.Sent == 0:
		addCallError(&resp.Diagnostics, config.callIDPath(), err, explanation{})
	default:
		addEndedDuringRun(&resp.Diagnostics, callID, a.data.holdEndReason(ctx, callID, record), record)
	}
}
