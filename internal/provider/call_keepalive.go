package provider

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// What the resource, the ephemeral resource and the action named msgraph_call_keepalive
// have in common.

const (
	headersDescription   = "Extra headers of the `keepAlive` request."
	requestIDDescription = "Graph's `request-id` of the last `keepAlive`, for Microsoft support."
	rfc3339Description   = " RFC 3339, UTC."
)

var (
	// holdRenewAfterDescription is that of renew_after where the provider itself keeps time.
	holdRenewAfterDescription = fmt.Sprintf("The time from one `keepAlive` to the next, as a duration such as `\"10m\"`: "+
		"at least %s, below %s, which is Graph's limit (default: `\"%s\"`, as Microsoft recommends). A failed `keepAlive` is retried "+
		"every minute, so a shorter time lets the call survive a longer outage of Graph.",
		tfvalue.FormatDuration(keepalive.MinRenewAfter), tfvalue.FormatDuration(keepalive.Limit), tfvalue.FormatDuration(keepalive.RecommendedRenewAfter))

	expiryDescription = fmt.Sprintf("`last_keepalive_at` plus %s.", tfvalue.FormatDuration(keepalive.Limit))
)

// holdRenewAfter returns the validator for renew_after where the provider itself keeps time.
func holdRenewAfter() validator.String {
	return tfvalue.DurationBelow(keepalive.MinRenewAfter, keepalive.Limit)
}

// maxHold bounds how long a call can be held: a week, far beyond the 30 hours after which Teams
// ends a meeting.
//
// Source: https://learn.microsoft.com/microsoftteams/limits-specifications-teams
const maxHold = 7 * 24 * time.Hour

// holdFor returns the validator for how long a call is held.
func holdFor() validator.String { return tfvalue.DurationBelow(0, maxHold) }

// configured reports whether there is provider data, and says so if not: some objects can be
// asked for work before the provider has been configured.
func (d *providerData) configured(diags *diag.Diagnostics) bool {
	if d == nil {
		diags.AddError("Provider Not Configured",
			"The provider received a request about a call before its configuration. This is a bug in the provider; please report it.")
	}
	return d != nil
}

// addEndedDuringRun says that a call that was being kept alive has ended, and why.
func addEndedDuringRun(diags *diag.Diagnostics, callID, reason string, r keepalive.Record) {
	var until, noticed string
	if r.Sent > 0 {
		until = fmt.Sprintf("It was kept alive from %s to %s (keepAlives: %d).", timestamp(r.First), timestamp(r.Last), r.Sent)
	}
	if r.Ended {
		noticed = fmt.Sprintf("The keepAlive at %s found that it had ended.", timestamp(r.FailedAt))
	}
	diags.AddError(summaryEnded, joinParagraphs(
		fmt.Sprintf("Call %s ended during this run: %s.", callID, reason), until, noticed, endedMeans+"."))
}

// lost is why a call is over that no keepAlive has reached in time.
var lost = fmt.Sprintf("no keepAlive has succeeded for %s, after which Graph ends a call", tfvalue.FormatDuration(keepalive.Limit))

// lostReason is the reason for the end of a call that no keepAlive has reached in time.
func lostReason(r keepalive.Record) string {
	unseen := ""
	if !r.Shown.IsZero() {
		unseen = fmt.Sprintf(", and Graph last showed it as alive at %s", timestamp(r.Shown))
	}
	return fmt.Sprintf("%s%s. Failed attempts: %d; the last one at %s:\n%s",
		lost, unseen, r.Failures, timestamp(r.FailedAt), describeFailure(r.Failure))
}

// describeFailure says what was tried, and the outcome.
func describeFailure(err error) string {
	var failure *graph.Error
	if !errors.As(err, &failure) {
		return tfvalue.Capitalize(err)
	}
	return describe(failure)
}

// addFailingWarning says that a call has outlived the run, but may not do so for long.
func addFailingWarning(diags *diag.Diagnostics, callID string, alive bool, r keepalive.Record) {
	failed, outlook := describeFailing(" of call "+callID, alive, r)
	diags.AddWarning(summaryMayEndSoon, joinParagraphs(failed, outlook))
}

// describeFailing says since when the keepAlives of a call have failed, and how long it may live.
func describeFailing(ofCall string, alive bool, r keepalive.Record) (failed, outlook string) {
	known := "The state of the call is not known."
	if alive {
		known = "Graph still shows the call as alive."
	}
	return fmt.Sprintf("The last successful keepAlive%s was at %s. Failed attempts since then: %d; the last one at %s:\n%s",
		ofCall, timestamp(r.Last), r.Failures, timestamp(r.FailedAt), describeFailure(r.Failure)), known + " " + lifetime(r)
}

// lifetime says until when a call lives. One that Graph shows as alive past its expiry has
// been reached by a keepAlive whose response was lost.
func lifetime(r keepalive.Record) string {
	if expiry := keepalive.Expiry(r.Last); r.FailedAt.Before(expiry) && r.Shown.IsZero() {
		return fmt.Sprintf("Graph ends it at %s unless another keepAlive follows.", timestamp(expiry))
	}
	return fmt.Sprintf("Graph ends it %s after the last keepAlive that it accepted; responses may have been lost.", tfvalue.FormatDuration(keepalive.Limit))
}

// timestamp writes a time for a diagnostic.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
