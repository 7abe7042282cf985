package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
)

// callResourceIdentity is the identity of a resource that is a call, by which Terraform 1.12 imports it.
//
// Terraform refuses to change it while the resource exists. So it has a tenant only if an import named one: the provider's
// tenant_id can be a GUID in one run and a domain name of the same tenant in the next.
type callResourceIdentity struct {
	CallID   types.String `tfsdk:"call_id"`
	TenantID types.String `tfsdk:"tenant_id"`
}

func callIdentityAttributes() map[string]identityschema.Attribute {
	return map[string]identityschema.Attribute{
		"call_id": identityschema.StringAttribute{
			RequiredForImport: true, Description: "The ID of the call.",
		},
		"tenant_id": identityschema.StringAttribute{
			OptionalForImport: true,
			Description: "The tenant that the call belongs to: its ID (a GUID) or one of its domain names. The import fails when " +
				"the provider is configured for another tenant.",
		},
	}
}

// identifyNew plans the identity of a resource to be created, in a replacement in place of the old one. It is null until
// the call's ID is known: Terraform 1.15 and OpenTofu 1.12 fail to show a plan with an unknown identity as JSON.
func identifyNew(ctx context.Context, identity *tfsdk.ResourceIdentity, callID types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	if callID.IsUnknown() {
		return identity.Set(ctx, (*callResourceIdentity)(nil))
	}
	return identity.Set(ctx, callResourceIdentity{CallID: callID, TenantID: types.StringNull()})
}

// identify sets the call in the identity, which a new resource does not have yet, nor one whose state was written by an
// older version or by a Terraform without identities.
func identify(ctx context.Context, identity *tfsdk.ResourceIdentity, callID string) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root("call_id"), callID)
}

// checkTenant returns an error if a call of the tenant cannot be one of the provider's tenant. Only two different GUIDs
// show that, as a tenant has several domain names.
func (d *providerData) checkTenant(tenantID string) error {
	if err := entra.CheckTenantID(tenantID); err != nil {
		return err
	}
	isGUID := func(id string) bool { return uuid.Validate(id) == nil }
	if !isGUID(tenantID) || !isGUID(d.tenantID) || strings.EqualFold(tenantID, d.tenantID) {
		return nil
	}
	return fmt.Errorf("the identity specifies tenant %s, but the provider is configured for tenant %s, and Graph gives access to "+
		"a call only to the call's own tenant. Import the call with a provider whose tenant_id is the call's tenant, or omit "+
		"tenant_id from the identity if it is wrong", tenantID, d.tenantID)
}

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
