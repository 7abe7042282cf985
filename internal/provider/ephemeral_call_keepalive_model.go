package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
)

// callKeepaliveEphemeralModel is the ephemeral resource msgraph_call_keepalive in
// configuration and result.
type callKeepaliveEphemeralModel struct {
	callRef

	Headers       types.Map    `tfsdk:"headers"`
	RenewAfter    types.String `tfsdk:"renew_after"`
	HangUpOnClose types.Bool   `tfsdk:"hang_up_on_close"`

	Alive           types.Bool        `tfsdk:"alive"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
	RequestID       types.String      `tfsdk:"request_id"`
}

// setResult sets the results of the keepAlive on opening.
func (m *callKeepaliveEphemeralModel) setResult(k keepAliveResult) {
	m.Alive = types.BoolValue(true)
	m.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(k.at)
	m.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(k.at))
	m.RequestID = types.StringValue(k.requestID)
}

// callPrivate is what Open leaves for Renew and Close in Terraform's hands. What changes from
// one keepAlive to the next, and what is secret, is in [keepalive.Registry] instead.
type callPrivate struct {
	Key           string        `json:"key"`
	CallID        string        `json:"call_id"`
	RenewAfter    time.Duration `json:"renew_after"` // in nanoseconds
	HangUpOnClose bool          `json:"hang_up_on_close"`
}

// callPrivateKey names the [callPrivate] in an ephemeral resource's private data.
const callPrivateKey = "open_call"

// complete reports whether everything that Open stores is there.
func (c callPrivate) complete() bool { return c.Key != "" && c.CallID != "" }
