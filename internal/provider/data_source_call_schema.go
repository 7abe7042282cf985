package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Schema implements [datasource.DataSource].
func (d *callDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a call. That it has ended, or that Graph does not know it, is no error: `alive` is false then, " +
			"`end_reason` says why, and what describes a call that goes on is null. It sends no `keepAlive`." + whichObject +
			"\n\nWhat Graph leaves out, or sends in a type of its own making, is null as well.",
		Attributes: callAttributes(),
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
			"timeouts": timeouts.BlockWithOpts(ctx, timeouts.Opts{
				ReadDescription: timeoutDescription("reading the call may take, retries included"),
			}),
		},
	}
}

func callAttributes() map[string]schema.Attribute {
	callbackURI := computedText("Where Graph sends the call's notifications. It is marked sensitive, because such a URL often holds a key.")
	callbackURI.Sensitive = true
	whole := computedText("The whole answer, as Graph sent it, for `jsondecode`. It is marked sensitive, because it may hold what " +
		"lets others in: the token or passcode of a meeting, the media session of an application-hosted call, a key in the callback's URL.")
	whole.Sensitive = true
	return map[string]schema.Attribute{
		"call_id": schema.StringAttribute{
			Optional: true, MarkdownDescription: callIDDescription,
			Validators: []validator.String{isCallID()},
		},
		"include_participants": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to list who is in the call as `participants`, which takes a second request (default: `false`). " +
				"Graph lists the participants of meetings and group calls only.",
		},
		"participants": participantsAttribute(),
		"id":           computedText("The id of the call, wherever it was given."),
		"alive":        computedFlag("Whether the call goes on, for instance for `count = data.msgraph_call.example.alive ? 1 : 0`."),
		"end_reason": computedText("Why the call is not alive, in words: for one that Graph still shows by the codes in `result_info` " +
			"(408 and 8537 mean that no `keepAlive` came in time). Null for a call that is alive."),
		"state": computedText("Graph's `callState`, such as `establishing`, `established` or `hold`, of an open set. " +
			"`terminating` or `terminated` for an ended call, as long as Graph shows it."),
		"direction":         computedText("`incoming` or `outgoing`."),
		"subject":           computedText("The subject of the conversation."),
		"callback_uri":      callbackURI,
		"call_chain_id":     computedText("What all legs of the call have in common. It finds the call's record once the call is over, so note it before."),
		"tenant_id":         computedText("The id of the tenant that the call belongs to."),
		"my_participant_id": computedText("The id of the application's own participant."),
		"requested_modalities": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "What was asked for when the call was placed, such as `audio` or `video`.",
		},
		"media_state": nested("The state of the call's media.", map[string]schema.Attribute{
			"audio": computedText("`active` or `inactive`."),
		}),
		"result_info": nested("Why the call is in its state, by Graph's codes. An ended call has it for as long as Graph shows the call.",
			map[string]schema.Attribute{
				"code":    computedNumber("The status, such as 200, 408 or 480."),
				"subcode": computedNumber("What tells more, such as 5001 or 8537."),
				"message": computedText("Graph's own text."),
			}),
		"source":  nested("Who placed the call.", sourceAttributes()),
		"targets": targetsAttribute(),
		"meeting_info": nested("The meeting that the call belongs to. A meeting's token or passcode stands in `json` alone.",
			map[string]schema.Attribute{
				"type":                            computedText("Graph's type: `organizerMeetingInfo`, `tokenMeetingInfo` or `joinMeetingIdMeetingInfo`."),
				"organizer":                       identitiesAttribute("Who organizes the meeting."),
				"allow_conversation_without_host": computedFlag("Whether the conversation may go on without its host."),
				"join_meeting_id":                 computedText("The id by which people join the meeting."),
			}),
		"chat_info": nested("The chat that belongs to the call.", map[string]schema.Attribute{
			"thread_id":              computedText("The id of the chat's thread."),
			"message_id":             computedText("The id of the message in the chat."),
			"reply_chain_message_id": computedText("The id of the message that begins the chain of replies."),
		}),
		"transcription": nested("The state of the call's transcription.", map[string]schema.Attribute{
			"state":                   computedText("`notStarted`, `active` or `inactive`."),
			"last_modified_date_time": computedText("When that was so last, as Graph wrote it: RFC 3339, UTC."),
		}),
		"json": whole,
	}
}

func sourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"identity":       identitiesAttribute("Who it is."),
		"country_code":   computedText("The country, by its ISO 3166-1 code."),
		"endpoint_type":  computedText("The kind of endpoint, such as `default` or `voicemail`."),
		"language_id":    computedText("The language."),
		"participant_id": computedText("The id of the participant."),
		"region":         computedText("The home region of the participant, by its ISO 3166-1 code."),
	}
}

func targetsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "Who was called. Empty for a group call that was joined.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"identity":         identitiesAttribute("Who it is."),
			"endpoint_type":    computedText("The kind of endpoint, such as `default` or `voicemail`."),
			"participant_id":   computedText("The id of the participant."),
			"replaces_call_id": computedText("The id of the call that this invitation replaces."),
			"hidden":           computedFlag("Whether the participant is hidden from the roster."),
			"remove_from_default_audio_routing_group": computedFlag("Whether the participant is kept out of the main audio mix."),
		}},
	}
}

func participantsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Computed: true,
		MarkdownDescription: "With `include_participants = true`, who is in the call, the application included: a bot that is stuck in the lobby, or alone, " +
			"shows here. Null for a call that has ended, and where Graph does not list them.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":             computedText("The ID of the participant."),
			"display_name":   computedText("The name that people see."),
			"user_id":        computedText("The object ID, for a user."),
			"application_id": computedText("The client ID, for an application."),
			"phone":          computedText("The number, for a phone."),
			"is_muted":       computedFlag("Whether the participant is muted."),
			"is_in_lobby":    computedFlag("Whether the participant waits in the lobby of the meeting."),
		}},
	}
}

// identitiesAttribute is an identitySet. Graph's type is open, so its members are the keys
// of a map, not attributes.
func identitiesAttribute(description string) schema.Attribute {
	return schema.MapNestedAttribute{
		Computed: true,
		MarkdownDescription: description + " The keys are Graph's names for the kinds of identity: `user`, `application`, `phone`, " +
			"`guest`, `applicationInstance` and others.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":           computedText("The id of the identity: of a user the object id, of a phone its number."),
			"display_name": computedText("The name that people see."),
			"tenant_id":    computedText("The tenant of the identity, where Graph tells it."),
		}},
	}
}

func nested(description string, attributes map[string]schema.Attribute) schema.Attribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: attributes}
}

func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func computedFlag(description string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func computedNumber(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}
