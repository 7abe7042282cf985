package provider

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// createCheckTimeout bounds the GET that the plan of a create sends, including its token request: a
// plan that cannot read the call goes on without. Terraform does not pass on an interrupt while an
// apply plans, so this is also how long a user may have to wait then.
const createCheckTimeout = 10 * time.Second

// createChecks is what a provider process knows of the calls that its plan is to create. The zero
// value is ready for use, by several plans at the same time.
type createChecks struct {
	failed atomic.Bool // a GET failed as one for any other call would
	// checked has the calls that the refresh of a msgraph_call_keepalive has warned of, and those that the plan of a replacement
	// has read. A lab does not ask: its warning names entries.
	checked sync.Map
}

// markChecked records that the plan of the call's create need not read it.
func (c *createChecks) markChecked(callID string) { c.checked.Store(sameCall(callID), true) }

// recordFailure records a failure other than a 404, and reports whether it is an error of the plan: one of the
// provider's configuration, once.
func (c *createChecks) recordFailure(ctx context.Context, callID string, err error) (report bool) {
	tflog.Debug(ctx, "The plan could not read a call that is to be kept alive", map[string]any{"call_id": callID, "error": err.Error()})
	failure, ok := errors.AsType[*graph.Error](err)
	if ok && failure.Kind() == graph.KindForbidden {
		return false
	}
	return !c.failed.Swap(true) && ok && failure.Unusable()
}

// checksCreates reports whether a plan reads the calls that it is to create. With wait_for_call, Graph may not know
// them yet; and a failure that any call would meet leaves the rest to the apply.
func (d *providerData) checksCreates(waitForCall types.String) bool {
	mayAppear := waitForCall.IsUnknown() || tfvalue.Duration(waitForCall) > 0
	return !mayAppear && !d.createChecks.failed.Load()
}

// createWillFail says how applying the plan that a warning is about ends.
const createWillFail = "Applying this plan still sends a keepAlive, and fails if Graph does not accept it. "
