package provider

import (
	"context"
	"errors"
	"net/http"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
)

// What the ephemeral resources and the actions do about calls that they hold: nobody is there to repeat a run that a
// single wrong response has ended.

// isAliveTimeout bounds the GET that checks whether a held call is alive.
const isAliveTimeout = 10 * time.Second

// sender returns [providerData.sendHeld] for one call.
func (d *providerData) sender(callID string, header http.Header) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) { return d.sendHeld(ctx, callID, header) }
}

// sendHeld sends one keepAlive of a call that is held, and returns when Graph accepted it. An error for which
// [graph.IsNotFound] is true says that the call is over, and [whyEnded] has the reason: a GET has confirmed the 404, which
// may have been false. When the GET shows the call as alive, or fails, the error is another one.
//
// A GET that is refused with 403 confirms the 404, too: an application that may keep calls alive and not read them would
// hold a dead call otherwise.
func (d *providerData) sendHeld(ctx context.Context, callID string, header http.Header, options ...graph.OperationOption) (time.Time, error) {
	k, notFound := d.sendKeepAlive(ctx, callID, header, options...)
	if !graph.IsNotFound(notFound) {
		return k.at, notFound
	}
	ctx, cancel := d.clock.WithTimeout(ctx, isAliveTimeout)
	defer cancel()
	call, err := d.getCall(ctx, callID, options...)
	switch {
	case err == nil && call.Ended():
		return time.Time{}, shownEndedError{notFound, endedShown(call)}
	case err == nil:
		return time.Time{}, graph.Contradicted(notFound)
	case graph.IsNotFound(err), kindOf(err) == callsKind(graph.KindForbidden):
		return time.Time{}, notFound
	}
	return time.Time{}, err
}

// shownEndedError is a 404 to a keepAlive of a call that Graph still shows, as ended for this reason.
type shownEndedError struct {
	error
	reason string
}

// Unwrap returns the 404.
func (e shownEndedError) Unwrap() error { return e.error }

// whyEnded is the reason for the end of a call that [providerData.sendHeld] has found.
func whyEnded(err error) string {
	if shown, ok := errors.AsType[shownEndedError](err); ok {
		return shown.reason
	}
	return endedUnknown(err)
}

// shownAlive reports whether Graph has shown a call as alive since its last keepAlive failed, or was lost.
func shownAlive(r keepalive.Record) bool {
	return !r.Shown.IsZero() || kindOf(r.Failure) == callsKind(graph.KindContradicted)
}

// isAlive reports whether Graph shows the call as alive.
func (d *providerData) isAlive(ctx context.Context, callID string) (bool, error) {
	_, ended, err := d.endReason(ctx, isAliveTimeout, callID)
	return !ended && err == nil, err
}

// endReason gets the call, for as long as the timeout, and reports whether it has ended, and why.
func (d *providerData) endReason(ctx context.Context, timeout time.Duration, callID string) (reason string, ended bool, err error) {
	ctx, cancel := d.clock.WithTimeout(ctx, timeout)
	defer cancel()
	call, err := d.getCall(ctx, callID)
	switch {
	case graph.IsNotFound(err):
		return endedUnknown(err), true, nil
	case err == nil && call.Ended():
		return endedShown(call), true, nil
	}
	return "", false, err
}

// whyOver returns why a held call is over. It asks Graph unless a keepAlive has found the end.
func (d *providerData) whyOver(ctx context.Context, callID string, r keepalive.Record) string {
	if r.Ended {
		return whyEnded(r.Failure)
	}
	if reason, ended, _ := d.endReason(ctx, isAliveTimeout, callID); ended {
		return reason
	}
	return lostReason(r)
}
