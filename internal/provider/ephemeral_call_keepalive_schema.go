package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Schema implements [ephemeral.EphemeralResource].
func (e *callKeepaliveEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps a call alive during a plan or apply: it sends a `keepAlive` when it opens, " +
			"and then one every `renew_after` until everything that depends on it is done (`depends_on` is enough). Requires Terraform " +
			"1.10 or OpenTofu 1.11." + whichObject + "\n\n" +
			"It opens in the plan as well as in the apply, unless the call's ID is known only after apply. If the call ends meanwhile, the " +
			"run fails with an error when the ephemeral resource is closed. Terraform does not close it, and does not show that error, " +
			"when something that depends on it has failed or the run was interrupted.",
		Attributes: map[string]schema.Attribute{
			"call_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: callIDDescription, Validators: []validator.String{isCallID()},
			},
			"headers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: headersDescription + " They are not stored.",
				Validators:          []validator.Map{tfvalue.HeadersValidator{}},
			},
			"renew_after": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: holdRenewAfterDescription, Validators: []validator.String{holdRenewAfter()},
			},
			"hang_up_on_close": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to hang up the call, or for a group call the application's leg of it, once nothing needs it any " +
					"longer (default: `false`). **A plan closes what it opens**: set this only where the ID of the call is known only after " +
					"apply, as when the same run places the call. Otherwise the plan hangs up, and the apply finds no call.",
			},
			"alive":             schema.BoolAttribute{Computed: true, MarkdownDescription: "Always true: opening fails for a call that is not alive."},
			"last_keepalive_at": openedTime("When Graph accepted the `keepAlive` that was sent on opening, by Graph's clock."),
			"expires_at":        openedTime("When Graph ends the call if no other `keepAlive` follows: " + expiryDescription),
			"request_id":        schema.StringAttribute{Computed: true, MarkdownDescription: requestIDDescription},
		},
		Blocks: map[string]schema.Block{
			"identity": schema.SingleNestedBlock{
				MarkdownDescription: identityDescription,
				Attributes: identityAttributes[schema.Attribute](
					schema.StringAttribute{Optional: true, MarkdownDescription: identityCallIDDescription, Validators: []validator.String{isCallID()}},
					schema.StringAttribute{Optional: true},
				),
			},
		},
	}
}

// callKeepaliveEphemeralModel is the ephemeral resource msgraph_call_keepalive in configuration and result.
type callKeepaliveEphemeralModel struct {
	callRef

	Headers       types.Map    `tfsdk:"headers"`
	RenewAfter    types.String `tfsdk:"renew_after"`
	HangUpOnClose types.Bool   `tfsdk:"hang_up_on_close"`

	Alive           types.Bool        `tfsdk:"alive"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
	RequestID       types.String      `tfsdk:"request_id"`
}

// setResult sets the results of the keepAlive on opening.
func (m *callKeepaliveEphemeralModel) setResult(k keepAliveResult) {
	m.Alive = types.BoolValue(true)
	m.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(k.at)
	m.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(k.at))
	m.RequestID = types.StringValue(k.requestID)
}
