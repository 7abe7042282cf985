package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// identityIDs are the ids of the identity block besides call_id: the parameters of the
// PowerShell cmdlet's ICloudCommunicationsIdentity. They are accepted so that such an
// object can be handed over whole; like there, they do not reach the request.
//
// Source: https://learn.microsoft.com/powershell/module/microsoft.graph.cloudcommunications/invoke-mgkeepcommunicationcallalive
var identityIDs = []string{
	"attendance_record_id", "audio_routing_group_id", "call_record_id", "call_recording_id",
	"call_transcript_id", "comms_operation_id", "content_sharing_session_id",
	"meeting_attendance_report_id", "online_meeting_id", "participant_id", "presence_id",
	"session_id", "user_id",
}

const (
	callIDDescription = "The id of the call, as Graph gave it when the call was placed or answered. " +
		"Set either this or `identity`."
	identityDescription = "The call, as an object with the ids of the PowerShell cmdlet's `ICloudCommunicationsIdentity`. " +
		"Set either this or `call_id`."
	identityCallIDDescription = "The id of the call. Required in this block."
	identityOtherDescription  = "Accepted for compatibility with the cmdlet; like there, it does not reach the request."
)

// callRef is how a configuration names a call: by call_id or by the identity block.
type callRef struct {
	CallID   types.String
	Identity types.Object
}

// id returns the call's id from wherever it is given: unknown as long as it is not known,
// null when there is none.
func (t callRef) id() types.String {
	if !t.CallID.IsNull() {
		return t.CallID
	}
	if t.Identity.IsUnknown() {
		return types.StringUnknown()
	}
	id, ok := t.Identity.Attributes()["call_id"].(types.String)
	if !ok {
		return types.StringNull()
	}
	return id
}

// path returns the path of the attribute that gives the id.
func (t callRef) path() path.Path {
	if t.CallID.IsNull() && !t.Identity.IsNull() {
		return path.Root("identity").AtName("call_id")
	}
	return path.Root("call_id")
}

// check refuses a configuration that names no call, or names one twice.
func (t callRef) check(diags *diag.Diagnostics) {
	switch {
	case t.CallID.IsUnknown() || t.Identity.IsUnknown():
	case !t.CallID.IsNull() && !t.Identity.IsNull():
		diags.AddAttributeError(path.Root("call_id"), "Call Named Twice",
			"Both call_id and identity are set. Keep call_id, or identity with its call_id, and remove the other.")
	case t.CallID.IsNull() && t.Identity.IsNull():
		diags.AddAttributeError(path.Root("call_id"), "Call Not Named",
			`Neither call_id nor identity is set. Set call_id = "…" to the id that Graph gave the call, or use identity { call_id = "…" }.`)
	case t.id().IsNull():
		diags.AddAttributeError(path.Root("identity").AtName("call_id"), "Call Not Named",
			`The identity block has no call_id, and none of its other ids names a call. Set call_id in it.`)
	}
}

// identityAttributes makes the attributes of the identity block with call and other.
func identityAttributes[A any](call, other A) map[string]A {
	attributes := map[string]A{"call_id": call}
	for _, name := range identityIDs {
		attributes[name] = other
	}
	return attributes
}
