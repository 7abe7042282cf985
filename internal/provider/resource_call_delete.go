package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

const (
	// hungUpWithin bounds the wait until a call that was hung up is gone, and gonePoll is how often it is read.
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
	ctx, cancel := r.data.clock.WithTimeout(ctx, timeout)
	defer cancel()
	r.data.secrets.AddKnown(state.passcode(ctx))
	callID := state.ID.ValueString()
	if !state.HangUpOnDestroy.ValueBool() {
		r.data.hangUpOnDestroy(ctx, callID, false, &resp.Diagnostics)
		return
	}
	known, err := r.data.hangUpPlaced(ctx, callID, state.placedTime())
	switch {
	case graph.IsNotFound(err) && r.data.foundByAnother(ctx, req.Private, &state, err, &resp.Diagnostics):
		return
	case err != nil && !graph.IsNotFound(err):
		addHangUpError(&resp.Diagnostics, err)
		return
	}
	r.data.run.hangsUp(callID)
	if known {
		r.data.awaitGone(ctx, callID, &resp.Diagnostics)
	}
}

// hangUpPlaced hangs up, and reports whether Graph knew the call. That it does not counts only as in [providerData.getPlacedCall].
func (s *providerData) hangUpPlaced(ctx context.Context, callID string, placedAt time.Time) (known bool, err error) {
	for missing := 0; ; {
		err := s.client.HangUpKnown(ctx, callID)
		if !graph.IsNotFound(err) {
			return err == nil, err
		}
		missing++
		if missing > 1 && !s.placedJustNow(placedAt) {
			return false, err
		}
		_ = s.clock.Sleep(ctx, secondLook)
	}
}

// awaitGone waits until Graph shows a call as terminated, or no longer.
func (s *providerData) awaitGone(ctx context.Context, callID string, diags *diag.Diagnostics) {
	local := s.clock.Clock
	began := local.Now()
	ctx, cancel := local.WithTimeout(ctx, hungUpWithin)
	defer cancel()
	for ctx.Err() == nil && local.Now().Sub(began) < hungUpWithin {
		call, err := s.getCall(ctx, callID)
		if graph.IsNotFound(err) || err == nil && strings.EqualFold(call.State, "terminated") {
			return
		}
		_ = local.Sleep(ctx, gonePoll)
	}
	if ctx.Err() == nil || local.Now().Sub(began) >= hungUpWithin {
		diags.AddWarning("Call Still Ending", fmt.Sprintf("Call %s was hung up, and %s later Graph did not show it as ended yet. "+
			"A call that is placed now may find the callee busy.", callID, tfvalue.FormatDuration(hungUpWithin)))
	}
}
