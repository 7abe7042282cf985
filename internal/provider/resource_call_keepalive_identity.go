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
)

// callKeepaliveIdentity is the identity of the resource, by which Terraform 1.12 imports it.
//
// Terraform keeps it for as long as the resource lives and refuses a change of it. So the
// tenant is in it only if an import named it: the provider's own tenant_id can be written as
// a GUID in one run and as a domain name in the next, and means the same.
type callKeepaliveIdentity struct {
	CallID   types.String `tfsdk:"call_id"`
	TenantID types.String `tfsdk:"tenant_id"`
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *callKeepaliveResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: callIdentityAttributes()}
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

// identifyNew plans the identity of a resource that is to be created, over what is there: in
// a replacement that is the identity of the call before. As long as the call's id is not
// known there is none: Terraform 1.15 and OpenTofu 1.12 plan with an identity that is not
// known, but fail to show such a plan as JSON.
func identifyNew(ctx context.Context, identity *tfsdk.ResourceIdentity, callID types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	if callID.IsUnknown() {
		return identity.Set(ctx, (*callKeepaliveIdentity)(nil))
	}
	return identity.Set(ctx, callKeepaliveIdentity{CallID: callID, TenantID: types.StringNull()})
}

// identify completes the identity of a resource that was created just now, or whose state an
// older version wrote, or a Terraform that knows no identities. A complete one stays as it is.
func identify(ctx context.Context, identity *tfsdk.ResourceIdentity, callID string) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root("call_id"), callID)
}

// checkTenant returns nil when a call of the tenant can be one of the provider's tenant.
// Only two different GUIDs show that it cannot: a tenant has several domain names, and
// Graph refuses what is left.
func (d *providerData) checkTenant(tenantID string) error {
	if err := entra.CheckTenantID(tenantID); err != nil {
		return err
	}
	isGUID := func(id string) bool { return uuid.Validate(id) == nil }
	if d == nil || !isGUID(tenantID) || !isGUID(d.tenantID) || strings.EqualFold(tenantID, d.tenantID) {
		return nil
	}
	return fmt.Errorf("the identity specifies tenant %s, but the provider is configured for tenant %s, and Graph gives access to "+
		"a call only to the call's own tenant. Import the call with a provider whose tenant_id is the call's tenant, or omit "+
		"tenant_id from the identity if it is wrong", tenantID, d.tenantID)
}
