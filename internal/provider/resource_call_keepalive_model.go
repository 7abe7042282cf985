package provider

import (
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// callKeepaliveResourceModel is the resource msgraph_call_keepalive in configuration, plan and state.
type callKeepaliveResourceModel struct {
	callRef
	dueWindow

	Triggers              types.Map      `tfsdk:"triggers"`
	Headers               types.Map      `tfsdk:"headers"`
	WaitForCall           types.String   `tfsdk:"wait_for_call"`
	HangUpOnDestroy       types.Bool     `tfsdk:"hang_up_on_destroy"`
	ExportResponseHeaders types.Bool     `tfsdk:"export_response_headers"`
	Timeouts              timeouts.Value `tfsdk:"timeouts"`

	ID              types.String `tfsdk:"id"`
	Alive           types.Bool   `tfsdk:"alive"`
	ResponseHeaders types.Map    `tfsdk:"response_headers"`
	RequestID       types.String `tfsdk:"request_id"`
}

// expectKeepAlive makes unknown exactly what the next keepAlive will set.
func (m *callKeepaliveResourceModel) expectKeepAlive() {
	m.dueWindow.expectKeepAlive()
	m.RequestID = types.StringUnknown()
	m.ResponseHeaders = types.MapNull(headerValuesType)
	if m.ExportResponseHeaders.IsUnknown() || m.ExportResponseHeaders.ValueBool() {
		m.ResponseHeaders = types.MapUnknown(headerValuesType)
	}
}

// setResult sets the results of a keepAlive.
func (m *callKeepaliveResourceModel) setResult(callID string, k keepAliveResult) {
	m.ID = types.StringValue(callID)
	m.Alive = types.BoolValue(true)
	m.keptAt(k.at)
	m.RequestID = types.StringValue(k.requestID)
	m.ResponseHeaders = types.MapNull(headerValuesType)
	if m.ExportResponseHeaders.ValueBool() {
		m.ResponseHeaders = headerValues(k.header())
	}
}

var headerValuesType = types.ListType{ElemType: types.StringType}

// headerValues returns the value of response_headers. Names are in lower case in every HTTP version, so that references
// keep working; cookies are credentials and stay out of state.
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
