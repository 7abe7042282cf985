package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
)

// endedIsErrorMeans is what a call that has ended means for what comes next.
const endedIsErrorMeans = `Until then, with on_ended = "error", every plan shows an update of this resource, and nothing that depends on it is ` +
	`applied. With on_ended = "report", the apply succeeds, and the calls are listed in ended.`

// What to say about calls that are not alive, by what is known of them.
var (
	callsEndedInApply  = explanation{summaryEnded, endedMeans + orRemoveEntry + ". " + endedIsErrorMeans}
	callsEndedReported = explanation{summaryEnded, "The next refresh adds it to ended. " + endedMeans + orRemoveEntry + "."}
	callsHungUp        = explanation{summaryEnded, "This run has hung up the call itself: it destroyed a resource with hang_up_on_destroy = true for " +
		"the same call. " + endedMeans + orRemoveEntry + ".\n\nTo take over calls from such resources, apply hang_up_on_destroy = false " +
		"to them first, or use removed { lifecycle { destroy = false } }."}
	callsMayBeHungUp = explanation{summaryMayBeHungUp, "This plan destroys resources with hang_up_on_destroy = true for calls that this " +
		"resource keeps alive. Terraform may do this in either order: if it destroys first, the calls end.\n\n" +
		"To take over calls from such resources, apply hang_up_on_destroy = false to them first, or use removed { lifecycle { destroy = false } }."}
)

// report says what failed, and what was done all the same: one diagnostic for each kind of failure.
func (k *keepAlivesApply) report(diags *diag.Diagnostics) {
	type problem struct {
		callsDiagnostic
		severity diag.Severity
	}
	var problems []problem
	atEnds := diag.SeverityError
	endedExplanation := callsEndedInApply
	if !k.model.endedIsError() {
		atEnds, endedExplanation = diag.SeverityWarning, callsEndedReported
	}
	for _, d := range groupFailures(k.failures) {
		severity := diag.SeverityError
		if d.kind == graph.KindNotFound {
			severity, d.advice = atEnds, d.advice+afterWait(k.waited)
		}
		problems = append(problems, problem{d, severity})
	}
	if ended := reasonsOf(k.ended); len(ended)+len(k.knownEnd) > 0 {
		if len(k.knownEnd) > 0 {
			ended = append(ended, callReason{calls: k.knownEnd, text: "Already ended before this apply. For the reason, see the attribute ended"})
		}
		problems = append(problems, problem{callsDiagnostic{explanation: endedExplanation, reasons: ended}, atEnds})
	}
	if len(k.hungUp) > 0 {
		problems = append(problems, problem{callsDiagnostic{explanation: callsHungUp, reasons: reasonsOf(k.hungUp)}, atEnds})
	}
	for _, p := range problems {
		closing := k.achieved(p.calls(), p.severity)
		if p.explanation == endedExplanation && len(k.succeeded) == 0 && !k.by.recorded {
			closing = adviceMaybeAnotherApplication
		}
		p.add(diags, p.severity, closing)
	}
}

// achieved says which calls were kept alive, after a diagnostic about that many others.
func (k *keepAlivesApply) achieved(others int, severity diag.Severity) string {
	n := len(k.succeeded)
	if n == 0 {
		return ""
	}
	text := fmt.Sprintf("%d of %d calls were kept alive", n, k.total)
	switch all := n+others == k.total; {
	case all && n == 1:
		text = "The other call was kept alive"
	case all:
		text = fmt.Sprintf("The other %d calls were kept alive", n)
	case n == 1:
		text = fmt.Sprintf("1 of %d calls was kept alive", k.total)
	}
	if k.create && severity == diag.SeverityError {
		return text + ": " + listNames(k.succeeded) + ". The resource is not in state, so the next apply sends a keepAlive to each call again."
	}
	return text + "."
}
