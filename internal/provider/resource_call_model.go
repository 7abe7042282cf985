package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/tfvalue"
)

// callResourceModel is the resource msgraph_call in configuration, plan and state.
type callResourceModel struct {
	dueWindow

	CallbackURI                 types.String   `tfsdk:"callback_uri"`
	JoinURL                     types.String   `tfsdk:"join_url"`
	JoinMeeting                 types.Object   `tfsdk:"join_meeting"`
	Meeting                     types.Object   `tfsdk:"meeting"`
	Targets                     types.List     `tfsdk:"target"`
	SourceApplicationInstanceID types.String   `tfsdk:"source_application_instance_id"`
	Subject                     types.String   `tfsdk:"subject"`
	RequestedModalities         types.List     `tfsdk:"requested_modalities"`
	TenantID                    types.String   `tfsdk:"tenant_id"`
	KeepAlive                   types.Bool     `tfsdk:"keep_alive"`
	WaitUntil                   types.String   `tfsdk:"wait_until"`
	OnEnded                     types.String   `tfsdk:"on_ended"`
	HangUpOnDestroy             types.Bool     `tfsdk:"hang_up_on_destroy"`
	Headers                     types.Map      `tfsdk:"headers"`
	Triggers                    types.Map      `tfsdk:"triggers"`
	TriggersReplace             types.Dynamic  `tfsdk:"triggers_replace"`
	Timeouts                    timeouts.Value `tfsdk:"timeouts"`

	ID        types.String      `tfsdk:"id"`
	Alive     types.Bool        `tfsdk:"alive"`
	EndReason types.String      `tfsdk:"end_reason"`
	PlacedAt  timetypes.RFC3339 `tfsdk:"placed_at"`
	ClientID  types.String      `tfsdk:"client_id"`
	RequestID types.String      `tfsdk:"request_id"`
}

// The nested objects.
type (
	callJoinMeetingModel struct {
		JoinMeetingID types.String `tfsdk:"join_meeting_id"`
		Passcode      types.String `tfsdk:"passcode"`
	}
	callMeetingModel struct {
		ThreadID            types.String `tfsdk:"thread_id"`
		MessageID           types.String `tfsdk:"message_id"`
		ReplyChainMessageID types.String `tfsdk:"reply_chain_message_id"`
		OrganizerID         types.String `tfsdk:"organizer_id"`
		TenantID            types.String `tfsdk:"tenant_id"`
	}
	callTargetModel struct {
		UserID        types.String `tfsdk:"user_id"`
		PhoneNumber   types.String `tfsdk:"phone_number"`
		ApplicationID types.String `tfsdk:"application_id"`
		DisplayName   types.String `tfsdk:"display_name"`
	}
)

// The values of wait_until and on_ended.
const (
	waitEstablished = "established"
	waitCreated     = "created"
	endedReplace    = "replace"
	endedKeep       = "keep"
)

// hasEnded reports whether the call is in state although it has ended.
func (m *callResourceModel) hasEnded() bool { return !m.Alive.IsNull() && !m.Alive.ValueBool() }

// imported reports whether the call was imported, so that something else has placed it.
func (m *callResourceModel) imported() bool { return m.PlacedAt.IsNull() }

// placedTime is when the call was placed, by Graph's clock; zero for an imported one.
func (m *callResourceModel) placedTime() time.Time {
	at, _ := m.PlacedAt.ValueRFC3339Time()
	return at
}

// expectPlacement makes unknown exactly what placing the call will set.
func (m *callResourceModel) expectPlacement() {
	m.ID = types.StringUnknown()
	m.Alive = types.BoolValue(true) // so that a count can depend on it
	m.EndReason = types.StringNull()
	m.PlacedAt = timetypes.NewRFC3339Unknown()
	m.ClientID = types.StringUnknown()
	m.expectKeepAlive()
}

// expectKeepAlive makes unknown exactly what the next keepAlive will set.
func (m *callResourceModel) expectKeepAlive() {
	m.dueWindow.expectKeepAlive()
	m.RequestID = types.StringUnknown()
	m.closeWindow()
}

// setPlaced sets the results of placing the call as the application, which counts as the first keepAlive.
func (m *callResourceModel) setPlaced(callID string, as applicationRef, k keepAliveResult) {
	m.ID = types.StringValue(callID)
	m.Alive = types.BoolValue(true)
	m.EndReason = types.StringNull()
	m.PlacedAt = timetypes.NewRFC3339TimeValue(k.at)
	m.ClientID = tfvalue.TextOrNull(as.ClientID)
	m.setKept(k)
}

// setKept sets the results of a keepAlive.
func (m *callResourceModel) setKept(k keepAliveResult) {
	m.keptAt(k.at)
	m.RequestID = types.StringValue(k.requestID)
	m.closeWindow()
}

// closeWindow clears when the next keepAlive is due if something else sends it.
func (m *callResourceModel) closeWindow() {
	if !m.KeepAlive.IsUnknown() && !m.KeepAlive.ValueBool() {
		m.RenewAt, m.ExpiresAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	}
}

// keepResults copies from state what only placing the call, a keepAlive or a read sets.
func (m *callResourceModel) keepResults(state *callResourceModel) {
	m.ID, m.Alive, m.EndReason, m.PlacedAt = state.ID, state.Alive, state.EndReason, state.PlacedAt
	m.ClientID, m.RequestID = state.ClientID, state.RequestID
	m.LastKeepaliveAt, m.RenewAt, m.ExpiresAt = state.LastKeepaliveAt, state.RenewAt, state.ExpiresAt
}
