package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Schema implements [resource.Resource]. It has no number: with one in state, Terraform 1.11 and 1.14 find
// changes in every plan -refresh-only -detailed-exitcode.
func (r *callKeepalivesResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps many calls alive as one resource: creating it and every update of it send one `keepAlive` to each call, " +
			"side by side, and once the oldest is `renew_after` old the plan shows an update. A plan never sends one. A call that fails " +
			"does not affect the others, and calls that Graph has ended are listed in `ended`, by name, with the reason." + whichObject,
		Attributes: callKeepalivesAttributes(),
		Blocks: map[string]schema.Block{
			"timeouts": described(timeouts.Block(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true,
				CreateDescription: timeoutDescription("creating the resource may take, for all calls together, retries included") +
					" `wait_for_call` is added to it.",
				ReadDescription: timeoutDescription("reading all calls may take, retries included") + lastApplied,
				UpdateDescription: timeoutDescription("the `keepAlive` of all calls may take, retries included") +
					" `wait_for_call` is added to it where there are new calls.",
			})),
		},
	}
}

func callKeepalivesAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		callsAttribute: schema.MapAttribute{
			ElementType: types.StringType, Required: true,
			MarkdownDescription: callsDescription + " Entries can be added, renamed and removed in place.",
		},
		"triggers": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "Arbitrary values. When one of them changes, the next apply sends a `keepAlive` to each call.",
		},
		"headers": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: headersDescription + " They are stored in state, so they must not contain secrets.",
			Validators:          []validator.Map{tfvalue.HeadersValidator{}},
		},
		"wait_for_call": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(zeroDuration),
			MarkdownDescription: "How long an apply waits for a call that Graph does not know *yet* and that this resource has never kept alive, as " +
				"a duration such as `\"1m\"` (default: `\"" + zeroDuration + "\"`).",
			Validators: []validator.String{tfvalue.DurationBelow(0, keepalive.Limit)},
		},
		"on_ended": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(onEndedError),
			MarkdownDescription: onEndedDescription("every plan shows an update, and the apply keeps all other calls alive and then ends in an "+
				"error, so that nothing that depends on the resource is applied.",
				"the call is in `ended`, with a warning, and nothing is planned or sent for it."),
			Validators: []validator.String{isOnEnded()},
		},
		"ended": schema.MapAttribute{
			ElementType: types.StringType, Computed: true,
			MarkdownDescription: "Why each call that the last refresh found ended has ended, by its name. Known in every plan; `{}` right after the " +
				"resource is created. The first reason stays while the ID does.",
		},
	}
	maps.Copy(attributes, dueWindowAttributes())
	attributes["last_keepalive_at"] = computedTime("When Graph accepted the oldest of the calls' last `keepAlive` requests, by Graph's clock. " +
		"Calls that have ended or were never kept alive are ignored; null if there are no others.")
	attributes["expires_at"] = computedTime("When Graph ends the first call if no `keepAlive` follows: " + expiryDescription)
	return attributes
}
