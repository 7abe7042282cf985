package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/meeting"
	"terraform-provider-msgraph/internal/tfvalue"
)

var _ function.Function = meetingFunction{}

// meetingFunction is the function meeting: what a Teams meeting link says of the meeting.
type meetingFunction struct{}

func newMeetingFunction() function.Function { return meetingFunction{} }

// meetingResult is what the function returns; what the link does not say is null.
type meetingResult struct {
	ThreadID            types.String `tfsdk:"thread_id"`
	MessageID           types.String `tfsdk:"message_id"`
	ReplyChainMessageID types.String `tfsdk:"reply_chain_message_id"`
	OrganizerID         types.String `tfsdk:"organizer_id"`
	TenantID            types.String `tfsdk:"tenant_id"`
	JoinMeetingID       types.String `tfsdk:"join_meeting_id"`
	Passcode            types.String `tfsdk:"passcode"`
}

func newMeetingResult(link meeting.Link) meetingResult {
	text := func(s string) types.String {
		if s == "" {
			return types.StringNull()
		}
		return types.StringValue(s)
	}
	return meetingResult{
		ThreadID: text(link.ThreadID), MessageID: text(link.MessageID), ReplyChainMessageID: text(link.ReplyChainMessageID),
		OrganizerID: text(link.OrganizerID), TenantID: text(link.TenantID),
		JoinMeetingID: text(link.JoinMeetingID), Passcode: text(link.Passcode),
	}
}

// meetingResultTypes are the types of [meetingResult].
func meetingResultTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"thread_id": types.StringType, "message_id": types.StringType, "reply_chain_message_id": types.StringType,
		"organizer_id": types.StringType, "tenant_id": types.StringType,
		"join_meeting_id": types.StringType, "passcode": types.StringType,
	}
}

// Metadata implements [function.Function].
func (meetingFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "meeting"
}

// Definition implements [function.Function].
func (meetingFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Reads what a Teams meeting link says of the meeting",
		MarkdownDescription: "Returns the coordinates of the meeting that a Teams meeting link leads to, or its meeting ID and passcode. " +
			"Anything else is an error that says what to do and does not repeat the link, which may hold a passcode. " +
			"Nothing is sent. Requires Terraform 1.8 or OpenTofu 1.7." + whichObject + "\n\nThe link is one of:\n\n```text\n" + meeting.Forms + "\n```",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "url",
			MarkdownDescription: "The link by which people join the meeting. Space around it is ignored.",
		}},
		Return: function.ObjectReturn{AttributeTypes: meetingResultTypes()},
	}
}

// Run implements [function.Function].
func (meetingFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var url string
	if resp.Error = req.Arguments.Get(ctx, &url); resp.Error != nil {
		return
	}
	link, err := meeting.Parse(url)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, tfvalue.Capitalize(err)+"\n\nA meeting link is one of:\n"+meeting.Forms)
		return
	}
	resp.Error = resp.Result.Set(ctx, newMeetingResult(link))
}
