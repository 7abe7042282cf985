package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/meeting"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Stand-ins for values that are not known yet, so that the rest can be checked.
const (
	unknownGUID   = "00000000-0000-0000-0000-000000000000"
	unknownURI    = "https://unknown.invalid/"
	unknownText   = "unknown"
	unknownDigits = "0"
	unknownThread = "19:meeting_unknown@thread.v2"
)

// placeBody returns the body of the request that places the call as the caller. The errors repeat no secret.
func (m *callResourceModel) placeBody(ctx context.Context, caller graph.Caller) ([]byte, error) {
	request, err := m.placeRequest(ctx, caller)
	if err != nil {
		return nil, err
	}
	return request.Body()
}

// placeRequest returns the request that places the call as the caller, with stand-ins for values that are not known yet.
// It is not validated. The errors repeat no secret.
func (m *callResourceModel) placeRequest(ctx context.Context, caller graph.Caller) (graph.PlaceRequest, error) {
	r := graph.PlaceRequest{
		CallbackURI: textOr(m.CallbackURI, unknownURI), TenantID: textOr(m.resolvedTenant(ctx, caller), unknownGUID),
		Subject: textOr(m.Subject, unknownText), Modalities: textsOf(m.RequestedModalities),
		SourceApplicationInstanceID: textOr(m.SourceApplicationInstanceID, unknownGUID), SourceApplicationID: caller.ClientID,
	}
	argument, err := m.placementArgument()
	switch {
	case err != nil:
		return r, err
	case argument == "join_url":
		var link meeting.Link
		if link, err = meeting.Parse(m.JoinURL.ValueString()); err != nil {
			return r, fmt.Errorf("join_url: %w", err)
		}
		r.Meeting, r.JoinMeeting = joined(link)
	case argument == "join_meeting":
		var join callJoinMeetingModel
		m.JoinMeeting.As(ctx, &join, basetypes.ObjectAsOptions{})
		r.JoinMeeting = &graph.JoinMeeting{ID: textOr(join.JoinMeetingID, unknownDigits), Passcode: textOr(join.Passcode, unknownText)}
	case argument == "meeting":
		r.Meeting, err = m.meeting(ctx).coordinates()
	default:
		var targets []callTargetModel
		m.Targets.ElementsAs(ctx, &targets, false)
		r.Targets, err = placeTargets(targets)
	}
	return r, err
}

// resolvedTenant returns the tenant of the call: from tenant_id, the link, the meeting or the provider, in that order.
// It is null if none of them has one, and unknown as long as it is not known.
func (m *callResourceModel) resolvedTenant(ctx context.Context, caller graph.Caller) types.String {
	switch {
	case !m.TenantID.IsNull():
		return m.TenantID
	case m.JoinURL.IsUnknown() || m.Meeting.IsUnknown():
		return types.StringUnknown()
	}
	if link, err := meeting.Parse(m.JoinURL.ValueString()); err == nil && link.TenantID != "" {
		return types.StringValue(link.TenantID)
	}
	if tenant := m.meeting(ctx).TenantID; !tenant.IsNull() {
		return tenant
	}
	return tfvalue.TextOrNull(caller.TenantID)
}

// joined returns the meeting that a link leads to, in one of the two forms.
func joined(link meeting.Link) (*graph.MeetingCoordinates, *graph.JoinMeeting) {
	if link.JoinMeetingID != "" {
		return nil, &graph.JoinMeeting{ID: link.JoinMeetingID, Passcode: link.Passcode}
	}
	return &graph.MeetingCoordinates{
		ThreadID: link.ThreadID, MessageID: link.MessageID, ReplyChainMessageID: link.ReplyChainMessageID,
		OrganizerID: link.OrganizerID, TenantID: link.TenantID,
	}, nil
}

// meeting returns the argument meeting, all null if it is not set.
func (m *callResourceModel) meeting(ctx context.Context) (meeting callMeetingModel) {
	if !m.Meeting.IsNull() && !m.Meeting.IsUnknown() {
		m.Meeting.As(ctx, &meeting, basetypes.ObjectAsOptions{})
	}
	return meeting
}

func (m callMeetingModel) coordinates() (*graph.MeetingCoordinates, error) {
	if m.ThreadID.IsNull() {
		return nil, errors.New("meeting: thread_id is missing. The meeting function does not return it for a short link " +
			"(https://teams.microsoft.com/meet/...): set join_url to the link, or join_meeting to its meeting ID and passcode")
	}
	return &graph.MeetingCoordinates{
		ThreadID: textOr(m.ThreadID, unknownThread), MessageID: textOr(m.MessageID, unknownDigits),
		ReplyChainMessageID: textOr(m.ReplyChainMessageID, unknownDigits),
		OrganizerID:         textOr(m.OrganizerID, unknownGUID), TenantID: textOr(m.TenantID, unknownGUID),
	}, nil
}

// placeTargets returns the targets, or [errTargetUnknown] if one of them is not known yet.
func placeTargets(models []callTargetModel) ([]graph.PlaceTarget, error) {
	targets := make([]graph.PlaceTarget, 0, len(models))
	for _, m := range models {
		if m.UserID.IsUnknown() || m.PhoneNumber.IsUnknown() || m.ApplicationID.IsUnknown() {
			return nil, errTargetUnknown // which is set is not known either
		}
		targets = append(targets, graph.PlaceTarget{
			UserID: m.UserID.ValueString(), PhoneNumber: m.PhoneNumber.ValueString(), ApplicationID: m.ApplicationID.ValueString(),
			DisplayName: textOr(m.DisplayName, unknownText),
		})
	}
	return targets, nil
}

// textOr returns the text, empty for null, and the stand-in if it is not known.
func textOr(text types.String, standIn string) string {
	if text.IsUnknown() {
		return standIn
	}
	return text.ValueString()
}

// textsOf returns the texts of a list, none if one of them is not known.
func textsOf(list types.List) []string {
	var texts []string
	for _, element := range list.Elements() {
		text, known := tfvalue.KnownString(element)
		if !known {
			return nil
		}
		texts = append(texts, text)
	}
	return texts
}

// passcode returns the passcode of the meeting that is joined; empty for none.
func (m *callResourceModel) passcode(ctx context.Context) string {
	request, err := m.placeRequest(ctx, graph.Caller{})
	if err != nil || request.JoinMeeting == nil {
		return ""
	}
	return request.JoinMeeting.Passcode
}
