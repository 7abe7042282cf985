package provider

import (
	"cmp"
	"context"
	"fmt"
	"time"

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
	callID, holdFor := config.effectiveID().ValueString(), tfvalue.Duration(config.HoldFor)
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
		reason, _ := a.data.findEnd(ctx, isAliveTimeout, callID, record)
		addEndedDuringRun(&resp.Diagnostics, callID, cmp.Or(reason, lostReason(record)), record)
	}
}

// stepMessage describes one keepAlive of a hold and what follows it, for example:
//
//	keepAlive 3 of about 8 sent at 14:30:05Z; call alive until 15:15:05Z; next at 14:45:05Z; 1h15m left
func stepMessage(s keepalive.Step, holdFor time.Duration) string {
	r := s.Record
	number, what, next := r.Sent, "sent at "+clockTime(r.Last), "next"
	if r.Failure != nil {
		number, what, next = r.Sent+1, fmt.Sprintf("failed at %s (%s)", clockTime(r.FailedAt), shortReason(r.Failure)), "next attempt"
	}
	until := "; call alive until " + clockTime(keepalive.Expiry(r.Last))
	if !r.Shown.IsZero() {
		until = "; Graph showed the call as alive at " + clockTime(r.Shown)
	}
	switch {
	case holdFor <= 0:
		return "keepAlive " + what + until
	case s.Next.IsZero():
		return fmt.Sprintf("keepAlive %d of %d %s%s", number, number, what, until)
	}
	return fmt.Sprintf("keepAlive %d of about %d %s%s; %s at %s; %s left", number, s.Of, what, until, next, clockTime(s.Next), formatLeft(s.Left))
}

// heldMessage summarizes a hold that went to its end.
func heldMessage(callID string, r keepalive.Record) string {
	message := fmt.Sprintf("Call %s held from %s to %s, keepAlives sent: %d.", callID, timestamp(r.First), timestamp(r.Last), r.Sent)
	if r.Failure != nil {
		message += fmt.Sprintf(" The last one failed at %s (%s)", timestamp(r.FailedAt), shortReason(r.Failure))
		if !shownAlive(r) {
			message += ", so the state of the call is not known"
		}
		message += "."
	}
	return message + " " + lifetime(r)
}

// interruptedMessage summarizes a hold that was interrupted.
func interruptedMessage(callID string, holdFor time.Duration, r keepalive.Record) string {
	if r.Sent == 0 {
		return fmt.Sprintf("The run was interrupted before Graph accepted a keepAlive of call %s. A request that was in flight may have "+
			"taken effect; sending another one is safe.", callID)
	}
	return fmt.Sprintf("The run was interrupted while call %s was being held for %s. It was %s. %s",
		callID, tfvalue.FormatDuration(holdFor), keptAlive(r), lifetime(r))
}
