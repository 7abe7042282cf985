package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
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

// callKeepaliveResource is the resource msgraph_call_keepalive: a call that applies keep alive.
type callKeepaliveResource struct{ baseResource }

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *callKeepaliveResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config callKeepaliveResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkNamesOneCall(&resp.Diagnostics)
	checkTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}

// Create implements [resource.Resource].
func (r *callKeepaliveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan callKeepaliveResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	wait := tfvalue.Duration(plan.WaitForCall)
	ctx, cancel := r.data.clock.WithTimeout(ctx, timeout+wait)
	defer cancel()

	callID := plan.effectiveID().ValueString()
	end := r.data.run.beginKeeping(callID)
	waited := r.data.measureWait(wait)
	k, err := r.data.sendKeepAliveOnceKnown(ctx, callID, tfvalue.Header(plan.Headers), wait)
	end(err == nil)
	if err != nil {
		notFound := notFoundOnCreate(waited())
		if r.data.run.wasHungUp(callID) {
			notFound = hungUpOnCreate
		}
		addCallError(&resp.Diagnostics, plan.callIDPath(), err, notFound)
		return
	}
	plan.setResult(callID, k)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...)
}

// Read implements [resource.Resource]. It decodes only what it needs, and writes only what has
// changed: in a plan of many calls, converting a whole state takes as long as the GET.
func (r *callKeepaliveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var (
		id    types.String
		alive types.Bool
		limit timeouts.Value
	)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("alive"), &alive)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("timeouts"), &limit)...)
	timeout, diags := limit.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	callID := id.ValueString()
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...) // even if the call has ended
	getCtx, cancel := r.data.clock.WithTimeout(ctx, timeout)
	defer cancel()
	call, err := r.data.getCall(getCtx, callID)
	switch {
	case graph.IsNotFound(err), err == nil && call.Ended():
		drop(ctx, req, resp, callID, call, err)
		r.data.createChecks.markChecked(callID)
	case err != nil:
		addReadError(&resp.Diagnostics, err, explanation{})
	default:
		if !alive.ValueBool() {
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("alive"), true)...)
		}
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
	}
}

// drop removes a call that is not alive from state. In the read of an import it adds an error
// instead: Terraform would say only that there is nothing to import.
func drop(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, callID string, call graph.Call, err error) {
	var last timetypes.RFC3339
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("last_keepalive_at"), &last)...)
	imported, diags := resp.Private.GetKey(ctx, importedKey)
	resp.Diagnostics.Append(diags...)
	switch {
	case imported != nil:
		addImportError(&resp.Diagnostics, callID, call, err)
		return
	case err != nil && last.IsNull(): // imported or moved here, and not kept alive since
		addNotFoundWarning(&resp.Diagnostics, callID, err)
	default:
		end, _ := endOfCall(call, err, true)
		addEndedWarning(&resp.Diagnostics, callID, end.withIDs(), removedFromState)
	}
	resp.State.RemoveResource(ctx)
}

// Update implements [resource.Resource].
func (r *callKeepaliveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state callKeepaliveResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := r.data.clock.WithTimeout(ctx, timeout)
	defer cancel()

	callID := plan.effectiveID().ValueString()
	end := r.data.run.beginKeeping(callID)
	k, err := r.data.sendKeepAlive(ctx, callID, tfvalue.Header(plan.Headers))
	end(err == nil)
	if err != nil {
		notFound := endedOnUpdate
		if state.LastKeepaliveAt.IsNull() { // imported or moved here, and not kept alive since
			notFound = notFoundOnUpdate
		}
		addCallError(&resp.Diagnostics, plan.callIDPath(), err, notFound)
		return
	}
	plan.setResult(callID, k)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...)
}

// Delete implements [resource.Resource].
func (r *callKeepaliveResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state callKeepaliveResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := r.data.clock.WithTimeout(ctx, timeout)
	defer cancel()
	r.data.hangUpOnDestroy(ctx, state.ID.ValueString(), state.HangUpOnDestroy.ValueBool(), &resp.Diagnostics)
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *callKeepaliveResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: callIdentityAttributes()}
}
