package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// What to say about calls of a group that is held.
var (
	callsNotFoundOnHold = explanation{summaryNotFound, notFoundMeans + endedMeans + orRemoveEntry + ". If the call was placed only just now, wait " +
		"until Graph knows it: the resource msgraph_call_keepalives does so with wait_for_call."}
	callsEndedOnHold = explanation{summaryEnded, placeAgain}
)

// reportNeverKeptAlive says which calls were never kept alive, and why; closing ends each diagnostic.
func reportNeverKeptAlive(failures []callFailure, endedIsError bool, closing func(others int) string, diags *diag.Diagnostics) {
	for _, d := range groupFailures(failures) {
		if d.kind == graph.KindNotFound {
			d.explanation, d.warning = callsNotFoundOnHold, !endedIsError
			if endedIsError {
				d.advice += ` With on_ended = "report", such a call is a warning.`
			}
		}
		d.add(diags, closing(d.calls()))
	}
}

// failures returns the calls whose last keepAlive failed, and why.
func (h groupRecords) failures() (failures []callFailure) {
	for i, r := range h.records {
		if r.Failure != nil {
			failures = append(failures, callFailure{h.group.calls[i], r.Failure})
		}
	}
	return failures
}

// logFailures writes failures to the log, each reason once.
func logFailures(ctx context.Context, message string, failures []callFailure) {
	for _, r := range reasonsOf(failures) {
		tflog.Warn(ctx, message, map[string]any{"calls": listNames(r.calls), "error": r.first.Error()})
	}
}

// neverKeptAlive returns the calls that were never kept alive, and why.
func (h groupRecords) neverKeptAlive() (failures []callFailure) {
	for i, r := range h.records {
		if r.Sent == 0 && r.Failure != nil {
			failures = append(failures, callFailure{h.group.calls[i], r.Failure})
		}
	}
	return failures
}

// partition returns the numbers of the calls that are over although they were kept alive, of those whose last keepAlive
// failed or was not sent in time, and of those that are alive.
func (h groupRecords) partition(ends map[int]endedCall) (over, failing, alive []int) {
	for i, r := range h.records {
		_, ended := ends[i]
		switch {
		case r.Sent == 0:
		case ended || r.Over():
			over = append(over, i)
		case r.Failure != nil:
			failing = append(failing, i)
		default:
			alive = append(alive, i)
		}
	}
	return over, failing, alive
}

// othersHeld says how many of all calls were held to the end, after a diagnostic about that many others.
func othersHeld(held, others, all int) string {
	switch {
	case held == 0:
		return ""
	case held+others < all:
		return fmt.Sprintf("Held to the end: %d of %d calls.", held, all)
	case held == 1:
		return "The other call was held to the end."
	}
	return fmt.Sprintf("The other %d calls were held to the end.", held)
}

// othersKept says how many of all calls got a keepAlive, in the same way.
func othersKept(kept, others, all int) string {
	switch {
	case kept == 0:
		return ""
	case kept+others < all && kept == 1:
		return fmt.Sprintf("1 of %d calls was kept alive.", all)
	case kept+others < all:
		return fmt.Sprintf("%d of %d calls were kept alive.", kept, all)
	case kept == 1:
		return "The other call was kept alive."
	}
	return fmt.Sprintf("The other %d calls were kept alive.", kept)
}

// reportEnded says which calls ended while they were held, and why.
func (h groupRecords) reportEnded(over []int, ends map[int]endedCall, closing string, diags *diag.Diagnostics) {
	callsDiagnostic{explanation: callsEndedOnHold, warning: !h.group.endedIsError, reasons: h.endReasons(over, ends)}.add(diags, closing)
}

// endReasons groups calls that are over by the reason.
func (h groupRecords) endReasons(over []int, ends map[int]endedCall) []callReason {
	var reasons callReasons
	for _, n := range over {
		reasons.add(h.group.calls[n], ends[n].reason, func() callReason { return callReason{text: h.endText(n, ends[n])} })
	}
	for i, r := range reasons.list {
		if len(r.calls) > 1 {
			reasons.list[i].text += " (the first of them)"
		}
	}
	return reasons.list
}

// endText says why one call is over, and until when it was kept alive.
func (h groupRecords) endText(n int, end endedCall) string {
	r, text := h.records[n], end.withIDs()
	switch {
	case r.Lost && r.Failures == 0:
		text += "; no other was sent in time"
	case r.Lost:
		text += fmt.Sprintf("; failed attempts: %d, the last one at %s with %s", r.Failures, timestamp(r.FailedAt), shortReason(r.Failure))
	}
	return text + "; " + keptAlive(r)
}

// reportFailing says which calls are alive at the end of the run, but may not be for long.
func (h groupRecords) reportFailing(failing []int, alive map[int]bool, diags *diag.Diagnostics) {
	failures := make([]callFailure, len(failing))
	numbers := make(map[string]int, len(failing))
	for i, n := range failing {
		failures[i] = callFailure{h.group.calls[n], h.records[n].Failure}
		numbers[failures[i].call.id] = n
	}
	reasons := reasonsOf(failures)
	for i := range reasons {
		n := numbers[reasons[i].calls[0].id]
		failed, outlook := describeFailing("", alive[n] || shownAlive(h.records[n]), h.records[n])
		reasons[i].text = failed + "\n" + outlook
	}
	advice := fmt.Sprintf("Graph ends a call %s after the last keepAlive that it accepted.", tfvalue.FormatDuration(keepalive.Limit))
	callsDiagnostic{explanation: explanation{summaryMayEndSoon, advice}, warning: true, reasons: reasons}.add(diags, "")
}

// keptTimes are when the first keepAlive of calls was accepted, and the oldest of their last ones; zero for no calls.
func (h groupRecords) keptTimes(numbers []int) (first, last time.Time) {
	for _, n := range numbers {
		r := h.records[n]
		if first.IsZero() || r.First.Before(first) {
			first = r.First
		}
		if last.IsZero() || r.Last.Before(last) {
			last = r.Last
		}
	}
	return first, last
}
