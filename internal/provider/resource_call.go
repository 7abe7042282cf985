package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
)

var (
	_ resource.ResourceWithConfigure      = (*callResource)(nil)
	_ resource.ResourceWithValidateConfig = (*callResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*callResource)(nil)
	_ resource.ResourceWithIdentity       = (*callResource)(nil)
	_ resource.ResourceWithImportState    = (*callResource)(nil)
)

// defaultCreateTimeout is the default of create in timeouts: a phone rings for up to two minutes.
const defaultCreateTimeout = 3 * time.Minute

// callResource is the resource msgraph_call: a call that Terraform has placed.
//
// Placing a call is not idempotent in Graph. So that each create places at most one, an interrupt does not cancel a
// request in flight, a request that may have taken effect is not repeated, and a call counts as ended only on evidence.
type callResource struct{ baseResource }

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *callResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: callIdentityAttributes()}
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *callResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config callResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := config.checkArguments(ctx, unknownCaller); err != nil && !reportedByValidator(err) {
		addArgumentError(&resp.Diagnostics, err)
	}
	checkTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}
