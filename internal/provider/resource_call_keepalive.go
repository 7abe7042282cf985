package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

var (
	_ resource.ResourceWithConfigure      = (*callKeepaliveResource)(nil)
	_ resource.ResourceWithValidateConfig = (*callKeepaliveResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*callKeepaliveResource)(nil)
	_ resource.ResourceWithIdentity       = (*callKeepaliveResource)(nil)
	_ resource.ResourceWithImportState    = (*callKeepaliveResource)(nil)
	_ resource.ResourceWithMoveState      = (*callKeepaliveResource)(nil)
)

// defaultTimeout is how long an operation may take when timeouts says nothing.
const defaultTimeout = 2 * time.Minute

// callKeepaliveResource is the resource msgraph_call_keepalive: the fact that a call is
// being kept alive.
type callKeepaliveResource struct{ data *providerData }

func newCallKeepaliveResource() resource.Resource { return &callKeepaliveResource{} }

// Metadata implements [resource.Resource].
func (r *callKeepaliveResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_call_keepalive"
}

// Configure implements [resource.ResourceWithConfigure].
func (r *callKeepaliveResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *callKeepaliveResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config callKeepaliveModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.call().check(&resp.Diagnostics)
	checkTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}

// ModifyPlan implements [resource.ResourceWithModifyPlan]. It plans a keepAlive when one
// is due or anything about the resource changes, and otherwise nothing at all.
func (r *callKeepaliveResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() { // destroy
		return
	}
	var plan callKeepaliveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = plan.call().id()
	if req.State.Raw.IsNull() { // create
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		resp.Diagnostics.Append(identifyNew(ctx, resp.Identity, plan.ID)...)
		return
	}
	var state callKeepaliveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// The framework has marked all computed values unknown if anything differs from state.
	changed := plan.LastKeepaliveAt.IsUnknown()
	switch {
	case !plan.ID.Equal(state.ID):
		plan.Alive = types.BoolUnknown()
		plan.expectKeepAlive()
		resp.RequiresReplace.Append(path.Root("id"), path.Root("call_id"))
	case changed, r.due(ctx, state):
		plan.Alive = state.Alive
		plan.expectKeepAlive()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// due reports whether the call in state needs a keepAlive. An imported one has had none yet.
func (r *callKeepaliveResource) due(ctx context.Context, state callKeepaliveModel) bool {
	last, diags := state.LastKeepaliveAt.ValueRFC3339Time()
	return diags.HasError() || r.data.due(ctx, state.ID.ValueString(), last, durationOf(state.RenewAfter))
}

// Create implements [resource.Resource].
func (r *callKeepaliveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan callKeepaliveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	wait := durationOf(plan.WaitForCall)
	ctx, cancel := context.WithTimeout(ctx, timeout+wait)
	defer cancel()

	callID := plan.call().id().ValueString()
	k, err := r.data.sendKeepAliveOnceKnown(ctx, callID, requestHeader(plan.Headers), wait)
	if err != nil {
		addCallError(&resp.Diagnostics, plan.call().path(), err, adviceOnCreate)
		return
	}
	plan.setResult(callID, k)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...)
}

// Read implements [resource.Resource].
func (r *callKeepaliveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state callKeepaliveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	callID := state.ID.ValueString()
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...) // of a call that is gone as well
	found, ok := foundIn(ctx)
	if !ok {
		found = r.data.lookWithin(ctx, timeout, callID)
	}
	switch {
	case graph.IsNotFound(found.err):
		drop(ctx, resp, callID, endedUnknown(found.err))
	case found.err != nil:
		addCallError(&resp.Diagnostics, path.Empty(), found.err, "")
	case found.call.Ended():
		drop(ctx, resp, callID, endedShown(found.call))
	default:
		state.Alive = types.BoolValue(true)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
	}
}

// drop takes a call that has ended out of state. In the read that belongs to an import that
// is an error instead: Terraform would say only that there is nothing to import, not why.
func drop(ctx context.Context, resp *resource.ReadResponse, callID, reason string) {
	imported, diags := resp.Private.GetKey(ctx, importedKey)
	resp.Diagnostics.Append(diags...)
	if imported != nil {
		addImportOfEndedError(&resp.Diagnostics, callID, reason)
		return
	}
	addEndedWarning(&resp.Diagnostics, callID, reason)
	resp.State.RemoveResource(ctx)
}

// Update implements [resource.Resource].
func (r *callKeepaliveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan callKeepaliveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	callID := plan.call().id().ValueString()
	k, err := r.data.sendKeepAlive(ctx, callID, requestHeader(plan.Headers))
	if err != nil {
		addCallError(&resp.Diagnostics, plan.call().path(), err, adviceOnUpdate)
		return
	}
	plan.setResult(callID, k)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...)
}

// Delete implements [resource.Resource].
func (r *callKeepaliveResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state callKeepaliveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !state.HangUpOnDestroy.ValueBool() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	if err := r.data.client.HangUp(ctx, state.ID.ValueString()); err != nil {
		addCallError(&resp.Diagnostics, path.Empty(), err, "")
	}
}
