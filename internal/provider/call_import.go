package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

const summaryInvalidImport = "Invalid Import ID"

// importedKey marks, in private state, a resource that was imported and not read since.
const importedKey = "imported"

// importedCall returns the call that an import names: by an ID, by a text that contains one, or by identity. It sets the
// identity, and marks the resource as imported.
func (d *providerData) importedCall(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) string {
	var identity callResourceIdentity
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

func (d *providerData) checkIdentity(identity callResourceIdentity, diags *diag.Diagnostics) {
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
