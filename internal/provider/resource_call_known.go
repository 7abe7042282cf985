package provider

import (
	"context"
	"time"
)

const (
	// confirmNotFoundAfter is how long after a 404 the request is sent again before the 404 counts: a single one can be false.
	confirmNotFoundAfter = 5 * time.Second
	// knownWithin is how long after it was placed a call may not be known yet: what GET returns just after the 201 is not documented.
	knownWithin = 30 * time.Second
)

// untilKnown sends a request about a placed call. A response that Graph does not know the call counts only when it comes twice,
// some seconds apart, and not until half a minute after the call was placed. The timeout is that of each request, without the pauses.
func (d *providerData) untilKnown(ctx context.Context, placedAt time.Time, timeout time.Duration, send func(context.Context) error) error {
	local := d.clock.Local()
	began := local.Now()
	for attempt := 1; ; attempt++ {
		sendCtx, cancel := d.clock.WithTimeout(ctx, timeout)
		err := send(sendCtx)
		cancel()
		placedJustNow := d.clock.Now().Sub(placedAt).Abs() < knownWithin // Graph's servers need not agree to the second
		// By this machine's clock, too: a response from a cache repeats an old time.
		certain := !placedJustNow || local.Now().Sub(began) >= knownWithin
		if !notKnownToGraph(err) || attempt > 1 && certain {
			return err
		}
		_ = local.Sleep(ctx, confirmNotFoundAfter) // if it is interrupted, so is the next request, with the error for that
	}
}
