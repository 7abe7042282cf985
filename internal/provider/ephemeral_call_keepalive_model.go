package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// callKeepaliveEphemeralModel is the ephemeral resource msgraph_call_keepalive in
// configuration and result.
type callKeepaliveEphemeralModel struct {
	CallID        types.String `tfsdk:"call_id"`
	Identity      types.Object `tfsdk:"identity"`
	Headers       types.Map    `tfsdk:"headers"`
	RenewAfter    types.String `tfsdk:"renew_after"`
	HangUpOnClose types.Bool   `tfsdk:"hang_up_on_close"`

	Alive           types.Bool        `tfsdk:"alive"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
	RequestID       types.String      `tfsdk:"request_id"`
}

func (m callKeepaliveEphemeralModel) call() callRef { return callRef{m.CallID, m.Identity} }

// setResult takes over what the keepAlive of the opening has brought.
func (m *callKeepaliveEphemeralModel) setResult(k keepAliveResult) {
	m.Alive = types.BoolValue(true)
	m.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(k.at)
	m.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(k.at))
	m.RequestID = types.StringValue(k.requestID)
}

// holdRenewAfterOf returns the duration in renew_after where the provider itself keeps time.
func holdRenewAfterOf(d types.String) time.Duration {
	if d.IsNull() {
		return keepalive.RecommendedRenewAfter
	}
	return tfvalue.Duration(d)
}

// heldCall is what Open leaves for Renew and Close in Terraform's hands. What changes from
// one keepAlive to the next, and what is secret, is in [keepalive.Registry] instead.
type heldCall struct {
	Key           string        `json:"key"`
	CallID        string        `json:"call_id"`
	RenewAfter    time.Duration `json:"renew_after"` // in nanoseconds
	HangUpOnClose bool          `json:"hang_up_on_close"`
}

// privateKey names the [heldCall] in an ephemeral resource's private data.
const privateKey = "open_call"

// privateReader is the part of the framework's private data that is read here.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// privateWriter is the part of the framework's private data that is written here.
type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// store leaves c in private data.
func (c heldCall) store(ctx context.Context, private privateWriter, diags *diag.Diagnostics) {
	text, err := json.Marshal(c)
	if err != nil {
		diags.AddError("Unexpected Error", tfvalue.Capitalize(err))
		return
	}
	diags.Append(private.SetKey(ctx, privateKey, text)...)
}

// loadOpenCall returns what Open left in private data, and false with an error when that is
// not there.
func loadOpenCall(ctx context.Context, private privateReader, diags *diag.Diagnostics) (heldCall, bool) {
	var c heldCall
	text, more := private.GetKey(ctx, privateKey)
	diags.Append(more...)
	if more.HasError() {
		return c, false
	}
	err := json.Unmarshal(text, &c)
	if err == nil && (c.Key == "" || c.CallID == "") {
		err = fmt.Errorf("key or call_id is missing in %s", text)
	}
	if err != nil {
		addUnexpectedPrivateData(err, diags)
	}
	return c, err == nil
}

// addUnexpectedPrivateData says that private data is not what Open left.
func addUnexpectedPrivateData(err error, diags *diag.Diagnostics) {
	diags.AddError("Unexpected Private Data",
		fmt.Sprintf("The private data that the provider stored when it opened the ephemeral resource is not valid: %v. "+
			"This is a bug in the provider; please report it.", err))
}
