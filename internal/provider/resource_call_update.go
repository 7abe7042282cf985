package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"terraform-provider-msgraph/internal/tfvalue"
)

// Update implements [resource.Resource]. It sends a keepAlive if one is due or a changed argument requires it, and
// nothing otherwise.
func (r *callResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state callResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.data.secrets.AddKnown(plan.passcode(ctx))
	callID, planned := state.ID.ValueString(), plan.expectsKeepAlive()
	plan.keepResults(&state)
	plan.closeWindow()
	unsent := tfsdk.State{Schema: req.State.Schema, Raw: req.State.Raw.Copy()}
	resp.Diagnostics.Append(unsent.Set(ctx, &plan)...)
	onlyKeepAlive := unsent.Raw.Equal(req.State.Raw)
	end := r.data.run.beginKeeping(callID) // even if none is sent: so the destroy of another resource does not hang up
	if planned && r.sendsKeepAlive(ctx, &plan, &state, onlyKeepAlive) {
		var k keepAliveResult
		err := r.data.untilKnown(ctx, state.placedTime(), timeout, func(ctx context.Context) (err error) {
			k, err = r.data.sendKeepAlive(ctx, callID, tfvalue.Header(plan.Headers))
			return err
		})
		if err != nil {
			end(false)
			r.addKeepAliveError(ctx, req.Private, &state, err, &resp.Diagnostics)
			return
		}
		plan.setKept(k)
	}
	end(true)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...)
}

// addKeepAliveError adds the error of a failed keepAlive.
func (r *callResource) addKeepAliveError(ctx context.Context, private privateReader, state *callResourceModel, err error, diags *diag.Diagnostics) {
	switch {
	case r.data.addAnotherApplicationError(ctx, private, state, err, diags):
	case notKnownToGraph(err):
		addCallError(diags, path.Empty(), err, endedOnKeepAlive)
	default:
		addCallError(diags, path.Empty(), err, notFoundByGateway)
	}
}
