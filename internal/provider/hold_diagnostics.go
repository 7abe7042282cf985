package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// What the ephemeral resources and the actions say about calls that they hold.

// addEndedDuringRun says that a call that was being kept alive has ended, and why.
func addEndedDuringRun(diags *diag.Diagnostics, callID, reason string, r keepalive.Record) {
	var until, noticed string
	if r.Sent > 0 {
		until = "It was " + keptAlive(r) + "."
	}
	if r.Ended {
		noticed = fmt.Sprintf("The keepAlive at %s found that it had ended.", timestamp(r.FailedAt))
	}
	diags.AddError(summaryEnded, joinParagraphs(
		fmt.Sprintf("Call %s ended during this run: %s.", callID, reason), until, noticed, endedMeans+"."))
}

// keptAlive says from when to when a call was kept alive.
func keptAlive(r keepalive.Record) string {
	if r.Sent == 1 {
		return "last kept alive at " + timestamp(r.Last)
	}
	return fmt.Sprintf("kept alive from %s to %s (keepAlives: %d)", timestamp(r.First), timestamp(r.Last), r.Sent)
}

// lostMessage is why a call is over that no keepAlive has reached in time.
var lostMessage = fmt.Sprintf("no keepAlive has succeeded for %s, after which Graph ends a call", tfvalue.FormatDuration(keepalive.Limit))

// lostReason is the reason for the end of a call that no keepAlive has reached in time.
func lostReason(r keepalive.Record) string {
	unseen := ""
	if !r.Shown.IsZero() {
		unseen = fmt.Sprintf(", and Graph last showed it as alive at %s", timestamp(r.Shown))
	}
	return fmt.Sprintf("%s%s. Failed attempts: %d; the last one at %s:\n%s",
		lostMessage, unseen, r.Failures, timestamp(r.FailedAt), describeFailure(r.Failure))
}

// addFailingWarning says that a call is alive at the end of the run, but may not be for long.
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
	since := fmt.Sprintf("Failed attempts since then: %d; the last one at %s:", r.Failures, timestamp(r.FailedAt))
	if r.Failures == 0 {
		since = fmt.Sprintf("No other was sent until %s:", timestamp(r.FailedAt))
	}
	return fmt.Sprintf("The last successful keepAlive%s was at %s. %s\n%s", ofCall, timestamp(r.Last), since, describeFailure(r.Failure)),
		known + " " + lifetime(r)
}

// lifetime says until when a call lives. One that Graph shows as alive past its expiry has
// been reached by a keepAlive whose response was lost.
func lifetime(r keepalive.Record) string {
	if expiry := keepalive.Expiry(r.Last); r.FailedAt.Before(expiry) && r.Shown.IsZero() {
		return fmt.Sprintf("Graph ends it at %s unless another keepAlive follows.", timestamp(expiry))
	}
	return fmt.Sprintf("Graph ends it %s after the last keepAlive that it accepted; responses may have been lost.", tfvalue.FormatDuration(keepalive.Limit))
}
