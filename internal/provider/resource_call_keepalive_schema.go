package provider

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Schema implements [resource.Resource].
func (r *callKeepaliveResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps a call alive: creating the resource and every update of it send one `keepAlive`, " +
			"and once the last one is `renew_after` old, the plan shows an update. A plan never sends a `keepAlive`. " +
			"When the call has ended, a refresh removes the resource from state with a warning that says why." + whichObject,
		Attributes: callKeepaliveAttributes(),
		Blocks: map[string]schema.Block{
			"identity": schema.SingleNestedBlock{
				MarkdownDescription: identityDescription,
				Attributes: identityAttributes[schema.Attribute](
					schema.StringAttribute{
						Optional: true, MarkdownDescription: identityCallIDDescription,
						Validators: []validator.String{isCallID()},
					},
					schema.StringAttribute{Optional: true},
				),
			},
			"timeouts": described(timeouts.Block(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: timeoutDescription("creating the resource may take, retries included") + " `wait_for_call` is added to it.",
				ReadDescription:   timeoutDescription("reading the call may take, retries included") + lastApplied,
				UpdateDescription: timeoutDescription("a `keepAlive` may take, retries included"),
				DeleteDescription: timeoutDescription("hanging up may take, retries included"),
			})),
		},
	}
}

func callKeepaliveAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"call_id": schema.StringAttribute{
			Optional: true, MarkdownDescription: callIDDescription + " Changing it replaces the resource.",
			Validators: []validator.String{isCallID()},
		},
		"triggers": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "Arbitrary values. When one of them changes, the next apply sends a `keepAlive`.",
		},
		"headers": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: headersDescription + " They are stored in state, so they must not contain secrets.",
			Validators:          []validator.Map{tfvalue.HeadersValidator{}},
		},
		"wait_for_call": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(zeroDuration),
			MarkdownDescription: fmt.Sprintf("How long creating the resource waits for a call that Graph does not know *yet*, as a duration "+
				"such as `\"1m\"`: at least 0, below %s (default: `\"%s\"`).", tfvalue.FormatDuration(keepalive.Limit), zeroDuration),
			// A call that is not kept alive ends by then, so one that Graph does not know by then will not come.
			Validators: []validator.String{tfvalue.DurationBelow(0, keepalive.Limit)},
		},
		"hang_up_on_destroy": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Whether destroying the resource hangs up the call, or for a group call the application's leg of it " +
				"(default: `false`: the call is left alive). The value from the last apply is used. **Replacing the resource destroys it:** " +
				"`-replace` and `replace_triggered_by` end the call (not with `create_before_destroy`), and so does a renamed `for_each` key " +
				"(not with a `moved` block). See [Replacing and hanging up](#replacing-and-hanging-up).",
		},
		// Not computed: with a default, a state that was written before would plan an update.
		"export_response_headers": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to export the headers of Graph's response to the last `keepAlive` as `response_headers` " +
				"(default: `false`). `request_id` is exported in any case.",
		},
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "The ID of the call.",
		},
		"alive": schema.BoolAttribute{
			Computed: true, MarkdownDescription: "Always true: a call that has ended is removed from state.",
		},
		"response_headers": schema.MapAttribute{
			Computed: true, ElementType: headerValuesType,
			MarkdownDescription: "With `export_response_headers = true`, the headers of Graph's response to the last `keepAlive`, names in " +
				"lower case, without cookies. Otherwise null.",
		},
		"request_id": schema.StringAttribute{
			Computed: true, MarkdownDescription: requestIDDescription,
		},
	}
	maps.Copy(attributes, dueWindowAttributes())
	return attributes
}
