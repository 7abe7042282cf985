package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/tfvalue"
)

const (
	// hungUpWithin bounds the wait until a call that was hung up is gone; gonePoll is how often the call is read meanwhile.
	hungUpWithin = 30 * time.Second
	gonePoll     = time.Second
)

// Delete implements [resource.Resource]. It hangs up, and waits until the callee is free for another call.
func (r *callResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state callResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || state.hasEnded() {
		return
	}
	r.data.secrets.AddKnown(state.passcode(ctx))
	callID := state.ID.ValueString()
	if wanted := state.HangUpOnDestroy.ValueBool(); !wanted || r.data.run.isKept(callID) {
		r.data.hangUpOnDestroy(ctx, callID, wanted, &resp.Diagnostics)
		return
	}
	err := r.data.untilKnown(ctx, state.placedTime(), timeout, func(ctx context.Context) error {
		err := r.data.client.HangUpKnown(ctx, callID)
		r.data.observeFailure(err)
		return err
	})
	switch {
	case r.data.addAnotherApplicationError(ctx, req.Private, &state, err, &resp.Diagnostics):
		return
	case err != nil && !notKnownToGraph(err):
		addHangUpError(&resp.Diagnostics, err)
		return
	}
	r.data.run.recordHangUp(callID)
	if err == nil {
		r.data.awaitGone(ctx, callID, min(timeout, hungUpWithin), &resp.Diagnostics)
	}
}

// awaitGone waits until Graph shows a call that was hung up as terminated, or no longer knows it. It adds an error, which keeps
// the call in state, if Graph never shows that the call is ending: what responded to the DELETE may not have been Graph.
func (d *providerData) awaitGone(ctx context.Context, callID string, limit time.Duration, diags *diag.Diagnostics) {
	local := d.clock.Local()
	began := local.Now()
	waiting, cancel := local.WithTimeout(ctx, limit)
	defer cancel()
	goesOn := ""
	for waiting.Err() == nil && local.Now().Sub(began) < limit {
		call, err := d.getCall(waiting, callID)
		switch {
		case notKnownToGraph(err) || err == nil && strings.EqualFold(call.State, "terminated"):
			return
		case err == nil && !strings.EqualFold(call.State, "terminating"):
			goesOn = call.State
		case waiting.Err() == nil:
			goesOn = ""
		}
		_ = local.Sleep(waiting, gonePoll)
	}
	switch {
	case goesOn != "":
		diags.AddError(summaryNotHungUp, fmt.Sprintf("Graph accepted the request to hang up call %s, but still showed it as %q %s later. The call "+
			"is still in state: run again to hang it up.", callID, goesOn, tfvalue.FormatDuration(local.Now().Sub(began).Round(time.Second))))
	case ctx.Err() == nil:
		diags.AddWarning("Call Still Ending", fmt.Sprintf("Call %s was hung up, but Graph did not show it as ended within %s. "+
			"If you place another call now, the callee may be busy.", callID, tfvalue.FormatDuration(limit)))
	}
}
