package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

// callDataSourceModel is the data source msgraph_call in configuration and state. A nil pointer,
// list or map is null.
type callDataSourceModel struct {
	callRef

	Timeouts timeouts.Value `tfsdk:"timeouts"`

	IncludeParticipants types.Bool `tfsdk:"include_participants"`

	ID        types.String `tfsdk:"id"`
	Alive     types.Bool   `tfsdk:"alive"`
	EndReason types.String `tfsdk:"end_reason"`

	State               *string           `tfsdk:"state"`
	Direction           *string           `tfsdk:"direction"`
	Subject             *string           `tfsdk:"subject"`
	CallbackURI         *string           `tfsdk:"callback_uri"`
	CallChainID         *string           `tfsdk:"call_chain_id"`
	TenantID            *string           `tfsdk:"tenant_id"`
	MyParticipantID     *string           `tfsdk:"my_participant_id"`
	RequestedModalities []string          `tfsdk:"requested_modalities"`
	MediaState          *callMediaState   `tfsdk:"media_state"`
	ResultInfo          *callResultInfo   `tfsdk:"result_info"`
	Source              *callSource       `tfsdk:"source"`
	Targets             []callTarget      `tfsdk:"targets"`
	MeetingInfo         *callMeetingInfo  `tfsdk:"meeting_info"`
	ChatInfo            *callChatInfo     `tfsdk:"chat_info"`
	Transcription       *callTranscript   `tfsdk:"transcription"`
	Participants        []callParticipant `tfsdk:"participants"`
	JSON                types.String      `tfsdk:"json"`
}

// The nested objects. Those that have the fields of their counterpart in graph, in its
// order, are converted from it.
type (
	callMediaState struct {
		Audio *string `tfsdk:"audio"`
	}
	callResultInfo struct {
		Code    *int64  `tfsdk:"code"`
		Subcode *int64  `tfsdk:"subcode"`
		Message *string `tfsdk:"message"`
	}
	participantIdentity struct {
		ID          *string `tfsdk:"id"`
		DisplayName *string `tfsdk:"display_name"`
		TenantID    *string `tfsdk:"tenant_id"`
	}
	callSource struct {
		Identity      map[string]participantIdentity `tfsdk:"identity"`
		CountryCode   *string                        `tfsdk:"country_code"`
		EndpointType  *string                        `tfsdk:"endpoint_type"`
		LanguageID    *string                        `tfsdk:"language_id"`
		ParticipantID *string                        `tfsdk:"participant_id"`
		Region        *string                        `tfsdk:"region"`
	}
	callTarget struct {
		Identity                           map[string]participantIdentity `tfsdk:"identity"`
		EndpointType                       *string                        `tfsdk:"endpoint_type"`
		ParticipantID                      *string                        `tfsdk:"participant_id"`
		ReplacesCallID                     *string                        `tfsdk:"replaces_call_id"`
		Hidden                             *bool                          `tfsdk:"hidden"`
		RemoveFromDefaultAudioRoutingGroup *bool                          `tfsdk:"remove_from_default_audio_routing_group"`
	}
	callMeetingInfo struct {
		Type                         *string                        `tfsdk:"type"`
		Organizer                    map[string]participantIdentity `tfsdk:"organizer"`
		AllowConversationWithoutHost *bool                          `tfsdk:"allow_conversation_without_host"`
		JoinMeetingID                *string                        `tfsdk:"join_meeting_id"`
	}
	callChatInfo struct {
		ThreadID            *string `tfsdk:"thread_id"`
		MessageID           *string `tfsdk:"message_id"`
		ReplyChainMessageID *string `tfsdk:"reply_chain_message_id"`
	}
	callParticipant struct {
		ID            *string `tfsdk:"id"`
		DisplayName   *string `tfsdk:"display_name"`
		UserID        *string `tfsdk:"user_id"`
		ApplicationID *string `tfsdk:"application_id"`
		Phone         *string `tfsdk:"phone"`
		IsMuted       *bool   `tfsdk:"is_muted"`
		IsInLobby     *bool   `tfsdk:"is_in_lobby"`
	}
	callTranscript struct {
		State        *string `tfsdk:"state"`
		LastModified *string `tfsdk:"last_modified_date_time"`
	}
)

// setEnded records that the call has ended. Everything that describes a live call is then null,
// whether Graph still shows the call or not, so that nothing changes when Graph forgets it.
func (m *callDataSourceModel) setEnded(callID, reason string) {
	m.ID = types.StringValue(callID)
	m.Alive = types.BoolValue(false)
	m.EndReason = types.StringValue(reason)
}

// setState records the call's state and, while Graph shows it, the reason for its end in Graph's
// own codes.
func (m *callDataSourceModel) setState(call graph.Call) {
	if call.State != "" {
		m.State = &call.State
	}
	m.ResultInfo = (*callResultInfo)(call.Result)
	m.JSON = types.StringValue(strings.ToValidUTF8(string(call.JSON), "\uFFFD"))
}

// setAlive records a live call.
func (m *callDataSourceModel) setAlive(callID string, call graph.Call, details graph.Details) {
	m.ID = types.StringValue(callID)
	m.Alive = types.BoolValue(true)
	m.setState(call)
	m.Direction = details.Direction
	m.Subject = details.Subject
	m.CallbackURI = details.CallbackURI
	m.CallChainID = details.CallChainID
	m.TenantID = details.TenantID
	m.MyParticipantID = details.MyParticipantID
	m.RequestedModalities = details.RequestedModalities
	m.MediaState = (*callMediaState)(details.MediaState)
	m.ChatInfo = (*callChatInfo)(details.ChatInfo)
	m.Transcription = (*callTranscript)(details.Transcription)
	if s := details.Source; s != nil {
		m.Source = &callSource{identitiesOf(s.Identity), s.CountryCode, s.EndpointType, s.LanguageID, s.ParticipantID, s.Region}
	}
	if i := details.MeetingInfo; i != nil {
		m.MeetingInfo = &callMeetingInfo{i.Type, identitiesOf(i.Organizer), i.AllowConversationWithoutHost, i.JoinMeetingID}
	}
	if details.Targets != nil {
		m.Targets = make([]callTarget, len(details.Targets))
	}
	for i, t := range details.Targets {
		m.Targets[i] = callTarget{
			identitiesOf(t.Identity), t.EndpointType, t.ParticipantID, t.ReplacesCallID, t.Hidden, t.RemoveFromDefaultAudioRoutingGroup,
		}
	}
}

// setParticipants records who is in the call.
func (m *callDataSourceModel) setParticipants(participants []graph.Participant) {
	m.Participants = make([]callParticipant, len(participants))
	for i, p := range participants {
		m.Participants[i] = callParticipant(p)
	}
}

func identitiesOf(identities graph.Identities) map[string]participantIdentity {
	if identities == nil {
		return nil
	}
	all := make(map[string]participantIdentity, len(identities))
	for kind, identity := range identities {
		all[kind] = participantIdentity(identity)
	}
	return all
}
