package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/tfvalue"
)

// Schema implements [action.Action].
func (a *callKeepaliveAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends a `keepAlive` on demand, by `terraform apply -invoke=action.msgraph_call_keepalive.NAME` or an " +
			"`action_trigger`, and with `hold_for` goes on doing so for as long as that, with a progress message at each. " +
			"Needs Terraform 1.14.1 (1.14.0 invokes some triggered actions too early); OpenTofu has no actions." + whichObject + "\n\n" +
			"A failure that may pass is sat out while a call is held, for as long as the call can be alive; a call that ends is an " +
			"error. Interrupting the run stops it at once, and Terraform then shows no more than the messages so far: each one " +
			"says until when the call lives.",
		Attributes: map[string]schema.Attribute{
			"call_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: callIDDescription, Validators: []validator.String{isCallID()},
			},
			"headers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: headersDescription + " Terraform shows an action's configuration, so nothing secret belongs here.",
				Validators:          []validator.Map{tfvalue.HeadersValidator{}},
			},
			"hold_for": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How long to keep the call alive, as a duration such as `\"2h30m\"` (default: `\"" + noWait + "\"`: one " +
					"`keepAlive`, and no waiting). There is one `keepAlive` at the start, one each `renew_after`, and one at the end, " +
					"from which on the call lives on by itself for 45 minutes at most.",
				Validators: []validator.String{tfvalue.NotNegative()},
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
					schema.StringAttribute{Optional: true, MarkdownDescription: identityOtherDescription},
				),
			},
			"timeouts": timeouts.BlockWithOpts(ctx, timeouts.Opts{
				InvokeDescription: timeoutDescription("each `keepAlive` may take, retries included; `hold_for` comes on top"),
			}),
		},
	}
}
