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
		MarkdownDescription: "Reads a call, without sending a `keepAlive`. A call that has ended, or that Graph does not know, is not an " +
			"error: `alive` is false, `end_reason` says why, and the attributes that describe a live call are null." + whichObject +
			"\n\nWhat Graph omits, or returns with an unexpected type, is null as well.",
		Attributes: callAttributes(),
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
			"timeouts": described(timeouts.BlockWithOpts(ctx, timeouts.Opts{
				ReadDescription: timeoutDescription("reading the call may take, retries included"),
			})),
		},
	}
}

func callAttributes() map[string]schema.Attribute {
	callbackURI := computedText("Where Graph sends the call's notifications. Sensitive, because such a URL often contains a key.")
	callbackURI.Sensitive = true
	whole := computedText("The whole response, as Graph sent it, for `jsondecode`. Sensitive, because it may contain credentials: " +
		"the token or passcode of a meeting, the media session of an application-hosted call, a key in the callback URL.")
	whole.Sensitive = true
	return map[string]schema.Attribute{
		"call_id": schema.StringAttribute{
			Optional: true, MarkdownDescription: callIDDescription,
			Validators: []validator.String{isCallID()},
		},
		"include_participants": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to list who is in the call as `participants`, which requires a second request (default: `false`). " +
				"Graph lists the participants of meetings and group calls only.",
		},
		"participants": participantsAttribute(),
		"id":           computedText("The ID of the call."),
		"alive":        computedFlag("Whether the call is alive, for example for `count = data.msgraph_call.example.alive ? 1 : 0`."),
		"end_reason": computedText("Why the call is not alive. While Graph still shows the call, with the codes in `result_info` " +
			"(408 and 8537 mean that no `keepAlive` arrived in time). Null for a live call."),
		"state": computedText("Graph's `callState`, such as `establishing`, `established` or `hold`; Graph may add others. " +
			"`terminating` or `terminated` for an ended call, while Graph still shows it."),
		"direction":         computedText("`incoming` or `outgoing`."),
		"subject":           computedText("The subject of the conversation."),
		"callback_uri":      callbackURI,
		"call_chain_id":     computedText("The ID that all legs of the call share. It identifies the call record after the call, so note it while the call is alive."),
		"tenant_id":         computedText("The ID of the tenant that the call belongs to."),
		"my_participant_id": computedText("The ID of the application's own participant."),
		"requested_modalities": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "The modalities that were requested when the call was placed, such as `audio` or `video`.",
		},
		"media_state": nested("The state of the call's media.", map[string]schema.Attribute{
			"audio": computedText("`active` or `inactive`."),
		}),
		"result_info": nested("Graph's reason for the state of the call. An ended call has it while Graph still shows the call.",
			map[string]schema.Attribute{
				"code":    computedNumber("The status code, such as 200, 408 or 480."),
				"subcode": computedNumber("The subcode, such as 5001 or 8537."),
				"message": computedText("Graph's message."),
			}),
		"source":  nested("Who placed the call.", sourceAttributes()),
		"targets": targetsAttribute(),
		"meeting_info": nested("The meeting that the call belongs to. Its token or passcode is only in `json`.",
			map[string]schema.Attribute{
				"type":                            computedText("Graph's type: `organizerMeetingInfo`, `tokenMeetingInfo` or `joinMeetingIdMeetingInfo`."),
				"organizer":                       identitiesAttribute("The organizer of the meeting."),
				"allow_conversation_without_host": computedFlag("Whether the conversation may continue without its host."),
				"join_meeting_id":                 computedText("The ID with which people join the meeting."),
			}),
		"chat_info": nested("The chat that belongs to the call.", map[string]schema.Attribute{
			"thread_id":              computedText("The ID of the chat thread."),
			"message_id":             computedText("The ID of the message in the chat."),
			"reply_chain_message_id": computedText("The ID of the first message of the reply chain."),
		}),
		"transcription": nested("The state of the call's transcription.", map[string]schema.Attribute{
			"state":                   computedText("`notStarted`, `active` or `inactive`."),
			"last_modified_date_time": computedText("When the state last changed, as Graph wrote it: RFC 3339, UTC."),
		}),
		"json": whole,
	}
}

func sourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"identity":       identitiesAttribute("The identities of the participant."),
		"country_code":   computedText("The ISO 3166-1 code of the country."),
		"endpoint_type":  computedText("The kind of endpoint, such as `default` or `voicemail`."),
		"language_id":    computedText("The language."),
		"participant_id": computedText("The ID of the participant."),
		"region":         computedText("The ISO 3166-1 code of the participant's home region."),
	}
}

func targetsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "Who was called. Empty for a group call that was joined.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"identity":         identitiesAttribute("The identities of the participant."),
			"endpoint_type":    computedText("The kind of endpoint, such as `default` or `voicemail`."),
			"participant_id":   computedText("The ID of the participant."),
			"replaces_call_id": computedText("The ID of the call that this invitation replaces."),
			"hidden":           computedFlag("Whether the participant is hidden from the roster."),
			"remove_from_default_audio_routing_group": computedFlag("Whether the participant is kept out of the main audio mix."),
		}},
	}
}

func participantsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Computed: true,
		MarkdownDescription: "With `include_participants = true`, who is in the call, including the application: use it to detect a bot that is stuck in the lobby or alone. " +
			"Null for a call that has ended, and if Graph does not list them.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":             computedText("The ID of the participant."),
			"display_name":   computedText("The name that people see."),
			"user_id":        computedText("The object ID, for a user."),
			"application_id": computedText("The client ID, for an application."),
			"phone":          computedText("The number, for a phone."),
			"is_muted":       computedFlag("Whether the participant is muted."),
			"is_in_lobby":    computedFlag("Whether the participant is waiting in the lobby of the meeting."),
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
			"id":           computedText("The ID of the identity: the object ID of a user, the number of a phone."),
			"display_name": computedText("The display name."),
			"tenant_id":    computedText("The tenant of the identity, if Graph returns it."),
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
