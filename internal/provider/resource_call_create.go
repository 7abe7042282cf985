package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/tfvalue"
)

// Create implements [resource.Resource]. It places one call. A call that Graph has accepted is in state unless it has
// ended: after an error it is tainted, and the next apply hangs it up and places another.
func (r *callResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan callResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("tenant_id"), &plan.TenantID)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	caller := r.data.configuredCaller()
	body, err := plan.placeBody(ctx, caller)
	if err != nil {
		addArgumentError(&resp.Diagnostics, err)
		return
	}
	plan.TenantID = plan.resolvedTenant(ctx, caller)
	r.data.secrets.AddKnown(plan.passcode(ctx)) // in case Graph repeats it

	deadline := r.data.clock.Local().Now().Add(timeout)
	ctx, cancel := r.data.clock.WithTimeout(r.data.masked(ctx), timeout)
	defer cancel()
	call, response, err := r.data.client.Place(ctx, body, tfvalue.Header(plan.Headers))
	if err != nil {
		r.data.addPlaceError(&resp.Diagnostics, err)
		return
	}
	placedBy := r.data.application(response.Caller)
	plan.setPlaced(call.ID, placedBy, r.data.acceptedBy(response))
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, call.ID)...)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, placedByKey, placedBy)...)
	if resp.Diagnostics.HasError() || plan.WaitUntil.ValueString() == waitCreated {
		return
	}
	err = r.data.awaitEstablished(ctx, call.ID, deadline)
	switch gone := addWaitError(&resp.Diagnostics, call.ID, timeout, err); {
	case gone:
		resp.State.RemoveResource(ctx)
	case err != nil:
		// Or it would ring on beside the next one. In state, as the destroy of a tainted resource gets no private state.
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("hang_up_on_destroy"), true)...)
	}
}
