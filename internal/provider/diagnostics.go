package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/quote"
	"terraform-provider-msgraph/internal/tfvalue"
)

// explanation is the summary of a failure, and the advice about it.
type explanation struct{ summary, advice string }

// addCallError adds the error of a failed operation on a call, at the attribute that names the call if the error is about
// its ID. notFound, unless it is zero, explains a 404 in place of [explanations].
func addCallError(diags *diag.Diagnostics, at path.Path, err error, notFound explanation) {
	text := callErrorText(err, notFound)
	aboutID := text.kind == graph.KindNotFound || text.kind == graph.KindInvalidID
	if aboutID && !at.Equal(path.Empty()) {
		diags.AddAttributeError(at, text.summary, text.detail)
		return
	}
	diags.AddError(text.summary, text.detail)
}

// adviceRead is the rest of the advice about a refresh that timed out: Terraform gives it nothing but the state.
const adviceRead = "This read used timeouts.read from the last apply. To change it, run terraform apply -refresh=false."

// addReadError is [addCallError] for a refresh, whose errors concern no attribute.
func addReadError(diags *diag.Diagnostics, err error, notFound explanation) {
	text := callErrorText(err, notFound)
	if text.kind == graph.KindUnavailable {
		text.detail = joinParagraphs(text.detail, adviceRead)
	}
	diags.AddError(text.summary, text.detail)
}

// errorText is a diagnostic about an operation on a call.
type errorText struct {
	kind            graph.Kind
	summary, detail string
}

// callErrorText returns the diagnostic about a failed operation on a call; notFound is as in [addCallError].
func callErrorText(err error, notFound explanation) errorText {
	failure, ok := errors.AsType[*graph.Error](err)
	if !ok {
		return errorText{kind: -1, summary: "Unexpected Error", detail: tfvalue.Capitalize(err)}
	}
	kind, text := failure.Kind(), explain(failure)
	if kind == graph.KindNotFound && notFound != (explanation{}) {
		text = notFound
	}
	return errorText{kind: kind, summary: text.summary, detail: joinParagraphs(describe(failure), effectOf(failure)+text.advice)}
}

// explain returns the explanation of a failure, without its effect: see [effectOf].
func explain(failure *graph.Error) explanation {
	text := explanations[failure.Kind()]
	switch failure.Kind() {
	case graph.KindCredential, graph.KindUnreachable, graph.KindCertificate:
		if token, ok := errors.AsType[*entra.TokenError](failure); ok && len(token.Failures) > 0 {
			text = noToken[token.Cause()]
			if token.Cause() == entra.CauseRefused && token.Advised() {
				text.advice = nothingSentToGraph
			}
		}
	case graph.KindUnauthorized, graph.KindForbidden:
		text.advice = accessAdvice(failure, text.advice)
	default:
	}
	return text
}

// summaryInterrupted is the summary of an error of a run that was interrupted.
const summaryInterrupted = "Interrupted"

const stateNotKnown = "The state of the call is not known, and nothing was changed in Terraform. "

// effectOf says what a failed operation on one call, other than placing it, has changed; empty where the explanation says that.
func effectOf(failure *graph.Error) string {
	switch failure.Kind() {
	case graph.KindThrottled, graph.KindUnavailable, graph.KindRefused:
		return "Nothing was changed. "
	case graph.KindNotGraph, graph.KindNetwork, graph.KindProxy:
		return stateNotKnown
	case graph.KindStep:
		if failure.Attempts == 0 {
			return nothingSentToGraph + " "
		}
		return "Graph may already have acted; applying again is safe. "
	default:
		return ""
	}
}

const (
	summaryProxyFailed = "Proxy Failed"

	adviceThrottled = "Try again later. If it persists, lower max_concurrent_requests in the provider block."
	adviceProxy     = "Check url, username and password in the provider's proxy block, or the environment variable HTTPS_PROXY, and whether " +
		"the proxy allows connections to Graph and to Entra ID."
)

// explanations are those of each kind of failure.
var explanations = map[graph.Kind]explanation{
	graph.KindNotFound: {summaryNotFound, notFoundMeans + endedMeans + "."},
	graph.KindNotGraph: {"Unexpected Response",
		"The response did not come from Graph, but from something between this machine and Graph, such as a proxy, a gateway or a " +
			"sign-in page. Check the proxy settings, graph_endpoint and the network."},
	graph.KindUnauthorized: {"Graph Refused the Token",
		"Check that the credential, tenant_id and graph_endpoint belong to the same cloud and tenant."},
	graph.KindForbidden: {summaryDenied,
		"Graph gives access to a call only to the application that placed it, with a token of the call's tenant (otherwise code 7505: " +
			"check tenant_id), and only if an administrator of that tenant has granted consent to the application permission " +
			"Calls.Initiate.All (otherwise code 7504)."},
	graph.KindThrottled: {"Graph Is Throttling Requests", adviceThrottled},
	graph.KindUnavailable: {"Graph Is Unavailable",
		"This is on Graph's side and usually transient: try again, or, where there is a timeouts block, give the operation more time."},
	graph.KindRefused: {"Graph Refused the Request",
		"If the response does not explain it, report it with the request IDs above."},
	graph.KindNetwork: {"Graph Cannot Be Reached",
		"Check the network, the proxy settings, graph_endpoint and ca_certificate_file."},
	graph.KindCredential: credentialRefused,
	graph.KindProxy:      {summaryProxyFailed, adviceProxy},
	graph.KindStep: {"Pipeline Step Failed",
		"A failed step is not retried. Run the program by itself with a document of the protocol " +
			"(see the guide on pipeline steps), and check command, environment and timeout of the http_pipeline_step block of that name."},
	graph.KindInvalidID: {summaryInvalidID,
		"Nothing was sent. Use the ID that Graph returned for the call, such as 57dab8b1-894c-409a-b240-bd8beae78896."},
	graph.KindUnreachable: {"Connection Failed",
		"Nothing was sent to Graph. Check the network, the provider's proxy settings, graph_endpoint and authority_host."},
	graph.KindCertificate: {"Certificate Not Trusted",
		"Nothing was sent to Graph. If a proxy or a firewall on this network inspects TLS, set ca_certificate_file to a PEM file with the " +
			"certificate of its authority. Otherwise check graph_endpoint, authority_host and the clock of this machine."},
	graph.KindInvalidHeader: {"Invalid Header",
		"Nothing was sent. Check the headers of this object and of the provider."},
	graph.KindContradicted: {"Contradictory Responses",
		"Graph responded to the keepAlive with 404, but then returned the call as alive. This is usually transient: " +
			"try again."},
	graph.KindCanceled: {summaryInterrupted,
		"The run was interrupted. A request that was in flight may have taken effect; applying again is safe."},
}

const summaryEntraFailed = "No Token From Entra ID"

const nothingSentToGraph = "Nothing was sent to Graph."

var credentialRefused = explanation{summaryEntraFailed,
	"Nothing was sent to Graph. Check the provider's credential, tenant_id, client_id and authority_host."}

// noToken explains why a credential has no token. About a failed connection, the text of the failure has the rest of the advice.
var noToken = map[entra.Cause]explanation{
	entra.CauseUnreachable: {explanations[graph.KindUnreachable].summary, nothingSentToGraph},
	entra.CauseUntrusted: {explanations[graph.KindCertificate].summary,
		"Nothing was sent to Graph. If TLS is not inspected, check authority_host and the clock of this machine."},
	entra.CauseRefused: credentialRefused,
	entra.CauseUnavailable: {summaryEntraFailed,
		"Nothing was sent to Graph. The problem is in the service that issues tokens, and is usually transient: try again."},
	entra.CauseUnexpected: {"Unexpected Response",
		"The response to a token request did not come from the token endpoint. Nothing was sent to Graph. Check the proxy " +
			"settings, authority_host and the network."},
	entra.CauseLocal: {"Credential Cannot Be Used",
		"Nothing was sent to Graph. Check the provider's credential on this machine: the files, settings and commands that it names."},
}

// operationNames begin the sentence about what failed.
var operationNames = map[graph.Operation]string{
	graph.OperationKeepAlive: "The keepAlive of",
	graph.OperationGet:       "Reading",
	graph.OperationHangUp:    "Hanging up",

	graph.OperationParticipants: "Listing the participants of",
}

// describe returns what was tried, and the response.
func describe(e *graph.Error) string {
	var b strings.Builder
	if e.Operation == graph.OperationPlace {
		b.WriteString("Placing the call failed")
	} else {
		id := e.CallID
		if graph.CheckCallID(id) != nil {
			id = strconv.Quote(id)
		}
		fmt.Fprintf(&b, "%s call %s failed", operationNames[e.Operation], id)
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d requests", e.Attempts)
		if elapsed := e.Elapsed.Round(time.Second); elapsed > 0 {
			fmt.Fprintf(&b, " in %s", tfvalue.FormatDuration(elapsed))
		}
	}
	b.WriteString(".")
	if reason := reasonText(e.Err); reason != "" {
		fmt.Fprintf(&b, "\n%s", tfvalue.Capitalize(errors.New(reason)))
	}
	if e.GaveUp != "" {
		fmt.Fprintf(&b, "\nThe provider %s.", e.GaveUp)
	}
	switch {
	case e.Last != nil:
		fmt.Fprintf(&b, "\n\nResponse to %s %s:\n  %s\n  %s", e.Method, e.URL, e.Last, e.Last.IDs())
	case e.Kind() == graph.KindNotGraph: // Err is about the response
	case e.Attempts > 0: // without a token, nothing was sent
		fmt.Fprintf(&b, "\n\nThere was no response to %s %s.", e.Method, e.URL)
	}
	if id := e.ClientRequestID; e.Operation == graph.OperationPlace && id != "" && (e.Last == nil || e.Last.ClientRequestID != id) {
		fmt.Fprintf(&b, "\n  client-request-id %s, as sent", quote.UnlessPlain(id)) // nothing else finds a lost request
	}
	return b.String()
}

// contextWords says in the words of a diagnostic what Go's errors say of time that is up, and of an interrupt.
var contextWords = strings.NewReplacer(
	context.DeadlineExceeded.Error()+", and before that: ", "",
	context.DeadlineExceeded.Error(), "timed out",
	context.Canceled.Error(), "interrupted",
)

// reasonText returns why an attempt got no response; empty if only the operation's time was up, or the run was interrupted: that
// is said anyway.
func reasonText(err error) string {
	if err == nil || err.Error() == context.DeadlineExceeded.Error() || err.Error() == context.Canceled.Error() {
		return ""
	}
	return contextWords.Replace(err.Error())
}

// noCallIDIn returns what is wrong with a text without a call ID, and the forms that have one.
func noCallIDIn(err error) string {
	return tfvalue.Capitalize(err) + "\n\nA call ID can be read from:\n" + graph.CallIDForms
}

func joinParagraphs(paragraphs ...string) string {
	var kept []string
	for _, p := range paragraphs {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n\n")
}

// shortReason says in a few words why a keepAlive failed.
func shortReason(err error) string {
	failure, ok := errors.AsType[*graph.Error](err)
	switch {
	case !ok:
		return contextWords.Replace(err.Error())
	case failure.Kind() == graph.KindContradicted:
		return fmt.Sprintf("%s; %s", failure.Last, failure.Err)
	case failure.Last != nil:
		return failure.Last.String()
	case failure.Err != nil:
		return contextWords.Replace(failure.Err.Error())
	}
	return err.Error()
}

// describeFailure says what was tried, and the outcome.
func describeFailure(err error) string {
	if failure, ok := errors.AsType[*graph.Error](err); ok {
		return describe(failure)
	}
	return tfvalue.Capitalize(err)
}

// timestamp writes a time for a diagnostic.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
