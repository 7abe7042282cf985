package provider

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform-provider-msgraph/internal/graph"
)

// summaryEnded is the summary of everything that says that a call is gone.
const summaryEnded = "Call Has Ended"

// What to do about a call that Graph does not know, by what was being done.
const (
	adviceOnCreate = "A call that has ended cannot be revived. Place the call again and give its new id, or remove this " +
		"resource from the configuration. If the call is only just being placed, give wait_for_call some time " +
		`(for example "1m"). If it is a call of another tenant, check the provider's tenant_id.`
	adviceOnUpdate = "A call that has ended cannot be revived. The next plan will show the resource as gone; place the call " +
		"again and give its new id, or remove the resource from the configuration."
)

// addCallError adds the error that an operation on a call ended in, at the attribute that
// names the call where Graph's answer is about that. onNotFound is the advice for a call
// that Graph does not know.
func addCallError(diags *diag.Diagnostics, at path.Path, err error, onNotFound string) {
	var failure *graph.Error
	if !errors.As(err, &failure) {
		diags.AddError("Unexpected Error", capitalize(err))
		return
	}
	kind := failure.Kind()
	text := explanations[kind]
	switch kind {
	case graph.KindNotFound:
		text.advice = onNotFound
	case graph.KindUnauthorized, graph.KindForbidden:
		text.advice = accessAdvice(failure, text.advice)
	default:
	}
	detail := joinParagraphs(describe(failure), text.advice)
	if aboutID := kind == graph.KindNotFound || kind == graph.KindInvalidID; aboutID && !at.Equal(path.Empty()) {
		diags.AddAttributeError(at, text.summary, detail)
		return
	}
	diags.AddError(text.summary, detail)
}

// explanations are what to say about each kind of failure: what happened, and what to do.
var explanations = map[graph.Kind]struct{ summary, advice string }{
	graph.KindNotFound: {summaryEnded, ""},
	graph.KindNotGraph: {"Answer Not From Graph",
		"Something between this machine and Graph answered in its place, such as a proxy, a gateway or a sign-in page. " +
			"Nothing is known about the call, so nothing changed. Check the proxy settings, graph_endpoint, and the network."},
	graph.KindUnauthorized: {"Graph Refused the Token",
		"Check that the credential, tenant_id and graph_endpoint belong to the same cloud and tenant."},
	graph.KindForbidden: {"Graph Denied Access to the Call",
		"Only the application that placed the call may touch it, with a token of the call's own tenant (else code 7505: check " +
			"tenant_id), and an administrator there must have consented to its application permission Calls.Initiate.All " +
			"(else code 7504)."},
	graph.KindThrottled: {"Graph Is Throttling Requests",
		"Nothing changed. Try again later, with fewer requests at a time (terraform apply -parallelism=2), or with longer timeouts."},
	graph.KindUnavailable: {"Graph Is Unavailable",
		"Nothing changed. This is on Graph's side and usually passes: try again, or give the operation more time in timeouts."},
	graph.KindRefused: {"Graph Refused the Request",
		"Nothing changed. If the answer does not explain it, report it with the request ids above."},
	graph.KindNetwork: {"Graph Cannot Be Reached",
		"Nothing is known about the call, so nothing changed. Check the network, the proxy settings, graph_endpoint and " +
			"ca_certificate_file."},
	graph.KindCredential: {"No Token From Entra ID",
		"Nothing was sent to Graph. Check the provider's credential, tenant_id, client_id and authority_host; and if Entra ID was not " +
			"reached, the network, the proxy settings and ca_certificate_file."},
	graph.KindProxy: {"Proxy Failed",
		"Nothing is known about the call, so nothing changed. Check the url, username and password of the provider's proxy block, or the " +
			"environment variable HTTPS_PROXY, and whether the proxy lets requests by to Graph and to Entra ID."},
	graph.KindStep: {"Pipeline Step Failed",
		"A step that fails before the request goes keeps it from going; one that fails over an answer leaves done what Graph has done, which a " +
			"repeated apply does no harm to. It is not tried again. Run the program by itself on a document of the protocol (see the guide on pipeline " +
			"steps), and check command, environment and timeout of the http_pipeline_step block of that name."},
	graph.KindInvalidID: {"Invalid Call Id",
		"Nothing was sent. Give the id that Graph gave the call, such as 57dab8b1-894c-409a-b240-bd8beae78896."},
	graph.KindUnreachable: {"Connection Failed",
		"Nothing was sent to Graph. Check the network, the provider's proxy settings, graph_endpoint and authority_host."},
	graph.KindCertificate: {"Certificate Not Trusted",
		"Nothing was sent to Graph. If a proxy inspects TLS, set ca_certificate_file to the certificate of its authority; else check " +
			"graph_endpoint and authority_host."},
	graph.KindInvalidHeader: {"Invalid Header",
		"Nothing was sent. Check the headers of this object and of the provider."},
	graph.KindCanceled: {"Interrupted",
		"The run was interrupted before Graph had answered. A request that was under way may have taken effect, which does no harm."},
}

// operationNames begin the sentence that says what failed.
var operationNames = map[graph.Operation]string{
	graph.OperationKeepAlive: "The keepAlive of",
	graph.OperationGet:       "Reading",
	graph.OperationHangUp:    "Hanging up",
}

// describe says what was tried and what came of it.
func describe(e *graph.Error) string {
	var b strings.Builder
	id := e.CallID
	if graph.CheckCallID(id) != nil {
		id = strconv.Quote(id)
	}
	fmt.Fprintf(&b, "%s call %s failed", operationNames[e.Operation], id)
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d requests in %s", e.Attempts, e.Elapsed.Round(time.Second))
	}
	b.WriteString(".")
	if e.Err != nil {
		fmt.Fprintf(&b, "\n%s", capitalize(e.Err))
	}
	if e.GaveUp != "" {
		fmt.Fprintf(&b, "\nThe provider %s.", e.GaveUp)
	}
	switch {
	case e.Last != nil:
		fmt.Fprintf(&b, "\n\nAnswer to %s %s:\n  %s\n  %s", e.Method, e.URL, e.Last, e.Last.IDs())
	case e.Kind() == graph.KindNotGraph: // one came, which Err tells about
	case e.Attempts > 0: // without a token, nothing was sent
		fmt.Fprintf(&b, "\n\nNo answer came to %s %s.", e.Method, e.URL)
	}
	return b.String()
}

// addEndedWarning says that a call is gone, and why.
func addEndedWarning(diags *diag.Diagnostics, callID, reason string) {
	diags.AddWarning(summaryEnded, fmt.Sprintf("Call %s has ended: %s.\n\n"+
		"Terraform drops it from state and plans to create it, which ends in an error: a call that has ended cannot be "+
		"revived. Place the call again and give its new id, or remove the resource from the configuration.", callID, reason))
}

// endedUnknown is the reason for a call that Graph does not know any more.
func endedUnknown(err error) string {
	var failure *graph.Error
	if !errors.As(err, &failure) || failure.Last == nil {
		return "Graph does not know it any more"
	}
	return fmt.Sprintf("Graph does not know it any more (it answered %s; %s)", failure.Last, failure.Last.IDs())
}

// endedForgotten is endedUnknown for a value that is kept: without the ids of the request,
// which would make it another one at each read.
func endedForgotten(err error) string {
	const reason = "Graph does not know it: it has ended, or was never a call of this application and tenant"
	var failure *graph.Error
	if !errors.As(err, &failure) || failure.Last == nil {
		return reason
	}
	return fmt.Sprintf("%s (Graph answered %s)", reason, failure.Last)
}

// endedShown is the reason for a call that Graph still shows as ended.
func endedShown(call graph.Call) string {
	reason := fmt.Sprintf("Graph shows it as %q", call.State)
	if call.Result != nil {
		reason += ", because " + call.Result.String()
	}
	return reason
}

// noCallIDIn says what is wrong with text that holds no call id, and what text does.
func noCallIDIn(err error) string {
	return capitalize(err) + "\n\nA call id is taken out of:\n" + graph.CallIDForms
}

func joinParagraphs(paragraphs ...string) string {
	var kept []string
	for _, p := range paragraphs {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n\n")
}
