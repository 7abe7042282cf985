package provider

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// What the ephemeral resources and the actions do about calls that they hold: there is nobody to repeat a run that a
// single wrong response has ended.

// isAliveTimeout bounds the GET that checks whether a held call is alive.
const isAliveTimeout = 10 * time.Second

// secretHeader returns the headers of an ephemeral resource, to be redacted: no state has them, so their values may come
// from a secret store.
func (d *providerData) secretHeader(headers types.Map) http.Header {
	header := tfvalue.Header(headers)
	for _, values := range header {
		d.secrets.Add(values...)
	}
	return header
}

// sendHeldFunc returns [providerData.sendHeld] for one call.
func (d *providerData) sendHeldFunc(callID string, header http.Header) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) { return d.sendHeld(ctx, callID, header) }
}

// sendHeld sends one keepAlive of a call that is held, and returns when Graph accepted it. An error for which
// [graph.IsNotFound] is true says that the call is over, and [endOfCall] has the reason: a GET has confirmed the 404, which
// may have been false, as [confirmedNotFound] says. When the GET shows the call as alive, or fails, the error is another one.
//
// A GET that is refused with 403 confirms a 404 of Graph, too: an application that may keep calls alive and not read them
// would hold a dead call otherwise.
func (d *providerData) sendHeld(ctx context.Context, callID string, header http.Header, options ...graph.OperationOption) (time.Time, error) {
	k, notFound := d.sendKeepAlive(ctx, callID, header, options...)
	if !graph.IsNotFound(notFound) {
		return k.at, notFound
	}
	ctx, cancel := d.clock.WithTimeout(ctx, isAliveTimeout)
	defer cancel()
	call, unread := d.getCall(ctx, callID) // without the options: as a repeat in a batch, it would wait for all others
	end, err := endOfCall(call, unread, true)
	switch {
	case end.response != nil:
		return time.Time{}, confirmedNotFound(notFound, unread)
	case graph.IsForbidden(err) && notKnownToGraph(notFound):
		return time.Time{}, notFound
	case end.ended():
		return time.Time{}, foundEndedError{notFound, end}
	case err == nil:
		return time.Time{}, graph.Contradicted(notFound)
	}
	return time.Time{}, err
}

// foundEndedError is a 404 to a keepAlive of a call that Graph still shows, as ended in this way.
type foundEndedError struct {
	error
	end endedCall
}

// Unwrap returns the 404.
func (e foundEndedError) Unwrap() error { return e.error }

// shownAlive reports whether Graph has shown a call as alive since its last keepAlive failed, or was lost.
func shownAlive(r keepalive.Record) bool {
	return !r.Shown.IsZero() || graph.IsContradicted(r.Failure)
}

// isAlive reports whether Graph shows the call as alive.
func (d *providerData) isAlive(ctx context.Context, callID string) (bool, error) {
	end, err := d.readEnd(ctx, isAliveTimeout, callID)
	return err == nil && !end.ended(), err
}

// findEnd returns why a held call is over; empty if it is not, or with an error if that cannot be read. It asks Graph, within the
// timeout, unless a keepAlive has found the end.
func (d *providerData) findEnd(ctx context.Context, timeout time.Duration, callID string, r keepalive.Record) (reason string, err error) {
	end, err := endOfCall(graph.Call{}, r.Failure, true)
	if !r.Ended {
		end, err = d.readEnd(ctx, timeout, callID)
	}
	return end.withIDs(), err
}
