package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
)

// noWait is the default of wait_for_call.
const noWait = "0s"

// Schema implements [resource.Resource].
func (r *callKeepaliveResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps a call alive: creating the resource and every update of it send one `keepAlive`, " +
			"and once the last one is `renew_after` old the plan shows an update. A plan never sends one. " +
			"When Graph has ended the call, refreshing removes the resource from state with a warning that says why." + whichObject,
		Attributes: callKeepaliveAttributes(),
		Blocks: map[string]schema.Block{
			"identity": schema.SingleNestedBlock{
				MarkdownDescription: identityDescription,
				Attributes: identityAttributes[schema.Attribute](
					schema.StringAttribute{
						Optional: true, MarkdownDescription: identityCallIDDescription,
						Validators: []validator.String{isCallID()},
					},
					schema.StringAttribute{Optional: true, MarkdownDescription: identityOtherDescription},
				),
			},
			"timeouts": timeouts.Block(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: timeoutDescription("creating the resource may take, retries included") + " `wait_for_call` comes on top.",
				ReadDescription:   timeoutDescription("reading the call may take, retries included"),
				UpdateDescription: timeoutDescription("a `keepAlive` may take, retries included"),
				DeleteDescription: timeoutDescription("hanging up may take, retries included"),
			}),
		},
	}
}

func timeoutDescription(what string) string {
	return fmt.Sprintf("How long %s, as a duration such as `\"90s\"` (default: `\"%s\"`).", what, formatDuration(defaultTimeout))
}

func callKeepaliveAttributes() map[string]schema.Attribute {
	computedTime := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Computed: true, CustomType: timetypes.RFC3339Type{},
			MarkdownDescription: description + rfc3339Description,
		}
	}
	return map[string]schema.Attribute{
		"call_id": schema.StringAttribute{
			Optional: true, MarkdownDescription: callIDDescription + " Changing it replaces the resource.",
			Validators: []validator.String{isCallID()},
		},
		"renew_after": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(formatDuration(keepalive.DefaultRenewAfter)),
			MarkdownDescription: fmt.Sprintf("The age at which the last `keepAlive` makes the next one due, as a duration such as "+
				"`\"10m\"`: at least 0, below %s, which is Graph's limit (default: `\"%s\"`). `\"0s\"` sends one at every apply.",
				formatDuration(keepalive.Limit), formatDuration(keepalive.DefaultRenewAfter)),
			Validators: []validator.String{durationBetween(0, keepalive.Limit)},
		},
		"triggers": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "Any values; a change of one sends a `keepAlive` at the next apply.",
		},
		"headers": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: headersDescription + " They are stored in state, so nothing secret belongs here.",
			Validators:          []validator.Map{headersValidator{}},
		},
		"wait_for_call": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(noWait),
			MarkdownDescription: "How long creating the resource goes on while Graph does not know the call *yet*, as a duration " +
				"such as `\"1m\"` (default: `\"" + noWait + "\"`).",
			Validators: []validator.String{notNegative()},
		},
		"hang_up_on_destroy": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Whether destroying the resource hangs up the call, or for a group call the application's leg of it " +
				"(default: `false`: the call is left alone). It counts as of the last apply.",
		},
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "The id of the call, wherever it was given.",
		},
		"alive": schema.BoolAttribute{
			Computed: true, MarkdownDescription: "Whether the call is alive: true for as long as the resource is in state.",
		},
		"last_keepalive_at": computedTime("When Graph took the last `keepAlive`, by Graph's own clock."),
		"renew_at":          computedTime("When the next `keepAlive` is due: `last_keepalive_at` and `renew_after`."),
		"expires_at":        computedTime("When Graph ends the call if no `keepAlive` follows: " + expiryDescription),
		"response_headers": schema.MapAttribute{
			Computed: true, ElementType: types.ListType{ElemType: types.StringType},
			MarkdownDescription: "The headers of the answer to the last `keepAlive`, names in lower case. Cookies are left out.",
		},
		"request_id": schema.StringAttribute{
			Computed: true, MarkdownDescription: requestIDDescription,
		},
	}
}
