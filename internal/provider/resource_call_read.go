package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Read implements [resource.Resource]. It changes nothing about a call that is alive.
func (r *callResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state callResourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	callID := state.ID.ValueString()
	resp.Diagnostics.Append(identify(ctx, resp.Identity, callID)...) // even if the call has ended
	if state.hasEnded() && state.OnEnded.ValueString() == endedKeep {
		return
	}
	r.data.secrets.AddKnown(state.passcode(ctx)) // in case Graph repeats it
	var (
		call   graph.Call
		caller graph.Caller
	)
	err := r.data.untilKnown(ctx, state.placedTime(), timeout, func(ctx context.Context) (err error) {
		call, caller, err = r.data.getCallAs(ctx, callID)
		return err
	})
	switch {
	case notKnownToGraph(err):
		if !r.data.addAnotherApplicationError(ctx, req.Private, &state, err, &resp.Diagnostics) {
			r.readEnded(ctx, &state, resp, call, err)
		}
	case err != nil:
		addReadError(&resp.Diagnostics, err, notFoundByGateway)
	case call.Ended():
		r.readEnded(ctx, &state, resp, call, nil)
	default:
		if state.hasEnded() {
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("alive"), true)...)
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("end_reason"), types.StringNull())...)
		}
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
		if state.ClientID.IsNull() { // imported, or placed by an earlier version
			placedBy := loadPrivate[applicationRef](ctx, req.Private, placedByKey)
			if !placedBy.recorded() { // Graph shows a call only to the application that placed it
				placedBy = r.data.application(caller)
				resp.Diagnostics.Append(setPrivate(ctx, resp.Private, placedByKey, placedBy)...)
			}
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("client_id"), tfvalue.TextOrNull(placedBy.ClientID))...)
		}
	}
}

// readEnded removes an ended call from state, or records that it has ended. In the read of an import it adds an error:
// Terraform would say only that there is nothing to import.
func (r *callResource) readEnded(ctx context.Context, state *callResourceModel, resp *resource.ReadResponse, call graph.Call, err error) {
	callID := state.ID.ValueString()
	imported, diags := resp.Private.GetKey(ctx, importedKey)
	resp.Diagnostics.Append(diags...)
	end, _ := endOfCall(call, err, true)
	switch {
	case imported != nil:
		addImportError(&resp.Diagnostics, callID, call, err)
	case state.OnEnded.ValueString() == endedKeep:
		addEndedWarning(&resp.Diagnostics, callID, end.reason, keptInState)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("alive"), false)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("end_reason"), end.reason)...)
		for _, time := range []string{"renew_at", "expires_at"} {
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(time), timetypes.NewRFC3339Null())...)
		}
	default:
		addEndedWarning(&resp.Diagnostics, callID, end.withIDs(), placedAgain)
		resp.State.RemoveResource(ctx)
	}
}
