package provider

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// replaces ends the description of an argument whose change places the call again.
const replaces = " Changing it hangs up and places the call again."

// onePlacementArgument ends the description of each argument that says what to call.
const onePlacementArgument = " Set exactly one of `join_url`, `join_meeting`, `meeting` and `target` blocks."

// Schema implements [resource.Resource].
//
// join_url, passcode and the arguments that can stand on the same line have no validators: Terraform prints the line
// of an attribute with an error.
func (r *callResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := callPlacementAttributes()
	maps.Copy(attributes, callMeetingAttributes())
	maps.Copy(attributes, callLifeAttributes())
	maps.Copy(attributes, dueWindowAttributes())
	maps.Copy(attributes, callResultAttributes()) // some of which say more about the due window
	resp.Schema = schema.Schema{
		MarkdownDescription: "Places a call, keeps it alive, and hangs it up when it is destroyed: joins a Teams meeting, or calls users, " +
			"an application or a phone number. Creating the resource sends one request that places the call and waits until the call is " +
			"established. From then on a plan shows an update once the last `keepAlive` is `renew_after` old. When the call has ended, " +
			"refreshing removes the resource from state with a warning that says why, and the next apply places the call again. A plan " +
			"never places a call. The media is hosted by Microsoft's service: the application neither sends nor receives sound." + whichObject,
		Attributes: attributes,
		Blocks: map[string]schema.Block{
			"target": targetBlock(),
			"timeouts": described(timeouts.Block(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: timeoutOf(defaultCreateTimeout, "placing the call may take, until it is established"),
				ReadDescription:   timeoutDescription("each read of the call may take, retries included") + lastApplied,
				UpdateDescription: timeoutDescription("a `keepAlive` may take, retries included"),
				DeleteDescription: timeoutDescription("each request to hang up may take, retries included") +
					" The wait until Graph no longer shows the call takes at most " + tfvalue.FormatDuration(hungUpWithin) + " more.",
			})),
		},
	}
}

func callPlacementAttributes() map[string]schema.Attribute {
	audio := types.ListValueMust(types.StringType, []attr.Value{types.StringValue("audio")})
	return map[string]schema.Attribute{
		"callback_uri": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Where Graph posts the notifications of the call: a public `https` URL of the bot, which must respond " +
				"to them with a 2xx." + replaces,
		},
		"source_application_instance_id": schema.StringAttribute{
			Optional: true, Validators: []validator.String{isGUID()},
			MarkdownDescription: "The object ID of the application instance (resource account) that calls. Required to call a `phone_number`: " +
				"the instance needs a phone number of its own, and must belong to the provider's application." + replaces,
		},
		"subject": schema.StringAttribute{
			Optional: true, MarkdownDescription: "The subject of the call." + replaces,
		},
		"requested_modalities": schema.ListAttribute{
			ElementType: types.StringType, Optional: true, Computed: true, Default: listdefault.StaticValue(audio),
			MarkdownDescription: "The modalities of the call, from `" + strings.Join(graph.Modalities(), "`, `") + "` (default: `[\"audio\"]`)." + replaces,
		},
		"tenant_id": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{isGUID()},
			MarkdownDescription: "The tenant of the call, a GUID: the one in which the meeting was scheduled, or whose users are called. If it is " +
				"omitted, the tenant in `join_url` is used, else that of `meeting`, else the provider's `tenant_id` if it is a GUID. " +
				"It must be the tenant that issues the provider's token." + replaces,
		},
		"triggers_replace": schema.DynamicAttribute{
			Optional: true,
			MarkdownDescription: "An arbitrary value. Changing it hangs up and places the call again, as in `terraform_data`. With " +
				"`triggers` a change sends a `keepAlive` instead.",
		},
	}
}

func callMeetingAttributes() map[string]schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description}
	}
	const inMeeting = " Required when `meeting` is set."
	passcode := text("The passcode of the meeting. Omit it for a meeting without one.")
	passcode.Sensitive = true
	return map[string]schema.Attribute{
		"join_url": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "The link by which people join the meeting, in any form that the function [`meeting`](../functions/meeting.md) " +
				"reads. It may contain the passcode, and is stored in state like every sensitive argument. Another link to the same meeting is " +
				"an update in place; a link to another meeting, or one that is not known in the plan, hangs up and places the call again." + onePlacementArgument,
		},
		"join_meeting": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "The meeting, by the ID that Teams shows in the invitation." + onePlacementArgument + replaces,
			Attributes: map[string]schema.Attribute{
				"join_meeting_id": text("The meeting ID, digits without spaces. Required when `join_meeting` is set."),
				"passcode":        passcode,
			},
		},
		"meeting": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "The meeting, by its coordinates, as the function [`meeting`](../functions/meeting.md) extracts them from a " +
				"long link. Its result can be assigned directly." + onePlacementArgument + replaces,
			Attributes: map[string]schema.Attribute{
				"thread_id":              text("The thread ID of the meeting's chat, as in `19:meeting_...@thread.v2`." + inMeeting),
				"message_id":             text("`\"0\"`, or for a channel meeting the ID of the message in the channel." + inMeeting),
				"reply_chain_message_id": text("The `MessageId` of the link to a channel meeting, where it has one."),
				"organizer_id":           text("The object ID of the user who scheduled the meeting." + inMeeting),
				"tenant_id":              text("The tenant of that user. Default: the `tenant_id` of the resource."),
			},
		},
	}
}

func targetBlock() schema.Block {
	id := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Validators: []validator.String{isGUID()}, MarkdownDescription: description}
	}
	return schema.ListNestedBlock{
		MarkdownDescription: "The targets to call: one target in a peer-to-peer call, two to five users in a group call. " +
			"A target has exactly one of `user_id`, `phone_number` and `application_id`." + onePlacementArgument + replaces,
		NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"user_id": id("The object ID of a user."),
			"phone_number": schema.StringAttribute{
				Optional: true, Validators: []validator.String{tfvalue.Checked("must be a phone number in the E.164 form", graph.CheckE164)},
				MarkdownDescription: "A phone number in the E.164 form, as in `+12065550100`. It must be the only target.",
			},
			"application_id": id("The client ID of an application. It must be the only target."),
			"display_name": schema.StringAttribute{
				Optional: true, MarkdownDescription: "The name that is shown for the target.",
			},
		}},
	}
}

func callLifeAttributes() map[string]schema.Attribute {
	choice := func(description, standard, other string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(standard), MarkdownDescription: description,
			Validators: []validator.String{stringvalidator.OneOf(standard, other)},
		}
	}
	return map[string]schema.Attribute{
		"keep_alive": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether the resource keeps the call alive (default: `true`). `false` is for a call that a bot or another " +
				"resource keeps alive: this resource then only detects that it has ended.",
		},
		"wait_until": choice("What creating the resource waits for: `\"established\"`, or `\"created\"`, as soon as Graph has accepted the request "+
			"(default: `\"established\"`). A call that Graph has accepted may still fail, for example if nobody answers.", waitEstablished, waitCreated),
		"on_ended": choice("What happens to the resource when the call has ended: with `\"replace\"`, it is removed from state, and the next "+
			"apply places the call again; with `\"keep\"` it stays with `alive = false` and is not read again (default: `\"replace\"`).",
			endedReplace, endedKeep),
		"hang_up_on_destroy": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether destroying the resource hangs up the call, or of a meeting or group call the application's leg " +
				"(default: `true`). The value from the last apply is used; after an import it is `false` until an apply sets it.",
		},
		"triggers": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "Arbitrary values. When one of them changes, the next apply sends a `keepAlive`.",
		},
		"headers": schema.MapAttribute{
			ElementType: types.StringType, Optional: true, Validators: []validator.Map{tfvalue.HeadersValidator{}},
			MarkdownDescription: "Extra headers of the requests that place the call and keep it alive. They are stored in state, so they must not contain secrets.",
		},
	}
}

func callResultAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "The ID of the call."},
		"alive": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether the call is alive, known in the plan that places it: for example for `count = msgraph_call.lab.alive ? 1 : 0`. " +
				"It is false only with `on_ended = \"keep\"`.",
		},
		"end_reason": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Why the call has ended, with `on_ended = \"keep\"`; null while it is alive.",
		},
		"placed_at": computedTime("When Graph accepted the call, by Graph's clock; null for an imported call."),
		"client_id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The client ID of the application that placed the call, the only one that Graph shows the call to.",
		},
		"last_keepalive_at": computedTime("When Graph accepted the last `keepAlive`, by Graph's clock. Placing the call counts as the first."),
		"renew_at":          computedTime("When the next `keepAlive` is due: `last_keepalive_at` plus `renew_after`. Null with `keep_alive = false`, and once the call has ended."),
		"expires_at":        computedTime("When Graph ends the call if no `keepAlive` follows: " + expiryDescription + " Null with `keep_alive = false`, and once the call has ended."),
		"request_id":        schema.StringAttribute{Computed: true, MarkdownDescription: "Graph's `request-id` of the last `keepAlive`, or of the request that placed the call, for Microsoft support."},
	}
}

// isGUID returns the validator for an ID of Microsoft Entra.
func isGUID() validator.String { return tfvalue.Checked("must be a GUID", graph.CheckGUID) }
