package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
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

// setResult takes over what the keepAlives of the opening have brought.
func (m *callKeepalivesEphemeralModel) setResult(held heldCalls, ended map[string]attr.Value) {
	m.Ended = types.MapValueMust(types.StringType, ended)
	m.LastKeepaliveAt, m.ExpiresAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	_, _, alive := held.partition(nil)
	if _, last := held.keptTimes(alive); !last.IsZero() {
		m.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(last)
		m.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(last))
	}
}

// heldGroupKey is what Open leaves for Renew and Close in Terraform's hands. There may be many calls, so what they are is
// in the process's [keepalive.Registry]: Terraform and OpenTofu renew and close in the process that has opened.
type heldGroupKey struct {
	Key string `json:"key"`
}

// heldGroupPrivateKey names the [heldGroupKey] in an ephemeral resource's private data.
const heldGroupPrivateKey = "open_calls"

func (k heldGroupKey) store(ctx context.Context, private privateWriter, diags *diag.Diagnostics) {
	text, err := json.Marshal(k)
	if err != nil {
		diags.AddError("Unexpected Error", tfvalue.Capitalize(err))
		return
	}
	diags.Append(private.SetKey(ctx, heldGroupPrivateKey, text)...)
}

// loadHeldGroupKey returns what Open left in private data, and false with an error when that is not there.
func loadHeldGroupKey(ctx context.Context, private privateReader, diags *diag.Diagnostics) (k heldGroupKey, ok bool) {
	text, more := private.GetKey(ctx, heldGroupPrivateKey)
	diags.Append(more...)
	if more.HasError() {
		return k, false
	}
	err := json.Unmarshal(text, &k)
	if err == nil && k.Key == "" {
		err = fmt.Errorf("key is missing in %s", text)
	}
	if err != nil {
		addUnexpectedPrivateData(err, diags)
	}
	return k, err == nil
}
