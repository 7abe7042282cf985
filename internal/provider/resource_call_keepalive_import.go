package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// ImportState implements [resource.ResourceWithImportState]. It sends nothing; the read that follows reads the call.
func (r *callKeepaliveResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	callID := r.data.importedCall(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(adopt(ctx, &resp.State, callID)...)
}

// adopt sets the state of a call that something else has kept alive so far, with the defaults, so that the next plan shows
// only the keepAlive, which is due because none is on record.
func adopt(ctx context.Context, state *tfsdk.State, callID string) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, value := range map[string]any{
		"id":                 callID,
		"call_id":            callID,
		"alive":              true, // until the next refresh
		"renew_after":        types.StringValue(tfvalue.FormatDuration(keepalive.DefaultRenewAfter)),
		"wait_for_call":      types.StringValue(zeroDuration),
		"hang_up_on_destroy": false,
	} {
		diags.Append(state.SetAttribute(ctx, path.Root(name), value)...)
	}
	return diags
}
