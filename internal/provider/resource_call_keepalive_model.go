package provider

import (
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
)

// callKeepaliveModel is the resource msgraph_call_keepalive in configuration, plan and state.
type callKeepaliveModel struct {
	CallID          types.String   `tfsdk:"call_id"`
	Identity        types.Object   `tfsdk:"identity"`
	RenewAfter      types.String   `tfsdk:"renew_after"`
	Triggers        types.Map      `tfsdk:"triggers"`
	Headers         types.Map      `tfsdk:"headers"`
	WaitForCall     types.String   `tfsdk:"wait_for_call"`
	HangUpOnDestroy types.Bool     `tfsdk:"hang_up_on_destroy"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`

	ID              types.String      `tfsdk:"id"`
	Alive           types.Bool        `tfsdk:"alive"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	RenewAt         timetypes.RFC3339 `tfsdk:"renew_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
	ResponseHeaders types.Map         `tfsdk:"response_headers"`
	RequestID       types.String      `tfsdk:"request_id"`
}

func (m callKeepaliveModel) call() callRef { return callRef{m.CallID, m.Identity} }

// expectKeepAlive makes unknown exactly what the next keepAlive will set.
func (m *callKeepaliveModel) expectKeepAlive() {
	m.LastKeepaliveAt = timetypes.NewRFC3339Unknown()
	m.RenewAt = timetypes.NewRFC3339Unknown()
	m.ExpiresAt = timetypes.NewRFC3339Unknown()
	m.ResponseHeaders = types.MapUnknown(headerValuesType)
	m.RequestID = types.StringUnknown()
}

// setResult takes over what a keepAlive has brought.
func (m *callKeepaliveModel) setResult(callID string, k keepAliveResult) {
	m.ID = types.StringValue(callID)
	m.Alive = types.BoolValue(true)
	m.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(k.at)
	m.RenewAt = timetypes.NewRFC3339TimeValue(keepalive.RenewAt(k.at, durationOf(m.RenewAfter)))
	m.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(k.at))
	m.ResponseHeaders = headerValues(k.header)
	m.RequestID = types.StringValue(k.requestID)
}

// durationOf returns the duration in d, which its validator has checked; zero for null.
func durationOf(d types.String) time.Duration {
	duration, _ := time.ParseDuration(d.ValueString())
	return duration
}

// requestHeader makes the header of a request from the headers attribute.
func requestHeader(headers types.Map) http.Header {
	header := http.Header{}
	for name, value := range headers.Elements() {
		if text, ok := knownString(value); ok {
			header.Set(name, text)
		}
	}
	return header
}

var headerValuesType = types.ListType{ElemType: types.StringType}

// headerValues makes the response_headers attribute. Names are in lower case whatever the
// HTTP version, so that a reference to one keeps working; cookies are credentials and stay
// out of state.
func headerValues(header http.Header) types.Map {
	lists := make(map[string]attr.Value, len(header))
	for name, values := range header {
		if name == "Set-Cookie" {
			continue
		}
		list := make([]attr.Value, len(values))
		for i, value := range values {
			list[i] = types.StringValue(strings.ToValidUTF8(value, "\uFFFD"))
		}
		lists[strings.ToLower(name)] = types.ListValueMust(types.StringType, list)
	}
	return types.MapValueMust(headerValuesType, lists)
}
