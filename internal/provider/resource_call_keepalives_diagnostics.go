package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// placeAgain is what to do about a call that has ended.
const placeAgain = "Place the call again and use its new ID" + orRemoveEntry + "."

// What to say about calls that are not alive, by what is known of them.
var (
	callsEndedInApply = explanation{summaryEnded, placeAgain +
		` Until then, because on_ended is "error", every apply ends in this error, and nothing that depends on this resource is applied.`}
	callsEndedReported = explanation{summaryEnded, "The next refresh adds it to ended. " + placeAgain}
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
	if ended := append(reasonsOf(k.ended), k.knownReasons()...); len(ended) > 0 {
		problems = append(problems, problem{callsDiagnostic{explanation: endedExplanation, reasons: ended}, atEnds})
	}
	if len(k.hungUp) > 0 {
		problems = append(problems, problem{callsDiagnostic{explanation: callsHungUp, reasons: reasonsOf(k.hungUp)}, atEnds})
	}
	for _, p := range problems {
		closing := k.achieved(p.calls(), p.severity)
		if p.explanation == endedExplanation && len(k.succeeded) == 0 && !k.by.recorded() {
			closing = adviceMaybeAnotherApplication
		}
		p.add(diags, p.severity, closing)
	}
}

// knownReasons are why the calls in ended have ended.
func (k *keepAlivesApply) knownReasons() []callReason {
	var reasons callReasons
	for _, c := range k.knownEnd {
		reason, _ := tfvalue.KnownString(k.wasEnded[c.name])
		reasons.add(c, reason, func() callReason { return callReason{text: reason} })
	}
	return reasons.list
}

// achieved says which calls were kept alive, after a diagnostic about that many others.
func (k *keepAlivesApply) achieved(others int, severity diag.Severity) string {
	n := len(k.succeeded)
	if n == 0 {
		return ""
	}
	text := othersKept(n, others, k.total)
	if k.create && severity == diag.SeverityError {
		return strings.TrimSuffix(text, ".") + ": " + listNames(k.succeeded) + ". The resource is not in state, so the next apply sends a keepAlive to each call again."
	}
	return text
}
