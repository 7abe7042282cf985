package provider

import (
	"errors"

	"terraform-provider-msgraph/internal/graph"
)

// notKnownToGraph reports whether err is a 404 with one of Graph's error codes. No other counts for a call that
// Terraform has placed: a gateway responds with 404 as well, and believing it would place the call a second time.
func notKnownToGraph(err error) bool {
	failure, ok := errors.AsType[*graph.Error](err)
	return ok && graph.IsNotFound(err) && failure.Last.Code != ""
}

// notFoundByGateway explains any other 404.
var notFoundByGateway = explanation{explanations[graph.KindNotGraph].summary,
	"A 404 from Graph has an error code, and this one has none: it may come from something between this machine and Graph, such as a " +
		"proxy or a gateway. " + stateNotKnown + "Check the proxy settings, graph_endpoint and the network. If the call is known to have ended, terraform state rm removes the resource from state."}

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
