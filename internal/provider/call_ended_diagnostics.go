package provider

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Texts about a call that is not alive. There are two possible reasons why Graph does not know a call,
// so only a call that was seen alive is said to have ended: in the same run,
// or, by its state, in an earlier one.
const (
	summaryEnded    = "Call Has Ended"
	summaryNotFound = "Call Not Found"

	// The warnings of a plan about a call whose first keepAlive is still to come.
	summaryNotKnown     = "Graph Does Not Know the Call"
	summaryAlreadyEnded = "Call Has Already Ended"

	// notFoundMeans is what is known of a call that was never seen alive.
	notFoundMeans = "Graph does not know this call: it has ended, or it was never a call of this application and tenant. Check the ID, and " +
		"that the provider's tenant_id and client_id are those of the application that placed the call. "
	// It fits a call that msgraph_call has placed as well as any other.
	endedMeans = "A call that has ended cannot be revived: place the call again and use its new ID (if the ID comes from the resource msgraph_call, " +
		"the next apply does both)"
	orRemove = ", or remove the resource from the configuration."
	// orRemoveEntry is orRemove for an object with many calls.
	orRemoveEntry = ", or remove its entry from calls"

	orWaitForCall = ` If the call was placed only just now, set wait_for_call (for example "1m").`
)

// afterWait says how long the provider has waited for a call that it did not find, or with which attribute it would.
func afterWait(waited time.Duration) string {
	if waited <= 0 {
		return orWaitForCall
	}
	return fmt.Sprintf(" The provider waited %s for the call (wait_for_call).", tfvalue.FormatDuration(waited))
}

// notFoundOnCreate explains that Graph does not know the call after so long a wait.
func notFoundOnCreate(waited time.Duration) explanation {
	return explanation{summaryNotFound, notFoundMeans + endedMeans + orRemove + afterWait(waited)}
}

// What to say when Graph does not know the call, by operation.
var (
	notFoundOnUpdate = explanation{summaryNotFound, notFoundMeans + endedMeans + orRemove}
	notFoundOnOpen   = explanation{summaryNotFound, notFoundMeans + endedMeans + ". If the call was placed only just now, wait until Graph " +
		"knows it: the resource msgraph_call_keepalive does so with wait_for_call."}

	endedOnUpdate  = explanation{summaryEnded, "The next plan will show that the resource is gone. " + endedMeans + orRemove}
	hungUpOnCreate = explanation{summaryEnded, "This run has hung up the call itself: it destroyed a resource with hang_up_on_destroy = true " +
		"for the same call before it created this one, as when a resource is replaced or its address changes. " + endedMeans + ".\n\n" +
		"To keep a call alive through such a change, use a moved block for a new address, triggers or the action " +
		"msgraph_call_keepalive in place of -replace and replace_triggered_by, or lifecycle { create_before_destroy = true }."}
)

// addEndedWarning says that a call that was seen alive has ended, and why; becomes is what becomes of its resource.
func addEndedWarning(diags *diag.Diagnostics, callID, reason string, becomes explanation) {
	diags.AddWarning(ofCall(becomes.summary, callID), joinParagraphs(fmt.Sprintf("Call %s has ended: %s.", callID, reason), becomes.advice))
}

// addNotFoundWarning says that Graph does not know a call that was never seen alive.
func addNotFoundWarning(diags *diag.Diagnostics, callID string, err error) {
	diags.AddWarning(ofCall(summaryNotFound, callID), joinParagraphs(
		fmt.Sprintf("Call %s was not found%s.", callID, inResponse(err)), notFoundMeans, removedFromState.advice))
}

// ofCall is the summary of a warning about a call. Terraform shows only one of several warnings with the same
// summary, and with it one reason.
func ofCall(summary, callID string) string { return summary + ": " + callID }

// What becomes of the resource of a call that is gone: one that Terraform has not placed, and one that it has, by on_ended.
var (
	removedFromState = explanation{summaryEnded, "Terraform removes the resource from state and plans to create it. Applying that plan fails while " +
		"Graph does not know the call. " + endedMeans + orRemove}
	placedAgain = explanation{"Call Will Be Placed Again", "Terraform removes the resource from state, and applying its configuration places the call " +
		`again. To prevent that, remove the resource from the configuration. on_ended = "keep" has an effect only if it was applied before the call ended.`}
	keptInState = explanation{summaryEnded, `The resource stays in state with alive = false, because on_ended is "keep". To place the call again, ` +
		`set on_ended = "replace".`}
)

// addImportError says that a call cannot be imported, and why.
func addImportError(diags *diag.Diagnostics, callID string, call graph.Call, err error) {
	if err != nil {
		diags.AddError(summaryNotFound, joinParagraphs(
			fmt.Sprintf("Call %s cannot be imported: it was not found%s.", callID, inResponse(err)), notFoundMeans+endedMeans+"."))
		return
	}
	diags.AddError(summaryEnded, joinParagraphs(
		fmt.Sprintf("Call %s cannot be imported, because it has ended: %s.", callID, reasonShown(call)), endedMeans+"."))
}

// inResponse adds Graph's response in brackets, where there is one.
func inResponse(err error) string {
	failure, ok := errors.AsType[*graph.Error](err)
	if !ok || failure.Last == nil {
		return ""
	}
	return fmt.Sprintf(" (response: %s; %s)", failure.Last, failure.Last.IDs())
}
