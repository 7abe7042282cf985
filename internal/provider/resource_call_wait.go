package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

const (
	// establishedPoll is how often a call that is being established is read.
	establishedPoll = 2 * time.Second
	// secondLook is how long after a 404 the call is read again before the 404 counts: a single one can be false.
	secondLook = 5 * time.Second
	// knownWithin is how long after it was placed a call may not be known yet: what GET responds just after the 201 is not documented.
	knownWithin = 30 * time.Second
)

// establishedStates are those of a call that is or was established. The set of states is open, and of any other
// it is not known whether the call will be.
//
// Source: https://learn.microsoft.com/en-us/graph/api/resources/call
var establishedStates = []string{"established", "hold", "transferring", "transferaccepted"}

// awaitEstablished waits until a call that was placed just now is established. It adds an error when that fails, and
// returns whether the call is gone for certain.
func (d *providerData) awaitEstablished(ctx context.Context, callID string, deadline time.Time, timeout time.Duration, diags *diag.Diagnostics) (gone bool) {
	local := d.clock.Local() // Graph's time may be corrected while this waits
	began := local.Now()
	shown, missing := "", 0
	for {
		call, err := d.getCall(ctx, callID)
		pause := establishedPoll
		switch {
		case err == nil && call.Ended():
			addEndedOnPlacing(diags, callID, endedShown(call))
			return true
		case err == nil && slices.Contains(establishedStates, strings.ToLower(call.State)):
			return false
		case err == nil:
			shown, missing = call.State, 0
		case notKnownToGraph(err):
			missing++
			if missing > 1 && (shown != "" || local.Now().Sub(began) >= knownWithin) {
				_ = d.client.HangUp(ctx, callID) // should it go on all the same
				addEndedOnPlacing(diags, callID, endedUnknown(err))
				return true
			}
			pause = secondLook
		case ctx.Err() == nil && !transientFailure(err):
			addPlacedButError(diags, callID, err)
			return false
		}
		left := deadline.Sub(local.Now())
		if left > 0 {
			_ = local.Sleep(ctx, min(pause, left))
		}
		switch {
		case errors.Is(ctx.Err(), context.Canceled):
			addWaitInterrupted(diags, callID)
			return false
		case left <= 0 || ctx.Err() != nil:
			addNotEstablished(diags, callID, shown, timeout, err)
			return false
		}
	}
}

// transientFailure reports whether reading a call failed in a way that says nothing about the next time.
func transientFailure(err error) bool {
	var failure *graph.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Kind() {
	case graph.KindNetwork, graph.KindNotGraph, graph.KindThrottled, graph.KindUnavailable, graph.KindProxy, graph.KindUnreachable, graph.KindNotFound:
		return true
	default:
		return false
	}
}

// notKnownToGraph reports whether err is a 404 with an error code of Graph's. Only such a one counts for a call that
// Terraform has placed: a gateway responds 404 as well, and to believe it would place the call a second time.
func notKnownToGraph(err error) bool {
	failure, ok := errors.AsType[*graph.Error](err)
	return ok && graph.IsNotFound(err) && failure.Last.Code != ""
}

// notFoundByGateway is what to say about any other 404.
var notFoundByGateway = explanation{explanations[graph.KindNotGraph].summary,
	"A 404 from Graph has an error code, and this one has none: it may come from something between this machine and Graph, such as a " +
		"proxy or a gateway. The state of the call is not known, and nothing was changed in Terraform. Check the proxy settings, graph_endpoint " +
		"and the network. If the call is known to have ended, terraform state rm removes the resource from state."}

// getPlacedCall reads the call. That Graph does not know it counts only when it says so twice, some seconds apart, and
// of a call that was placed just now for half a minute. The timeout bounds each request, and the pauses do not count.
func (d *providerData) getPlacedCall(
	ctx context.Context, callID string, placedAt time.Time, timeout time.Duration,
) (call graph.Call, caller graph.Caller, err error) {
	err = d.untilKnown(ctx, placedAt, timeout, func(ctx context.Context) (err error) {
		call, caller, err = d.getCallAs(ctx, callID)
		return err
	})
	return call, caller, err
}

// untilKnown sends a request about a placed call until Graph knows the call, or does not for certain.
func (d *providerData) untilKnown(ctx context.Context, placedAt time.Time, timeout time.Duration, send func(context.Context) error) error {
	for missing := 0; ; {
		err := d.within(ctx, timeout, send)
		if !notKnownToGraph(err) {
			return err
		}
		missing++
		if missing > 1 && !d.placedJustNow(placedAt) {
			return err
		}
		_ = d.clock.Local().Sleep(ctx, secondLook) // the next request says that it was interrupted
	}
}

// within sends a request that may take as long as the timeout.
func (d *providerData) within(ctx context.Context, timeout time.Duration, send func(context.Context) error) error {
	ctx, cancel := d.clock.WithTimeout(ctx, timeout)
	defer cancel()
	return send(ctx)
}

// placedJustNow reports whether Graph may not know yet a call that was placed then, by Graph's clock.
func (d *providerData) placedJustNow(placedAt time.Time) bool {
	return d.clock.Now().Sub(placedAt).Abs() < knownWithin // Graph's servers need not agree to the second
}

const (
	summaryNotEstablished = "Call Not Established"

	// tainted says what becomes of a call whose create has failed.
	tainted = "The resource is tainted: the next apply hangs up the call and places it again."
)

// addEndedOnPlacing says that a call has ended before it was established.
func addEndedOnPlacing(diags *diag.Diagnostics, callID, reason string) {
	diags.AddError(summaryNotEstablished, joinParagraphs(
		fmt.Sprintf("Call %s was placed, but ended before it was established: %s.", callID, reason),
		"Nothing is in state; the next apply places the call again. Check the target of the call, or whether the meeting admits the application."))
}

// addNotEstablished says that a call was not established in time. err is the last failure to read it, if any.
func addNotEstablished(diags *diag.Diagnostics, callID, shown string, timeout time.Duration, err error) {
	state, failed := "Graph has not shown it yet", ""
	if shown != "" {
		state = fmt.Sprintf("Graph last showed it as %q", shown)
	}
	if failure, ok := errors.AsType[*graph.Error](err); ok && (shown == "" || failure.Last != nil || !errors.Is(err, context.DeadlineExceeded)) {
		failed = describeFailure(err) // and not merely that the last read was cut short by the timeout
	}
	diags.AddError(summaryNotEstablished, joinParagraphs(
		fmt.Sprintf("Call %s was placed, but was not established within %s: %s.", callID, tfvalue.FormatDuration(timeout), state), failed,
		tainted+` To give it more time, set create in timeouts; to go on without waiting, set wait_until = "created".`))
}

// addWaitInterrupted says that a call was placed, and that nobody has waited for it.
func addWaitInterrupted(diags *diag.Diagnostics, callID string) {
	diags.AddError(explanations[graph.KindCanceled].summary, joinParagraphs(
		fmt.Sprintf("Call %s was placed, and the run was interrupted before the call was established.", callID), tainted))
}

// addPlacedButError says that a call was placed, and that it cannot be read.
func addPlacedButError(diags *diag.Diagnostics, callID string, err error) {
	text := callErrorText(err, explanation{})
	diags.AddError(text.summary, joinParagraphs(fmt.Sprintf("Call %s was placed, but cannot be read.", callID), text.detail, tainted))
}
