package provider

import (
	"context"
	"errors"
	"time"

	"terraform-provider-msgraph/internal/graph"
)

const (
	// confirmNotFoundAfter is how long after a 404 the request is sent again before the 404 counts: a single one can be false.
	confirmNotFoundAfter = 5 * time.Second
	// knownWithin is how long after it was placed a call may not be known yet: what GET returns just after the 201 is not documented.
	knownWithin = 30 * time.Second
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
		"proxy or a gateway. The state of the call is not known, and nothing was changed in Terraform. Check the proxy settings, graph_endpoint " +
		"and the network. If the call is known to have ended, terraform state rm removes the resource from state."}

// untilKnown sends a request about a placed call. A response that Graph does not know the call counts only when it comes twice,
// some seconds apart, and not until half a minute after the call was placed. The timeout is that of each request, without the pauses.
func (d *providerData) untilKnown(ctx context.Context, placedAt time.Time, timeout time.Duration, send func(context.Context) error) error {
	local := d.clock.Local()
	began := local.Now()
	for attempt := 1; ; attempt++ {
		sendCtx, cancel := d.clock.WithTimeout(ctx, timeout)
		err := send(sendCtx)
		cancel()
		// By this machine's clock, too: a response from a cache repeats an old time.
		certain := !d.placedJustNow(placedAt) || local.Now().Sub(began) >= knownWithin
		if !notKnownToGraph(err) || attempt > 1 && certain {
			return err
		}
		_ = local.Sleep(ctx, confirmNotFoundAfter) // if it is interrupted, so is the next request, with the error for that
	}
}

// placedJustNow reports whether Graph may not know yet a call that was placed then, by Graph's clock.
func (d *providerData) placedJustNow(placedAt time.Time) bool {
	return d.clock.Now().Sub(placedAt).Abs() < knownWithin // Graph's servers need not agree to the second
}
