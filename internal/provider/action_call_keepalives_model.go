package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// callKeepalivesActionModel is the configuration of the action msgraph_call_keepalives.
type callKeepalivesActionModel struct {
	Calls      types.Map      `tfsdk:"calls"`
	Headers    types.Map      `tfsdk:"headers"`
	HoldFor    types.String   `tfsdk:"hold_for"`
	OnEnded    types.String   `tfsdk:"on_ended"`
	RenewAfter types.String   `tfsdk:"renew_after"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

// checkAll repeats, now that the whole configuration is known, what the schema's validators check.
func (m callKeepalivesActionModel) checkAll(ctx context.Context, diags *diag.Diagnostics) {
	checkTimeouts(m.Timeouts.Attributes(), diags)
	checkKnown(ctx, m.Headers, []checkedText{
		{path.Root("hold_for"), m.HoldFor, holdFor()},
		{path.Root("on_ended"), m.OnEnded, isOnEnded()},
		{path.Root("renew_after"), m.RenewAfter, holdRenewAfter()},
	}, diags)
}
