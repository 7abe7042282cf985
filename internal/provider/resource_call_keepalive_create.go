package provider

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// createCheckTimeout bounds the GET that the plan of a create sends, and the sign-in before it: a
// plan that cannot ask Graph goes on without. Terraform does not hand an interrupt on while an
// apply plans, so this is also how long a user may wait then.
const createCheckTimeout = 10 * time.Second

// createChecks is what a provider process knows of the calls that its plan is to create. The zero
// value is ready for use, by several plans at the same time.
type createChecks struct {
	failed atomic.Bool // a look has failed as one at any other call would
	warned sync.Map    // calls that the refresh has warned of
}

// markWarned notes that the refresh has taken a call out of state, and said why.
func (p *createChecks) markWarned(callID string) { p.warned.Store(sameCall(callID), true) }

// shouldRead reports whether it is worth while to ask Graph for the call.
func (p *createChecks) shouldRead(callID string) bool {
	_, warned := p.warned.Load(sameCall(callID))
	return !warned && !p.failed.Load()
}

// recordFailure takes note of a failure other than a 404, and adds an error where the configuration of the provider is the matter.
func (p *createChecks) recordFailure(ctx context.Context, callID string, err error, diags *diag.Diagnostics) {
	tflog.Debug(ctx, "The plan could not read a call that is to be kept alive", map[string]any{"call_id": callID, "error": err.Error()})
	failure, ok := errors.AsType[*graph.Error](err)
	if ok && failure.Kind() == graph.KindForbidden {
		return
	}
	if first := !p.failed.Swap(true); first && ok && failure.Unusable() {
		addCallError(diags, path.Empty(), err, explanation{})
	}
}

// createWillFail says what becomes of the plan that the warnings are about.
const createWillFail = "Applying this plan still sends a keepAlive, and fails if Graph does not accept it. "

// warnBeforeCreate warns, in the plan of a create, of a call that a keepAlive cannot reach: so a
// scheduled job tells a call that has ended from one that is due. A call that Graph may not
// know yet (wait_for_call) is not looked at. A credential that is refused fails the plan, as it does that of a call in
// state. Any other failure is left to the apply; after one that would meet every call, no other call of this plan is
// looked at either.
func (d *providerData) warnBeforeCreate(ctx context.Context, plan callKeepaliveModel, diags *diag.Diagnostics) {
	callID := plan.ID.ValueString()
	mayAppear := plan.WaitForCall.IsUnknown() || tfvalue.Duration(plan.WaitForCall) > 0
	if d == nil || callID == "" || mayAppear || !d.createChecks.shouldRead(callID) {
		return
	}
	ctx, cancel := d.clock.WithTimeout(d.masked(ctx), createCheckTimeout)
	defer cancel()
	call, err := d.getCall(ctx, callID)
	switch {
	case graph.IsNotFound(err):
		diags.AddAttributeWarning(plan.call().path(), summaryNotKnown, joinParagraphs(
			fmt.Sprintf("Call %s was not found%s.", callID, inResponse(err)), notFoundMeans,
			createWillFail+endedMeans+orRemove+` If the call was placed only just now, set wait_for_call (for example "1m").`))
	case err != nil:
		d.createChecks.recordFailure(ctx, callID, err, diags)
	case call.Ended():
		diags.AddAttributeWarning(plan.call().path(), summaryAlreadyEnded, joinParagraphs(
			fmt.Sprintf("Call %s has ended: %s.", callID, endedShown(call)), createWillFail+endedMeans+orRemove))
	}
}
