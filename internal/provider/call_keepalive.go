package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
)

// What the resource, the ephemeral resource and the action named msgraph_call_keepalive
// have in common.

const (
	headersDescription   = "Extra headers of the `keepAlive` request."
	requestIDDescription = "Graph's `request-id` of the last `keepAlive`, which Microsoft's support asks for."
	rfc3339Description   = " RFC 3339, UTC."
)

var (
	// holdRenewAfterDescription is that of renew_after where the provider itself keeps time.
	holdRenewAfterDescription = fmt.Sprintf("How long after one `keepAlive` the next one is sent, as a duration such as `\"10m\"`: "+
		"at least %s, below %s, which is Graph's limit (default: `\"%s\"`, as Microsoft recommends). What it leaves of the limit is the "+
		"time that Graph may be out of reach without harm: a failed `keepAlive` is tried again every minute.",
		formatDuration(keepalive.MinRenewAfter), formatDuration(keepalive.Limit), formatDuration(keepalive.RecommendedRenewAfter))

	expiryDescription = fmt.Sprintf("`last_keepalive_at` and %s.", formatDuration(keepalive.Limit))
)

// holdRenewAfter returns the validator for renew_after where the provider itself keeps time.
func holdRenewAfter() validator.String {
	return durationBetween(keepalive.MinRenewAfter, keepalive.Limit)
}

// configured reports whether there is a session, and says so if not: some objects can be
// asked for work before the provider has been configured.
func (s *providerData) configured(diags *diag.Diagnostics) bool {
	if s == nil {
		diags.AddError("Provider Not Configured",
			"The provider was asked to work on a call before it was given its configuration. This is a bug; please report it.")
	}
	return s != nil
}

// sender returns a function that sends one keepAlive for the call and returns when Graph
// took it.
func (s *providerData) sender(callID string, header http.Header) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) {
		k, err := s.sendKeepAlive(ctx, callID, header)
		return k.at, err
	}
}

// endReason looks at the call and reports whether it has ended, and why.
func (s *providerData) endReason(ctx context.Context, callID string) (reason string, ended bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	call, err := s.getCall(ctx, callID)
	switch {
	case graph.IsNotFound(err):
		return endedUnknown(err), true, nil
	case err == nil && call.Ended():
		return endedShown(call), true, nil
	}
	return "", false, err
}

// whyEnded says why a call is over that was being kept alive, as well as Graph still knows.
func (s *providerData) whyEnded(ctx context.Context, callID string, r keepalive.Record) string {
	reason, ended, _ := s.endReason(ctx, callID)
	switch {
	case ended:
		return reason
	case r.Ended:
		return endedUnknown(r.Failure)
	}
	return lostReason(r)
}

// addEndedDuringRun says that a call that was being kept alive has ended, and why.
func addEndedDuringRun(diags *diag.Diagnostics, callID, reason string, r keepalive.Record) {
	var until, noticed string
	if r.Sent > 0 {
		until = fmt.Sprintf("It was kept alive from %s to %s, by %d keepAlives.", timestamp(r.First), timestamp(r.Last), r.Sent)
	}
	if r.Ended {
		noticed = fmt.Sprintf("The keepAlive at %s found it gone.", timestamp(r.FailedAt))
	}
	diags.AddError(summaryEnded, joinParagraphs(
		fmt.Sprintf("Call %s ended during this run: %s.", callID, reason), until, noticed,
		"A call that has ended cannot be revived. Place the call again, and run this again with its new id."))
}

// lostReason is the reason for the end of a call that no keepAlive has reached in time.
func lostReason(r keepalive.Record) string {
	return fmt.Sprintf("no keepAlive got through for %s, after which Graph ends a call. The last of %d tries since, at %s, "+
		"says:\n%s", formatDuration(keepalive.Limit), r.Failures, timestamp(r.FailedAt), describeFailure(r.Failure))
}

// describeFailure says what was tried and what came of it.
func describeFailure(err error) string {
	var failure *graph.Error
	if !errors.As(err, &failure) {
		return capitalize(err)
	}
	return describe(failure)
}

// addFailingWarning says that a call has outlived the run, but may not do so for long.
func addFailingWarning(diags *diag.Diagnostics, callID string, alive bool, r keepalive.Record) {
	known := "Whether it is alive is not known"
	if alive {
		known = "Graph still shows it as alive"
	}
	diags.AddWarning("Call May End Soon", fmt.Sprintf("The last keepAlive that reached call %s was at %s. Tries that have failed since: %d, "+
		"the last one at %s.\n%s\n\n%s. Graph ends it at %s unless a keepAlive reaches it before.",
		callID, timestamp(r.Last), r.Failures, timestamp(r.FailedAt), describeFailure(r.Failure), known, timestamp(keepalive.Expiry(r.Last))))
}

// timestamp writes a time for a diagnostic.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
