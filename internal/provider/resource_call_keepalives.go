package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

var (
	_ resource.ResourceWithConfigure      = (*callKeepalivesResource)(nil)
	_ resource.ResourceWithValidateConfig = (*callKeepalivesResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*callKeepalivesResource)(nil)
	_ resource.ResourceWithImportState    = (*callKeepalivesResource)(nil)
	_ resource.ResourceWithMoveState      = (*callKeepalivesResource)(nil)
)

// callKeepalivesResource is the resource msgraph_call_keepalives: the fact that many calls, a lab, are
// being kept alive.
type callKeepalivesResource struct{ baseResource }

// ValidateConfig implements [resource.ResourceWithValidateConfig]. Terraform validates once more in an
// apply, when all values are known. There, a refusal would concern all calls, so the entries of calls are
// refused only where this is known to be no apply; see [callKeepalivesResource.ModifyPlan].
func (r *callKeepalivesResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config callKeepalivesResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checkTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
	if r.data == nil || r.data.refreshes.Load() {
		checkCalls(config.Calls, &resp.Diagnostics)
	}
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It plans keepAlives when one is due or anything
// about the resource changes, and otherwise nothing at all.
//
// Terraform plans once more in an apply, when all values are known. An ID that turns out to be none there fails by
// itself, so that the other calls are kept alive; one that is known to be none before is refused. What tells the two
// plans of an update apart is that no apply refreshes; and those of a create, see [mayBeApply].
func (r *callKeepalivesResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() { // destroy
		return
	}
	var plan, state callKeepalivesResourceModel // state is the zero value in the plan of a create
	creates := req.State.Raw.IsNull()
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !creates {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if takeConfigured(ctx, req.Config, "timeouts", &plan.Timeouts, &resp.Diagnostics) {
		plan.expectKeepAlive()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if creates && !mayBeApply(req) || !creates && r.data.refreshes.Load() {
		checkCalls(plan.Calls, &resp.Diagnostics)
	}
	r.recordPlans(plan, state, &resp.Diagnostics)
	due := plan.expectsKeepAlive() || r.due(ctx, state, loadPrivate[keepalive.Tracker](ctx, req.Private, keptKey))
	if !creates && (resp.Diagnostics.HasError() || !due) { // a create also warns of the calls that no error is about
		return
	}
	r.warnOfNewCalls(ctx, plan, state, &resp.Diagnostics)
	plan.expectKeepAlives(state)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// mayBeApply reports whether the plan may be the one that Terraform makes in an apply. From Terraform 1.9 on that one
// differs from the first in that it allows deferral, which the first does only in a stack or with an experimental option.
// With an older Terraform, and with OpenTofu, both are the same, down to the private state, which is that of the prior
// state: then the plan counts as the first. From Terraform 1.16 on there is also the private state that the first plan
// returned, but terraform-plugin-go 0.31 does not hand that over.
func mayBeApply(req resource.ModifyPlanRequest) bool { return req.ClientCapabilities.DeferralAllowed }

// Create implements [resource.Resource]. A create that fails leaves no state, whatever it achieved: a tainted
// resource would be replaced at the next apply, or could not be with prevent_destroy, and a create keeps all
// calls alive anyway.
func (r *callKeepalivesResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan callKeepalivesResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	apply := keepAlivesApply{model: &plan, create: true}
	r.keep(ctx, &apply, timeout, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(apply.save(ctx, resp.Private)...)
}

// Update implements [resource.Resource]. What it achieved is in state even when it fails.
func (r *callKeepalivesResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan callKeepalivesResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	apply := keepAlivesApply{
		model: &plan, kept: loadPrivate[keepalive.Tracker](ctx, req.Private, keptKey), by: loadPrivate[keepers](ctx, req.Private, keptByKey),
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.keep(ctx, &apply, timeout, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(apply.save(ctx, resp.Private)...)
}

// Delete implements [resource.Resource]. It leaves the calls alone, which end by themselves.
func (r *callKeepalivesResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ImportState implements [resource.ResourceWithImportState]. There is nothing to import: what the resource
// has in state is when this provider kept the calls alive.
func (r *callKeepalivesResource) ImportState(_ context.Context, _ resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.AddError("Import Not Supported",
		"A msgraph_call_keepalives cannot be imported and does not need to be: creating it sends one keepAlive to each call and does "+
			"nothing else to them. Add the calls to the calls attribute and apply.")
}

// MoveState implements [resource.ResourceWithMoveState].
func (r *callKeepalivesResource) MoveState(ctx context.Context) []resource.StateMover {
	var own resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &own)
	return []resource.StateMover{{SourceSchema: &own.Schema, StateMover: func(_ context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		copyState(typeName+"_call_keepalives", req, resp)
	}}}
}

// due reports whether anything is to be planned although nothing has changed.
func (r *callKeepalivesResource) due(ctx context.Context, state callKeepalivesResourceModel, kept keepalive.Tracker) bool {
	if state.endedIsError() && len(state.Ended.Elements()) > 0 {
		return true
	}
	ids := state.aliveIDs()
	renewAfter, now := tfvalue.Duration(state.RenewAfter), r.data.clock.Now()
	for _, id := range ids {
		if kept.Due(id, now, renewAfter) {
			return true
		}
	}
	oldest, last, ok := kept.Oldest(ids)
	return ok && r.data.dueSince(ctx, oldest, last, renewAfter)
}
