package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// identityIDs are the IDs of the identity block besides call_id: the members of the
// PowerShell cmdlet's ICloudCommunicationsIdentity. They are accepted so that such an
// object can be passed as a whole; as in the cmdlet, they are not sent.
//
// Source: https://learn.microsoft.com/powershell/module/microsoft.graph.cloudcommunications/invoke-mgkeepcommunicationcallalive
var identityIDs = []string{
	"attendance_record_id", "audio_routing_group_id", "call_record_id", "call_recording_id",
	"call_transcript_id", "comms_operation_id", "content_sharing_session_id",
	"meeting_attendance_report_id", "online_meeting_id", "participant_id", "presence_id",
	"session_id", "user_id",
}

const (
	callIDDescription = "The ID of the call, as Graph returned it when the call was placed or answered. " +
		"Exactly one of `call_id` and `identity` is required."
	// identityDescription describes the other IDs as well, which therefore have no description
	// of their own.
	identityDescription = "The call, as an object with the IDs of the PowerShell cmdlet's `ICloudCommunicationsIdentity`. Exactly one of " +
		"`call_id` and `identity` is required. Of the block, `call_id` is required and used; the other IDs are accepted for " +
		"compatibility with the cmdlet and, as there, not sent."
	identityCallIDDescription = "The ID of the call. Required when the block is set."
)

// callRef is the part of a model that names a call: by call_id or by the identity block.
type callRef struct {
	CallID   types.String `tfsdk:"call_id"`
	Identity types.Object `tfsdk:"identity"`
}

// effectiveID returns the call's ID from wherever it is set: unknown as long as it is not known, null when there is none.
func (r callRef) effectiveID() types.String {
	if !r.CallID.IsNull() {
		return r.CallID
	}
	if r.Identity.IsUnknown() {
		return types.StringUnknown()
	}
	id, ok := r.Identity.Attributes()["call_id"].(types.String)
	if !ok {
		return types.StringNull()
	}
	return id
}

// callIDPath returns the path of the attribute that sets the ID.
func (r callRef) callIDPath() path.Path {
	if r.CallID.IsNull() && !r.Identity.IsNull() {
		return path.Root("identity").AtName("call_id")
	}
	return path.Root("call_id")
}

// checkNamesOneCall refuses a configuration without a call ID, or with two. What an ID looks like is for [isCallID].
func (r callRef) checkNamesOneCall(diags *diag.Diagnostics) {
	switch {
	case r.CallID.IsUnknown() || r.Identity.IsUnknown():
	case !r.CallID.IsNull() && !r.Identity.IsNull():
		diags.AddAttributeError(path.Root("call_id"), "Conflicting Call ID",
			"Both call_id and identity are set. Keep one of them, and remove the other.")
	case r.CallID.IsNull() && r.Identity.IsNull():
		diags.AddAttributeError(path.Root("call_id"), "Missing Call ID",
			`Neither call_id nor identity is set. Set call_id = "…" to the ID that Graph returned for the call, or use identity { call_id = "…" }.`)
	case r.effectiveID().IsNull():
		diags.AddAttributeError(path.Root("identity").AtName("call_id"), "Missing Call ID",
			`The identity block has no call_id, and its other IDs do not identify a call. Set call_id in the block.`)
	}
}

// identityAttributes makes the attributes of the identity block: call for call_id, and other
// for each of the other IDs.
func identityAttributes[A any](call, other A) map[string]A {
	attributes := map[string]A{"call_id": call}
	for _, name := range identityIDs {
		attributes[name] = other
	}
	return attributes
}

// isCallID returns the validator for the ID of a call.
func isCallID() validator.String {
	return tfvalue.Checked("must be the ID of a call", graph.CheckCallID)
}
