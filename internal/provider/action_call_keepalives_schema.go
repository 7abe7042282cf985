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

	"terraform-provider-msgraph/internal/tfvalue"
)

// Schema implements [action.Action].
func (a *callKeepalivesAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends a `keepAlive` to many calls on demand, side by side. With `hold_for`, it keeps them alive together for that " +
			"long, in rounds that it reports as progress, and uses only one of Terraform's concurrent operations for all calls. " +
			"Requires Terraform 1.14.1 (1.14.0 invokes some triggered actions too early); OpenTofu has no actions." + whichObject + "\n\n" +
			"If a call ends, the others are still held to the end. Only then does the action fail, with a list of the calls that did not " +
			"survive. A call whose `keepAlive` fails is retried every minute for as long as it can be alive, or Graph shows it " +
			"as alive. Interrupting the run stops the action at once; Terraform then shows only the messages so far.",
		Attributes: map[string]schema.Attribute{
			callsAttribute: schema.MapAttribute{ElementType: types.StringType, Required: true, MarkdownDescription: callsDescription},
			"headers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: headersDescription + " Terraform shows an action's configuration, so they must not contain secrets.",
				Validators:          []validator.Map{tfvalue.HeadersValidator{}},
			},
			"hold_for": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How long to keep the calls alive, as a duration such as `\"2h30m\"`: at least 0, below %s "+
					"(default: `\"%s\"`, a single `keepAlive` each). A `keepAlive` is sent to each call at the start, every `renew_after`, and at the end.",
					tfvalue.FormatDuration(maxHold), zeroDuration),
				Validators: []validator.String{holdFor()},
			},
			"on_ended": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: onEndedDescription("the action fails at its end.",
					"the action reports it as progress, and as a warning at its end. Other failures remain errors."),
				Validators: []validator.String{isOnEnded()},
			},
			"renew_after": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: holdRenewAfterDescription, Validators: []validator.String{holdRenewAfter()},
			},
		},
		Blocks: map[string]schema.Block{
			"timeouts": described(timeouts.BlockWithOpts(ctx, timeouts.Opts{
				InvokeDescription: timeoutDescription("a round may take, for all calls together, retries included") +
					" No round takes longer than `renew_after`. `hold_for` is added to it.",
			})),
		},
	}
}

// callKeepalivesActionModel is the configuration of the action msgraph_call_keepalives.
type callKeepalivesActionModel struct {
	Calls      types.Map      `tfsdk:"calls"`
	Headers    types.Map      `tfsdk:"headers"`
	HoldFor    types.String   `tfsdk:"hold_for"`
	OnEnded    types.String   `tfsdk:"on_ended"`
	RenewAfter types.String   `tfsdk:"renew_after"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

// checkAll repeats, now that the whole configuration is known, what the schema's validators check.
func (m callKeepalivesActionModel) checkAll(ctx context.Context, diags *diag.Diagnostics) {
	checkTimeouts(m.Timeouts.Attributes(), diags)
	checkKnown(ctx, m.Headers, []checkedText{
		{path.Root("hold_for"), m.HoldFor, holdFor()},
		{path.Root("on_ended"), m.OnEnded, isOnEnded()},
		{path.Root("renew_after"), m.RenewAfter, holdRenewAfter()},
	}, diags)
}
