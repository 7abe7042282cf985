package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
)

// callKeepalivesEphemeralModel is the ephemeral resource msgraph_call_keepalives in configuration and result.
type callKeepalivesEphemeralModel struct {
	Calls      types.Map    `tfsdk:"calls"`
	Headers    types.Map    `tfsdk:"headers"`
	OnEnded    types.String `tfsdk:"on_ended"`
	RenewAfter types.String `tfsdk:"renew_after"`

	Ended           types.Map         `tfsdk:"ended"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
}

// setResult sets the results of the keepAlives on opening.
func (m *callKeepalivesEphemeralModel) setResult(held groupRecords, ended map[string]attr.Value) {
	m.Ended = types.MapValueMust(types.StringType, ended)
	m.LastKeepaliveAt, m.ExpiresAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	_, _, alive := held.partition(nil)
	if _, last := held.keptTimes(alive); !last.IsZero() {
		m.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(last)
		m.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(last))
	}
}

// groupPrivate is what Open leaves for Renew and Close in Terraform's hands. There may be many calls, so what they are is
// in the process's [keepalive.Registry]: Terraform and OpenTofu renew and close in the process that has opened.
type groupPrivate struct {
	Key string `json:"key"`
}

// groupPrivateKey names the [groupPrivate] in an ephemeral resource's private data.
const groupPrivateKey = "open_calls"

// complete reports whether the key is there.
func (k groupPrivate) complete() bool { return k.Key != "" }
