package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Update implements [resource.Resource]. It sends a keepAlive where the plan said so, and otherwise nothing.
func (r *callResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state callResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.data.secrets.Add(plan.passcode(ctx))
	callID, planned := state.ID.ValueString(), plan.expectsKeepAlive()
	plan.keepResults(&state)
	if planned && (plan.KeepAlive.ValueBool() || !plan.Triggers.Equal(state.Triggers)) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		end := r.data.run.keeping(callID)
		k, err := r.data.sendKeepAlive(ctx, callID, tfvalue.Header(plan.Headers))
		end(err == nil)
		if err != nil {
			r.addKeepAliveError(ctx, req, resp, err)
			return
		}
		plan.setKept(k)
	}
	plan.closeWindow()
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...)
}

func (r *callResource) addKeepAliveError(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse, err error) {
	var failure *graph.Error
	if errors.As(err, &failure) && r.data.foundByAnother(ctx, req.Private, failure.CallID, err, &resp.Diagnostics) {
		return
	}
	addCallError(&resp.Diagnostics, path.Empty(), err, endedOnKeepAlive)
}
