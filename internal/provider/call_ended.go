package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"terraform-provider-msgraph/internal/graph"
)

// endedCall is how a call ended; the zero value for one that is alive.
type endedCall struct {
	// reason is why, as it can be stored: without what differs from one response to the next.
	reason string
	// response is the response that said so, where that is a 404.
	response *graph.Response
}

// endOfCall returns how a call ended, from the result of a request about it; an error if that does not say. known is whether
// the call was seen alive before.
//
// A 404 counts whatever its body, as what Graph sends for a call that is gone is not documented. If it was a gateway's, nothing
// was done to the call, and the next refresh or keepAlive finds it alive. An error code of Graph's is required only by a
// [callResource], which would place a second call (see [notKnownToGraph]), and where no refresh follows (see [confirmedNotFound]).
func endOfCall(call graph.Call, err error, known bool) (endedCall, error) {
	if found, ok := errors.AsType[foundEndedError](err); ok {
		return found.end, nil
	}
	switch failure, _ := errors.AsType[*graph.Error](err); {
	case graph.IsNotFound(err):
		reason := "Graph no longer knows it"
		if !known {
			reason = "Graph does not know it: it has ended, or was never a call of this application and tenant"
		}
		return endedCall{fmt.Sprintf("%s (response: %s)", reason, failure.Last), failure.Last}, nil
	case err == nil && call.Ended():
		return endedCall{reason: reasonShown(call)}, nil
	}
	return endedCall{}, err
}

// readEnd reads a call that was seen alive before.
func (d *providerData) readEnd(ctx context.Context, timeout time.Duration, callID string) (endedCall, error) {
	ctx, cancel := d.clock.WithTimeout(ctx, timeout)
	defer cancel()
	return d.getEnd(ctx, callID)
}

// getEnd reads a call that was seen alive in the same run. A 404 counts only if another one follows, as [confirmedNotFound]
// says: there is nobody to repeat a run that a false one has failed.
func (d *providerData) getEnd(ctx context.Context, callID string, options ...graph.OperationOption) (endedCall, error) {
	call, err := d.getCall(ctx, callID, options...)
	if first := err; graph.IsNotFound(first) {
		if call, err = d.getCall(ctx, callID); graph.IsNotFound(err) {
			err = confirmedNotFound(first, err)
		}
	}
	return endOfCall(call, err, true)
}

// ended reports whether the call has ended.
func (e endedCall) ended() bool { return e.reason != "" }

// withIDs returns the reason for a diagnostic, with the IDs of the request.
func (e endedCall) withIDs() string {
	if e.response == nil {
		return e.reason
	}
	return e.reason + "; " + e.response.IDs()
}

// reasonShown is the reason for a call that Graph still shows as ended.
func reasonShown(call graph.Call) string {
	reason := fmt.Sprintf("Graph shows it as %q", call.State)
	if call.Result != nil {
		reason += ", because " + call.Result.String()
	}
	return reason
}

// notKnownToGraph reports whether err is a 404 with one of Graph's error codes. No other counts for a call that
// Terraform has placed: a gateway responds with 404 as well, and believing it would place the call a second time.
func notKnownToGraph(err error) bool {
	failure, ok := errors.AsType[*graph.Error](err)
	return ok && graph.IsNotFound(err) && failure.Last.Code != ""
}

// notFoundByGateway explains any other 404.
var notFoundByGateway = explanation{explanations[graph.KindNotGraph].summary,
	"A 404 from Graph has an error code, and this one has none: it may come from something between this machine and Graph, such as a " +
		"proxy or a gateway. " + stateNotKnown + "Check the proxy settings, graph_endpoint and the network. If the call is known to have " +
		"ended, terraform state rm removes the resource from state."}

// confirmedNotFound returns the one of two 404s that is Graph's; if none has an error code of Graph, an error that is not one
// of those that [graph.IsNotFound] reports, as both may be a gateway's.
func confirmedNotFound(first, second error) error {
	switch {
	case notKnownToGraph(first):
		return first
	case notKnownToGraph(second):
		return second
	}
	return graph.Doubted(first)
}
