package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// callKeepaliveActionModel is the configuration of the action msgraph_call_keepalive.
type callKeepaliveActionModel struct {
	callRef

	Headers    types.Map      `tfsdk:"headers"`
	HoldFor    types.String   `tfsdk:"hold_for"`
	RenewAfter types.String   `tfsdk:"renew_after"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

// check adds the errors that no attribute's validator can find.
func (m callKeepaliveActionModel) check(diags *diag.Diagnostics) {
	m.callRef.check(diags)
	checkTimeouts(m.Timeouts.Attributes(), diags)
}

// checkAll repeats, now that the whole configuration is known, what the schema's validators check:
// Terraform does not call them for values that become known during the apply.
func (m callKeepaliveActionModel) checkAll(ctx context.Context, diags *diag.Diagnostics) {
	m.check(diags)
	checkKnown(ctx, m.Headers, []checkedText{
		{m.callRef.path(), m.callRef.id(), isCallID()},
		{path.Root("hold_for"), m.HoldFor, holdFor()},
		{path.Root("renew_after"), m.RenewAfter, holdRenewAfter()},
	}, diags)
}
