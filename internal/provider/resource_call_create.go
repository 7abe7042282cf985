package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Create implements [resource.Resource]. It places one call. Once Graph has taken that, it is in state whatever
// follows, unless it has ended again: a create that ends in an error leaves it tainted, and the next apply hangs
// it up and places another.
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
	request, err := plan.placeRequest(ctx, caller)
	var body []byte
	if err == nil {
		body, err = request.Body()
	}
	if err != nil {
		addArgumentError(&resp.Diagnostics, err)
		return
	}
	plan.TenantID = plan.resolvedTenant(ctx, caller)
	r.data.secrets.AddKnown(plan.passcode(ctx)) // should Graph repeat it

	deadline := r.data.clock.Local().Now().Add(timeout)
	ctx, cancel := r.data.clock.WithTimeout(r.data.masked(ctx), timeout)
	defer cancel()
	call, placed, by, err := r.data.place(ctx, body, &plan)
	if err != nil {
		r.data.addPlaceError(&resp.Diagnostics, err)
		return
	}
	plan.setPlaced(call.ID, placed)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, call.ID)...)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, placedByKey, by)...)
	if resp.Diagnostics.HasError() || plan.WaitUntil.ValueString() == waitCreated {
		return
	}
	err = r.data.awaitEstablished(ctx, call.ID, deadline)
	if notKnownToGraph(err) && r.data.client.HangUp(ctx, call.ID) == nil { // in case it is alive all the same
		end, _ := endOfCall(graph.Call{}, err, true)
		err = endedError(end.withIDs())
	}
	switch gone := addWaitError(&resp.Diagnostics, call.ID, timeout, err); {
	case gone:
		resp.State.RemoveResource(ctx)
	case err != nil:
		// Or it would ring on beside the next one. The private state does not reach the destroy of a tainted resource.
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("hang_up_on_destroy"), true)...)
	}
}

// place places the call, and returns when, and as whom.
func (d *providerData) place(ctx context.Context, body json.RawMessage, m *callResourceModel) (graph.Call, keepAliveResult, applicationRef, error) {
	call, response, err := d.client.Place(ctx, body, tfvalue.Header(m.Headers))
	if err != nil {
		return call, keepAliveResult{}, applicationRef{}, err
	}
	return call, d.acceptedBy(response), d.application(response.Caller), nil
}
