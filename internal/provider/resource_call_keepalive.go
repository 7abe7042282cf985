package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
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
		r.data.warnBeforeCreate(ctx, plan, &resp.Diagnostics)
		plan.expectKeepAlive()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		resp.Diagnostics.Append(identifyNew(ctx, resp.Identity, plan.ID)...)
		return
	}
	var state callKeepaliveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	switch {
	case !plan.ID.Equal(state.ID):
		plan.Alive = types.BoolUnknown()
		plan.expectKeepAlive()
		resp.RequiresReplace.Append(path.Root("id"), path.Root("call_id"))
	case plan.expectsKeepAlive(), r.data.due(ctx, state.ID.ValueString(), state.dueWindow):
		plan.Alive = state.Alive
		plan.expectKeepAlive()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
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
	wait := tfvalue.Duration(plan.WaitForCall)
	ctx, cancel := context.WithTimeout(ctx, timeout+wait)
	defer cancel()

	callID := plan.call().id().ValueString()
	end := r.data.run.keeping(callID)
	k, err := r.data.sendKeepAliveOnceKnown(ctx, callID, tfvalue.Header(plan.Headers), wait)
	end(err == nil)
	if err != nil {
		notFound := notFoundOnCreate
		if r.data.run.hasHungUp(callID) {
			notFound = hungUpOnCreate
		}
		addCallError(&resp.Diagnostics, plan.call().path(), err, notFound)
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
	case graph.IsNotFound(found.err), found.err == nil && found.call.Ended():
		drop(ctx, resp, state, found)
		r.data.plannedCreates.refreshWarnedOf(callID)
	case found.err != nil:
		addCallError(&resp.Diagnostics, path.Empty(), found.err, explanation{})
	default:
		state.Alive = types.BoolValue(true)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
	}
}

// drop takes a call that is not alive out of state. In the read that belongs to an import that
// is an error instead: Terraform would say only that there is nothing to import, not why.
func drop(ctx context.Context, resp *resource.ReadResponse, state callKeepaliveModel, found found) {
	imported, diags := resp.Private.GetKey(ctx, importedKey)
	resp.Diagnostics.Append(diags...)
	callID := state.ID.ValueString()
	switch {
	case imported != nil:
		addImportError(&resp.Diagnostics, callID, found.call, found.err)
		return
	case found.err == nil:
		addEndedWarning(&resp.Diagnostics, callID, endedShown(found.call))
	case state.LastKeepaliveAt.IsNull(): // imported or moved here, and not kept alive since
		addNotFoundWarning(&resp.Diagnostics, callID, found.err)
	default:
		addEndedWarning(&resp.Diagnostics, callID, endedUnknown(found.err))
	}
	resp.State.RemoveResource(ctx)
}

// Update implements [resource.Resource].
func (r *callKeepaliveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state callKeepaliveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	callID := plan.call().id().ValueString()
	end := r.data.run.keeping(callID)
	k, err := r.data.sendKeepAlive(ctx, callID, tfvalue.Header(plan.Headers))
	end(err == nil)
	if err != nil {
		notFound := endedOnUpdate
		if state.LastKeepaliveAt.IsNull() { // imported or moved here, and not kept alive since
			notFound = notFoundOnUpdate
		}
		addCallError(&resp.Diagnostics, plan.call().path(), err, notFound)
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
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r.data.hangUpOnDestroy(ctx, state.ID.ValueString(), state.HangUpOnDestroy.ValueBool(), &resp.Diagnostics)
}
