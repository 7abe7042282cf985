package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/quote"
	"terraform-provider-msgraph/internal/tfvalue"
)

const (
	summaryNotPlaced      = "Call Not Placed"
	summaryMaybePlaced    = "Call May Have Been Placed"
	summaryNotEstablished = "Call Not Established"

	adviceMaybePlaced = "Graph may have placed the call, but the provider did not receive its ID. The call is not in state, and the request was not " +
		"retried, because that could place a second call. A call that is not kept alive ends within 45 minutes. Before you apply again, " +
		"check whether the application is in the meeting, or whether the callee was called; with the IDs above, Microsoft support can find the request."
	adviceTainted = "The resource is tainted: the next apply hangs up the call and places it again."
)

// notFoundOncePlaced explains that Graph does not know a call that it has just accepted, and that may still be alive.
var notFoundOncePlaced = explanation{summaryNotEstablished,
	"The call may have ended, or Graph may be slow to show it. If it is alive and not kept alive, it ends within 45 minutes."}

// endedOnKeepAlive explains that Graph does not know a call that Terraform has placed.
var endedOnKeepAlive = explanation{summaryEnded, "Run Terraform again: it reads the call, and if it has ended, does what on_ended says."}

// placeAdvice is the advice if no call was placed, by kind, where it differs from that for other operations.
var placeAdvice = map[graph.Kind]string{
	graph.KindForbidden: "Placing a call requires an application permission with an administrator's consent: Calls.JoinGroupCall.All to join a meeting, " +
		"Calls.Initiate.All to call one user, application or phone number, Calls.InitiateGroupCall.All to call several users.",
	graph.KindUnavailable: "This is on Graph's side and usually transient: try again.",
	graph.KindNotGraph:    "The response did not come from Graph. Check the proxy settings, graph_endpoint and the network.",
	graph.KindNetwork:     "Graph could not be reached. Check the network, the proxy settings, graph_endpoint and ca_certificate_file.",
	graph.KindCanceled:    "The run was interrupted.",
	graph.KindStep:        "Check command, environment and timeout of the http_pipeline_step block of that name.",
}

// addPlaceError adds the error of a failed request to place a call.
func (d *providerData) addPlaceError(diags *diag.Diagnostics, err error) {
	failure, ok := errors.AsType[*graph.Error](err)
	if !ok {
		diags.AddError(summaryNotPlaced, tfvalue.Capitalize(err))
		return
	}
	inner, advice := d.effectiveError(failure)
	if failure.MayHaveTakenEffect {
		diags.AddError(summaryMaybePlaced, joinParagraphs(describe(failure), inner, advice, adviceMaybePlaced))
		return
	}
	text := explanation{summaryNotPlaced, advice}
	switch general, known := placeAdvice[failure.Kind()]; {
	case failure.Kind() == graph.KindCanceled:
		text = explanation{summaryInterrupted, general}
	case slices.Contains(neverSent, failure.Kind()):
		text = explain(failure)
	case advice != "":
	case known && (!failure.Delegated || failure.Kind() != graph.KindForbidden): // a user's token has its own advice
		text.advice = general
	default:
		text.advice = explain(failure).advice
	}
	diags.AddError(text.summary, joinParagraphs(describe(failure), inner, "No call was placed. "+text.advice))
}

// neverSent are the kinds of failure that keep any request from being sent.
var neverSent = []graph.Kind{graph.KindCredential, graph.KindUnreachable, graph.KindCertificate, graph.KindInvalidHeader}

// effectiveError returns the calling service's error if it is inside of the message of Graph's, and the advice about its code.
func (d *providerData) effectiveError(failure *graph.Error) (inner, advice string) {
	if failure.Last == nil || failure.Last.Success() {
		return "", ""
	}
	code, message := graph.EffectivePlaceError(failure.Last.Code, failure.Last.Message)
	if code != failure.Last.Code || message != failure.Last.Message {
		// A secret that was encoded inside of the message can be found only now.
		inner = fmt.Sprintf("That is: code %s, %s.", quote.UnlessPlain(d.secrets.Text(code)), quote.Line(d.secrets.Text(message)))
	}
	return inner, failure.Last.PlaceAdvice()
}

// addWaitError adds the error of [providerData.awaitEstablished], if any, and reports whether the call is gone.
func addWaitError(diags *diag.Diagnostics, callID string, timeout time.Duration, err error) (gone bool) {
	ended, gone := errors.AsType[endedError](err)
	late, timedOut := errors.AsType[timedOutError](err)
	switch {
	case err == nil:
	case gone:
		diags.AddError(summaryNotEstablished, joinParagraphs(
			fmt.Sprintf("Call %s was placed, but ended before it was established: %s.", callID, ended),
			"Nothing is in state; the next apply places the call again. Check the target of the call, or whether the meeting admits the application."))
	case timedOut:
		diags.AddError(summaryNotEstablished, joinParagraphs(
			fmt.Sprintf("Call %s was placed, but was not established within %s: %s.", callID, tfvalue.FormatDuration(timeout), late), late.lastRead(),
			adviceTainted+` To give it more time, set create in timeouts; to go on without waiting, set wait_until = "created".`))
	case errors.Is(err, context.Canceled):
		diags.AddError(summaryInterrupted, joinParagraphs(
			fmt.Sprintf("Call %s was placed, and the run was interrupted before the call was established.", callID), adviceTainted))
	default:
		text := callErrorText(err, notFoundOncePlaced)
		diags.AddError(text.summary, joinParagraphs(fmt.Sprintf("Call %s was placed, but cannot be read.", callID), text.detail, adviceTainted))
	}
	return gone
}

// lastRead describes the last read whose outcome is known, if it failed.
func (e timedOutError) lastRead() string {
	failure, ok := errors.AsType[*graph.Error](e.err)
	switch {
	case !ok:
		return ""
	case failure.Last != nil && reasonText(failure.Err) == "":
		return fmt.Sprintf("The last response was %s (%s).", failure.Last, failure.Last.IDs())
	}
	return describe(failure)
}
