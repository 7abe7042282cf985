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
	endIsWarning, endedExplanation := false, callsEndedInApply
	if !k.model.endedIsError() {
		endIsWarning, endedExplanation = true, callsEndedReported
	}
	problems := groupFailures(k.failures)
	for i, d := range problems {
		if d.kind == graph.KindNotFound {
			problems[i].warning, problems[i].advice = endIsWarning, d.advice+afterWait(k.waited)
		}
	}
	problems = append(problems,
		callsDiagnostic{explanation: endedExplanation, warning: endIsWarning, reasons: append(reasonsOf(k.ended), k.knownReasons()...)},
		callsDiagnostic{explanation: callsHungUp, warning: endIsWarning, reasons: reasonsOf(k.hungUp)})
	for _, d := range problems {
		closing := k.achieved(d)
		if d.explanation == endedExplanation && len(k.succeeded) == 0 && !k.by.recorded() {
			closing = adviceMaybeAnotherApplication
		}
		d.add(diags, closing)
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

// achieved says which calls were kept alive, after a diagnostic about others.
func (k *keepAlivesApply) achieved(others callsDiagnostic) string {
	n := len(k.succeeded)
	if n == 0 {
		return ""
	}
	text := othersKept(n, others.calls(), k.total)
	if k.create && !others.warning {
		return strings.TrimSuffix(text, ".") + ": " + listNames(k.succeeded) + ". The resource is not in state, so the next apply sends a keepAlive to each call again."
	}
	return text
}
