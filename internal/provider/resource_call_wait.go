package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/graph"
)

// establishedPoll is how often a call that is being established is read.
const establishedPoll = 2 * time.Second

// establishedStates are those of a call that is or was established. The set of states is open: whether a call in
// another one will be established is not known.
//
// Source: https://learn.microsoft.com/en-us/graph/api/resources/call
var establishedStates = []string{"established", "hold", "transferring", "transferaccepted"}

// endedError is why a call has ended before it was established.
type endedError string

func (e endedError) Error() string { return string(e) }

// timedOutError is the error for a call that was not established in time.
type timedOutError struct {
	shown string // the state that Graph last returned; empty for none
	err   error  // of the last read that was not merely cut short; nil if it succeeded
}

func (e timedOutError) Error() string {
	if e.shown == "" {
		return "Graph has not shown it yet"
	}
	return fmt.Sprintf("Graph last showed it as %q", e.shown)
}

// awaitEstablished waits until a call that was placed just now is established. The error is an [endedError] if it has ended,
// a [timedOutError] at the deadline, [context.Canceled] after an interrupt, or else why the call cannot be read: that Graph
// does not know it if it was never shown, or could not be hung up.
func (d *providerData) awaitEstablished(ctx context.Context, callID string, deadline time.Time) error {
	local := d.clock.Local() // Graph's time may be corrected while this waits
	began := local.Now()
	shown, missing := "", 0
	var last error
	for {
		call, err := d.getCall(ctx, callID)
		if !cutShort(err) || last == nil && shown == "" {
			last = err
		}
		pause := establishedPoll
		switch {
		case err == nil && call.Ended():
			return endedError(reasonShown(call))
		case err == nil && slices.Contains(establishedStates, strings.ToLower(call.State)):
			return nil
		case err == nil:
			shown, missing = call.State, 0
		case notKnownToGraph(err):
			missing++
			switch {
			case missing > 1 && shown != "":
				return d.confirmEnded(ctx, callID, err)
			case missing > 1 && local.Now().Sub(began) >= knownWithin:
				return err
			}
			pause = confirmNotFoundAfter
		case ctx.Err() == nil && !transientFailure(err):
			return err
		}
		left := deadline.Sub(local.Now())
		_ = local.Sleep(ctx, min(pause, left))
		switch {
		case errors.Is(ctx.Err(), context.Canceled):
			return ctx.Err()
		case left <= 0 || ctx.Err() != nil:
			return timedOutError{shown, last}
		}
	}
}

// cutShort reports whether a read ended with the operation's time, before any response.
func cutShort(err error) bool {
	failure, ok := errors.AsType[*graph.Error](err)
	return ok && failure.Last == nil && failure.Err != nil && reasonText(failure.Err) == ""
}

// confirmEnded hangs up a call that Graph has shown and no longer knows, in case it is alive all the same. It returns an
// [endedError], or the 404 if that fails.
func (d *providerData) confirmEnded(ctx context.Context, callID string, notFound error) error {
	if err := d.client.HangUpKnown(ctx, callID); err != nil && !notKnownToGraph(err) {
		return notFound
	}
	end, _ := endOfCall(graph.Call{}, notFound, true)
	return endedError(end.withIDs())
}

// transientFailure reports whether reading a call failed in a way that says nothing about the next time.
func transientFailure(err error) bool {
	failure, ok := errors.AsType[*graph.Error](err)
	return ok && slices.Contains(transientKinds, failure.Kind())
}

// transientKinds are those that another read may not meet. A 404 that is one has no error code of Graph: see [notKnownToGraph].
var transientKinds = []graph.Kind{
	graph.KindNetwork, graph.KindNotGraph, graph.KindThrottled, graph.KindUnavailable, graph.KindProxy, graph.KindUnreachable, graph.KindNotFound,
}
