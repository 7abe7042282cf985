package graph

import (
	"cmp"
	"encoding/json"
)

// PlaceRequest is a call to place: its target, in exactly one of three forms, and its source. Its errors name the
// Terraform arguments.
//
// Source: https://learn.microsoft.com/en-us/graph/api/application-post-calls
type PlaceRequest struct {
	// CallbackURI is where Graph posts the notifications of the call.
	CallbackURI string
	// TenantID is the tenant of the call. It may be empty only for a call to a single user or application.
	TenantID string
	// Subject is the subject of the call; empty for none.
	Subject string
	// Modalities are from [Modalities]; empty for audio.
	Modalities []string

	// Meeting is joined by its coordinates, JoinMeeting by its number, and Targets are called: one in a
	// peer-to-peer call, several in a group call.
	Meeting     *MeetingCoordinates
	JoinMeeting *JoinMeeting
	Targets     []PlaceTarget

	// SourceApplicationInstanceID is the object ID of the application instance that calls, which a call to a
	// phone needs; empty for none.
	SourceApplicationInstanceID string
	// SourceApplicationID is the client ID of the application, which a group call needs; other calls do not
	// send it.
	SourceApplicationID string
}

// MeetingCoordinates are what a scheduled meeting is joined by.
type MeetingCoordinates struct {
	// ThreadID and MessageID are those of the meeting's chat; MessageID is "0" except for a channel meeting.
	ThreadID, MessageID string
	// ReplyChainMessageID is set only for some channel meetings.
	ReplyChainMessageID string
	// OrganizerID is the object ID of the user who scheduled the meeting, TenantID that user's tenant;
	// where it is empty, it is the tenant of the call.
	OrganizerID, TenantID string
}

// JoinMeeting is a meeting by the number and passcode that anyone can join with.
type JoinMeeting struct {
	// ID is the meeting's number.
	ID string
	// Passcode is a secret; empty for a meeting that needs none.
	Passcode string
}

// PlaceTarget is who is called: exactly one of UserID, PhoneNumber (E.164) and ApplicationID.
type PlaceTarget struct{ UserID, PhoneNumber, ApplicationID, DisplayName string }

// maxTargets is how many targets a group call can have.
//
// Source: https://learn.microsoft.com/en-us/graph/api/application-post-calls, example 3.
const maxTargets = 5

// Modalities are what a call can consist of.
//
// Source: enum modality in https://graph.microsoft.com/v1.0/$metadata
func Modalities() []string { return []string{"audio", "video", "videoBasedScreenSharing", "data"} }

// Body returns the JSON of the request, or the error of [PlaceRequest.Validate]. It may hold a passcode.
func (r PlaceRequest) Body() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	call := callBody{
		Type: "#microsoft.graph.call", CallbackURI: r.CallbackURI, TenantID: r.TenantID, Subject: r.Subject,
		Source: r.source(), RequestedModalities: r.Modalities,
		MediaConfig: typeOnly{Type: "#microsoft.graph.serviceHostedMediaConfig"},
	}
	if len(call.RequestedModalities) == 0 {
		call.RequestedModalities = []string{"audio"}
	}
	if r.isGroup() {
		call.Direction = "outgoing" // in the documentation of this form, and of no other with service-hosted media
	}
	for _, target := range r.Targets {
		call.Targets = append(call.Targets, target.body())
	}
	switch {
	case r.Meeting != nil:
		call.ChatInfo, call.MeetingInfo = r.Meeting.chatBody(), r.Meeting.infoBody(r.TenantID)
	case r.JoinMeeting != nil:
		call.MeetingInfo = r.JoinMeeting.infoBody()
	}
	return json.Marshal(call)
}

func (r PlaceRequest) isGroup() bool { return len(r.Targets) > 1 }

func (r PlaceRequest) source() *participantBody {
	set := identitySetBody{Type: identitySetType}
	if r.isGroup() {
		set.Application = newIdentity(r.SourceApplicationID, "")
	}
	if r.SourceApplicationInstanceID != "" {
		set.ApplicationInstance = newIdentity(r.SourceApplicationInstanceID, "")
	}
	if set.Application == nil && set.ApplicationInstance == nil {
		return nil
	}
	return &participantBody{Type: "#microsoft.graph.participantInfo", Identity: set}
}

func (t PlaceTarget) body() participantBody {
	set := identitySetBody{Type: identitySetType}
	switch {
	case t.UserID != "":
		set.User = newIdentity(t.UserID, t.DisplayName)
	case t.PhoneNumber != "":
		set.Phone = newIdentity(t.PhoneNumber, t.DisplayName)
	default:
		set.Application = newIdentity(t.ApplicationID, t.DisplayName)
	}
	return participantBody{Type: "#microsoft.graph.invitationParticipantInfo", Identity: set}
}

func (m MeetingCoordinates) chatBody() *chatInfoBody {
	return &chatInfoBody{
		Type: "#microsoft.graph.chatInfo", ThreadID: m.ThreadID, MessageID: m.MessageID, ReplyChainMessageID: m.ReplyChainMessageID,
	}
}

func (m MeetingCoordinates) infoBody(tenantID string) any {
	organizer := newIdentity(m.OrganizerID, "")
	organizer.TenantID = cmp.Or(m.TenantID, tenantID)
	return organizerMeetingBody{
		Type: "#microsoft.graph.organizerMeetingInfo", Organizer: identitySetBody{Type: identitySetType, User: organizer},
		AllowConversationWithoutHost: true,
	}
}

func (m JoinMeeting) infoBody() any {
	body := joinMeetingBody{Type: "#microsoft.graph.joinMeetingIdMeetingInfo", ID: m.ID, AllowConversationWithoutHost: true}
	if m.Passcode != "" {
		body.Passcode = &m.Passcode
	}
	return body
}
