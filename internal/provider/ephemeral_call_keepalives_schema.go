package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Schema implements [ephemeral.EphemeralResource].
func (e *callKeepalivesEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps many calls alive during a plan or apply: it sends a `keepAlive` to each when it opens, " +
			"and then every `renew_after` until everything that depends on it is done (`depends_on` is enough). Requires Terraform " +
			"1.10 or OpenTofu 1.11." + whichObject + "\n\n" +
			"It opens in the plan as well as in the apply, unless `calls` or the ID of any call is known only after apply. Whatever " +
			"becomes of a call, the others are kept alive to the end; calls that ended meanwhile are reported when the ephemeral resource is " +
			"closed. Terraform does not close it, and does not show that, when something that depends on it has failed or the run was " +
			"interrupted.",
		Attributes: map[string]schema.Attribute{
			callsAttribute: schema.MapAttribute{ElementType: types.StringType, Required: true, MarkdownDescription: callsDescription},
			"headers": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: headersDescription + " They are not stored.",
				Validators:          []validator.Map{tfvalue.HeadersValidator{}},
			},
			"on_ended": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: onEndedDescription(
					"it is not opened, so the run fails; when a call ends meanwhile, the run fails as it is closed.",
					"calls that have already ended are listed in `ended`, with a warning; for calls that end later, there is a warning."),
				Validators: []validator.String{isOnEnded()},
			},
			"renew_after": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: holdRenewAfterDescription, Validators: []validator.String{holdRenewAfter()},
			},
			"ended": schema.MapAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Why each call that Graph did not know on opening is not alive, by its name. Always `{}` unless `on_ended = \"report\"`.",
			},
			"last_keepalive_at": openedTime("When Graph accepted the first of the `keepAlive` requests that were sent on opening, by Graph's clock; " +
				"null when no call is alive."),
			"expires_at": openedTime("When Graph ends the first call if no other `keepAlive` follows: " + expiryDescription),
		},
	}
}

// callKeepalivesEphemeralModel is the ephemeral resource msgraph_call_keepalives in configuration and result.
type callKeepalivesEphemeralModel struct {
	Calls      types.Map    `tfsdk:"calls"`
	Headers    types.Map    `tfsdk:"headers"`
	OnEnded    types.String `tfsdk:"on_ended"`
	RenewAfter types.String `tfsdk:"renew_after"`

	Ended           types.Map         `tfsdk:"ended"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
}

// setResult sets the results of the keepAlives on opening.
func (m *callKeepalivesEphemeralModel) setResult(held groupRecords, ended map[string]attr.Value) {
	m.Ended = types.MapValueMust(types.StringType, ended)
	m.LastKeepaliveAt, m.ExpiresAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	_, _, alive := held.partition(nil)
	if _, last := held.keptTimes(alive); !last.IsZero() {
		m.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(last)
		m.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(last))
	}
}
