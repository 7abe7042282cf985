package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/tfvalue"
)

// Schema implements [ephemeral.EphemeralResource].
func (e *callKeepaliveEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	computedTime := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Computed: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: description + rfc3339Description,
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps a call alive for as long as one plan or apply needs it: it sends a `keepAlive` as it opens, " +
			"and one every `renew_after` until everything that depends on it is done (`depends_on` is enough). Needs Terraform 1.10 " +
			"or OpenTofu 1.11." + whichObject + "\n\n" +
			"It opens in the plan as well as in the apply, unless the call's id is only known after the apply begins. A call that ends " +
			"meanwhile fails the run with an error when the ephemeral resource closes; Terraform does not close it, and does not show " +
			"that error, when something that depends on it has failed or the run was interrupted.",
		Attributes: map[string]schema.Attribute{
			"call_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: callIDDescription, Validators: []validator.String{isCallID()},
			},
			"headers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: headersDescription + " They are not stored anywhere.",
				Validators:          []validator.Map{tfvalue.HeadersValidator{}},
			},
			"renew_after": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: holdRenewAfterDescription, Validators: []validator.String{holdRenewAfter()},
			},
			"hang_up_on_close": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to hang up the call, or for a group call the application's leg of it, once nothing needs it any " +
					"more (default: `false`). **A plan closes what it has opened**: set this only where the id of the call is known after " +
					"the apply has begun, as when the same run places the call; else the plan hangs up, and the apply finds no call.",
			},
			"alive":             schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the call is alive: always true, since opening fails otherwise."},
			"last_keepalive_at": computedTime("When Graph took the `keepAlive` of the opening, by Graph's own clock."),
			"expires_at":        computedTime("When Graph would end the call if no other `keepAlive` followed: " + expiryDescription),
			"request_id":        schema.StringAttribute{Computed: true, MarkdownDescription: requestIDDescription},
		},
		Blocks: map[string]schema.Block{
			"identity": schema.SingleNestedBlock{
				MarkdownDescription: identityDescription,
				Attributes: identityAttributes[schema.Attribute](
					schema.StringAttribute{Optional: true, MarkdownDescription: identityCallIDDescription, Validators: []validator.String{isCallID()}},
					schema.StringAttribute{Optional: true, MarkdownDescription: identityOtherDescription},
				),
			},
		},
	}
}
