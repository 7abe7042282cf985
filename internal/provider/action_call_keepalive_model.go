package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
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
	if id := m.callRef.id(); !id.IsNull() {
		if err := graph.CheckCallID(id.ValueString()); err != nil {
			diags.AddAttributeError(m.callRef.path(), summaryInvalidID, tfvalue.Capitalize(err))
		}
	}
	checkKnown(ctx, m.Headers, map[string]checkedText{"hold_for": {m.HoldFor, holdFor()}, "renew_after": {m.RenewAfter, holdRenewAfter()}}, diags)
}
