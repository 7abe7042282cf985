package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// The summaries of errors about the arguments of msgraph_call. They name no attribute, since Terraform would print its
// line, which may hold a passcode or a key.
const (
	summaryInvalidArguments = "Invalid Call Arguments"
	summaryInvalidCallback  = "Invalid Callback URI"
	summaryInvalidJoinURL   = "Invalid Join URL"
)

// unknownCaller stands for the provider's application where it is not known, or not needed.
var unknownCaller = graph.Caller{TenantID: unknownGUID, ClientID: unknownGUID}

// errTargetUnknown is the error for arguments that do not say yet what to call.
var errTargetUnknown = errors.New("the call target is not known yet")

// checkArguments returns an error for arguments that cannot place a call, as far as they are known.
func (m *callResourceModel) checkArguments(ctx context.Context, caller graph.Caller) error {
	request, err := m.placeRequest(ctx, caller)
	switch {
	case err == nil:
		return request.Validate()
	case errors.Is(err, errTargetUnknown):
		return nil
	}
	return err
}

// reportedByValidator reports whether the validator of an attribute adds the same error, at the attribute.
func reportedByValidator(err error) bool {
	argument, _, _ := strings.Cut(err.Error(), ":")
	return slices.Contains([]string{"user_id", "phone_number", "application_id", "tenant_id", "source_application_instance_id"}, argument)
}

func addArgumentError(diags *diag.Diagnostics, err error) {
	summary := summaryInvalidArguments
	switch argument, _, _ := strings.Cut(err.Error(), ":"); argument {
	case "callback_uri":
		summary = summaryInvalidCallback
	case "join_url":
		summary = summaryInvalidJoinURL
	}
	diags.AddError(summary, tfvalue.Capitalize(err))
}

// placementArgument returns the name of the argument that says what to call.
func (m *callResourceModel) placementArgument() (string, error) {
	var set []string
	unknown := false
	for _, argument := range []struct {
		name  string
		value attr.Value
		empty bool
	}{
		{"join_url", m.JoinURL, false}, {"join_meeting", m.JoinMeeting, false}, {"meeting", m.Meeting, false},
		{"target", m.Targets, len(m.Targets.Elements()) == 0},
	} {
		switch {
		case argument.value.IsUnknown():
			unknown = true
		case !argument.value.IsNull() && !argument.empty:
			set = append(set, argument.name)
		}
	}
	const choice = "set exactly one of join_url, join_meeting, meeting and target blocks"
	switch {
	case len(set) > 1:
		return "", fmt.Errorf("%s are mutually exclusive; %s", strings.Join(set, " and "), choice)
	case len(set) == 1:
		return set[0], nil
	case unknown:
		return "", errTargetUnknown
	}
	return "", errors.New("no call target is configured; " + choice)
}
