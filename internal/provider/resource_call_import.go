package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// ImportState implements [resource.ResourceWithImportState]. It sets the defaults, so that the next plan shows only the
// configured arguments and the keepAlive that is due. Only hang_up_on_destroy takes an apply, as Terraform has not placed
// this call.
func (r *callResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	callID := r.data.importedCall(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	for name, value := range map[string]any{
		"id":                 callID,
		"alive":              true, // until a refresh, which a plan may leave out, says otherwise
		"keep_alive":         true,
		"renew_after":        types.StringValue(tfvalue.FormatDuration(keepalive.DefaultRenewAfter)),
		"wait_until":         waitEstablished,
		"on_ended":           endedReplace,
		"hang_up_on_destroy": false,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}
