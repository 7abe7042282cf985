package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It plans a keepAlive when one
// is due or anything about the resource changes, and otherwise nothing at all.
func (r *callKeepaliveResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state callKeepaliveResourceModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if req.Plan.Raw.IsNull() { // destroy
		r.recordDestroy(state, &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = plan.effectiveID()
	if req.State.Raw.IsNull() { // create
		r.data.warnBeforeCreate(ctx, plan, &resp.Diagnostics)
		plan.expectKeepAlive()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		resp.Diagnostics.Append(identifyNew(ctx, resp.Identity, plan.ID)...)
		r.data.recordPlan(plan.ID.ValueString(), callPlan{keep: true}, &resp.Diagnostics)
		return
	}
	r.planUpdate(ctx, req, plan, state, resp)
}

// planUpdate plans an update, a replacement if the call changes, or nothing.
func (r *callKeepaliveResource) planUpdate(
	ctx context.Context, req resource.ModifyPlanRequest, plan, state callKeepaliveResourceModel, resp *resource.ModifyPlanResponse,
) {
	identity := takeConfigured(ctx, req.Config, "identity", &plan.Identity, &resp.Diagnostics)
	if takeConfigured(ctx, req.Config, "timeouts", &plan.Timeouts, &resp.Diagnostics) || identity {
		plan.ID = plan.effectiveID()
		plan.expectKeepAlive()
	}
	if resp.Diagnostics.HasError() || r.upToDate(ctx, plan, state) {
		return
	}
	plan.Alive = state.Alive
	if !plan.ID.Equal(state.ID) {
		plan.Alive = types.BoolUnknown()
		resp.RequiresReplace.Append(path.Root("id"), path.Root("call_id"))
		if !plan.ID.IsUnknown() { // or else it may turn out the same
			r.recordDestroy(state, &resp.Diagnostics)
			// Here, as Terraform drops the warnings of the plan of the create that follows, which need not read the call again.
			r.data.warnBeforeCreate(ctx, plan, &resp.Diagnostics)
			r.data.createChecks.markChecked(plan.ID.ValueString())
			r.data.recordPlan(plan.ID.ValueString(), callPlan{keep: true}, &resp.Diagnostics)
		}
	}
	plan.expectKeepAlive()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// recordDestroy records that the plan destroys the resource in state.
func (r *callKeepaliveResource) recordDestroy(state callKeepaliveResourceModel, diags *diag.Diagnostics) {
	if state.HangUpOnDestroy.ValueBool() {
		r.data.recordPlan(state.ID.ValueString(), callPlan{hangUp: true}, diags)
	}
}

// upToDate reports whether there is nothing to plan: the call is the same, nothing about it has changed, and no keepAlive
// is due. If anything differs from state, the framework has marked all computed values of plan unknown.
func (r *callKeepaliveResource) upToDate(ctx context.Context, plan, state callKeepaliveResourceModel) bool {
	return plan.effectiveID().Equal(state.ID) && !plan.expectsKeepAlive() && !r.data.due(ctx, state.ID.ValueString(), state.dueWindow)
}
