package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

const summaryInvalidImport = "Invalid Import ID"

// importedKey marks, in private state, a resource that was imported and not read since.
const importedKey = "imported"

// ImportState implements [resource.ResourceWithImportState]. It sends nothing; the read that follows reads the call.
func (r *callKeepaliveResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	callID := r.data.importedCall(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(adopt(ctx, &resp.State, callID)...)
}

// importedCall returns the call that an import names: by an ID, by a text that contains one, or by identity. It sets the
// identity, and marks the resource as imported.
func (d *providerData) importedCall(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) string {
	var identity callKeepaliveIdentity
	if req.Identity != nil && !req.Identity.Raw.IsNull() {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		d.checkIdentity(identity, &resp.Diagnostics)
	} else {
		id, err := graph.ParseCallID(req.ID)
		if err != nil {
			resp.Diagnostics.AddError(summaryInvalidImport, noCallIDIn(err))
		}
		identity.CallID = types.StringValue(id)
	}
	if resp.Diagnostics.HasError() {
		return ""
	}
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, []byte("true"))...)
	return identity.CallID.ValueString()
}

func (d *providerData) checkIdentity(identity callKeepaliveIdentity, diags *diag.Diagnostics) {
	callID := identity.CallID.ValueString()
	if err := graph.CheckCallID(callID); err != nil {
		diags.AddError(summaryInvalidImport, fmt.Sprintf("The identity's call_id, %q, cannot be used: %s.", callID, err))
	}
	if identity.TenantID.IsNull() {
		return
	}
	if err := d.checkTenant(identity.TenantID.ValueString()); err != nil {
		diags.AddError("Invalid Import Tenant", fmt.Sprintf("Call %s cannot be imported: %s.", callID, err))
	}
}

// adopt sets the state of a call that something else has kept alive so far, with the defaults, so that the next plan shows
// only the keepAlive, which is due because none is on record.
func adopt(ctx context.Context, state *tfsdk.State, callID string) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, value := range map[string]any{
		"id":                 callID,
		"call_id":            callID,
		"alive":              true, // until the next refresh
		"renew_after":        types.StringValue(tfvalue.FormatDuration(keepalive.DefaultRenewAfter)),
		"wait_for_call":      types.StringValue(noWait),
		"hang_up_on_destroy": false,
	} {
		diags.Append(state.SetAttribute(ctx, path.Root(name), value)...)
	}
	return diags
}
