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

// meetingResult returns what a link says, as the function returns it; what the link does not say is null.
func meetingResult(link meeting.Link) types.Object {
	values := map[string]attr.Value{
		"thread_id":              tfvalue.TextOrNull(link.ThreadID),
		"message_id":             tfvalue.TextOrNull(link.MessageID),
		"reply_chain_message_id": tfvalue.TextOrNull(link.ReplyChainMessageID),
		"organizer_id":           tfvalue.TextOrNull(link.OrganizerID),
		"tenant_id":              tfvalue.TextOrNull(link.TenantID),
		"join_meeting_id":        tfvalue.TextOrNull(link.JoinMeetingID),
		"passcode":               tfvalue.TextOrNull(link.Passcode),
	}
	valueTypes := map[string]attr.Type{}
	for name := range values {
		valueTypes[name] = types.StringType
	}
	return types.ObjectValueMust(valueTypes, values)
}

// Metadata implements [function.Function].
func (meetingFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "meeting"
}

// Definition implements [function.Function].
func (meetingFunction) Definition(ctx context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Reads what a Teams meeting link says of the meeting",
		MarkdownDescription: "Returns the coordinates of the meeting that a Teams meeting link leads to, or its meeting ID and passcode. " +
			"Anything else is an error that says what to do and does not repeat the link, which may hold a passcode. " +
			"Nothing is sent. Requires Terraform 1.8 or OpenTofu 1.7." + whichObject + "\n\nThe link is one of:\n\n```text\n" + meeting.Forms + "\n```",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "url",
			MarkdownDescription: "The link by which people join the meeting. Space around it is ignored.",
		}},
		Return: function.ObjectReturn{AttributeTypes: meetingResult(meeting.Link{}).AttributeTypes(ctx)},
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
	resp.Error = resp.Result.Set(ctx, meetingResult(link))
}
