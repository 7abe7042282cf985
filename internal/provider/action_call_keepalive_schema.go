package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Schema implements [action.Action].
func (a *callKeepaliveAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends a `keepAlive` on demand, with `terraform apply -invoke=action.msgraph_call_keepalive.NAME` or an " +
			"`action_trigger`. With `hold_for`, it keeps the call alive for that long and reports each `keepAlive` as progress. " +
			"Requires Terraform 1.14.1 (1.14.0 invokes some triggered actions too early); OpenTofu has no actions." + whichObject + "\n\n" +
			"While a call is held, transient failures are retried for as long as the call can be alive, or Graph shows it as alive; a call " +
			"that ends is an error. Interrupting the run stops the action at once. Terraform then shows only the messages so far, each of " +
			"which says how long the call lives.",
		Attributes: map[string]schema.Attribute{
			"call_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: callIDDescription, Validators: []validator.String{isCallID()},
			},
			"headers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: headersDescription + " Terraform shows an action's configuration, so they must not contain secrets.",
				Validators:          []validator.Map{tfvalue.HeadersValidator{}},
			},
			"hold_for": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How long to keep the call alive, as a duration such as `\"2h30m\"`: at least 0, below %s "+
					"(default: `\"%s\"`, a single `keepAlive`). A `keepAlive` is sent at the start, every `renew_after`, and at the end, after "+
					"which the call stays alive for at most %s.", tfvalue.FormatDuration(maxHold), zeroDuration, tfvalue.FormatDuration(keepalive.Limit)),
				Validators: []validator.String{holdFor()},
			},
			"renew_after": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: holdRenewAfterDescription, Validators: []validator.String{holdRenewAfter()},
			},
		},
		Blocks: map[string]schema.Block{
			"identity": schema.SingleNestedBlock{
				MarkdownDescription: identityDescription,
				Attributes: identityAttributes[schema.Attribute](
					schema.StringAttribute{Optional: true, MarkdownDescription: identityCallIDDescription, Validators: []validator.String{isCallID()}},
					schema.StringAttribute{Optional: true},
				),
			},
			"timeouts": described(timeouts.BlockWithOpts(ctx, timeouts.Opts{
				InvokeDescription: timeoutDescription("each `keepAlive` may take, retries included") + " `hold_for` is added to it.",
			})),
		},
	}
}

// callKeepaliveActionModel is the configuration of the action msgraph_call_keepalive.
type callKeepaliveActionModel struct {
	callRef

	Headers    types.Map      `tfsdk:"headers"`
	HoldFor    types.String   `tfsdk:"hold_for"`
	RenewAfter types.String   `tfsdk:"renew_after"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

// check adds the errors that no attribute's validator can find.
func (m callKeepaliveActionModel) check(diags *diag.Diagnostics) {
	m.checkNamesOneCall(diags)
	checkTimeouts(m.Timeouts.Attributes(), diags)
}

// checkAll repeats, now that the whole configuration is known, what the schema's validators check:
// Terraform does not call them for values that become known during the apply, and invokes no action with one that is not known.
func (m callKeepaliveActionModel) checkAll(ctx context.Context, diags *diag.Diagnostics) {
	m.check(diags)
	checkKnown(ctx, m.Headers, []checkedText{
		{m.callIDPath(), m.effectiveID(), isCallID()},
		{path.Root("hold_for"), m.HoldFor, holdFor()},
		{path.Root("renew_after"), m.RenewAfter, holdRenewAfter()},
	}, diags)
}
