package provider

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
)

// What the ephemeral resource and the action named msgraph_call_keepalives have in common.

// heldGroup is many calls that are being held.
type heldGroup struct {
	*keepalive.Group
	data  *providerData
	calls []namedCall // by their numbers in the group
	// endedIsError is whether a call that ends makes the run fail, in the end.
	endedIsError bool
}

// groupRecords are the records of a [heldGroup]; the zero value if there are none.
type groupRecords struct {
	group   *heldGroup
	records []keepalive.Record
}

// newHeldGroup makes a group of the calls. It sends nothing yet.
func (d *providerData) newHeldGroup(calls []namedCall, header http.Header, renewAfter, onEnded types.String) *heldGroup {
	g := &heldGroup{data: d, calls: calls, endedIsError: onEnded.ValueString() != onEndedReport}
	g.Group = keepalive.NewGroup(keepalive.GroupOptions{
		Calls: len(calls), Ended: graph.IsNotFound, Clock: d.clock, RenewAfter: holdRenewAfterOf(renewAfter),
		Send: func(ctx context.Context, batch []keepalive.Attempt) []keepalive.Outcome {
			return g.send(ctx, header, batch)
		},
	})
	return g
}

// Send implements [keepalive.Held].
func (g *heldGroup) Send(ctx context.Context) (groupRecords, time.Duration) {
	records, wait := g.Group.Send(ctx)
	return groupRecords{g, records}, wait
}

// Close implements [keepalive.Held].
func (g *heldGroup) Close(ctx context.Context) (groupRecords, bool) {
	records, first := g.Group.Close(ctx)
	return groupRecords{g, records}, first
}

// send sends one batch of keepAlives.
func (g *heldGroup) send(ctx context.Context, header http.Header, batch []keepalive.Attempt) []keepalive.Outcome {
	calls := make([]namedCall, len(batch))
	timeouts := make(map[string]time.Duration, len(batch))
	for i, a := range batch {
		calls[i] = g.calls[a.Call]
		timeouts[calls[i].id] = a.Timeout
	}
	sent := forEachCall(ctx, g.data, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (time.Time, error) {
		ctx, cancel := g.data.clock.WithTimeout(ctx, timeouts[c.id])
		defer cancel()
		return g.data.sendHeld(ctx, c.id, header, o)
	})
	outcomes := make([]keepalive.Outcome, len(sent))
	for i, o := range sent {
		outcomes[i] = keepalive.Outcome{At: o.value, Err: o.err, NotTried: errors.As(o.err, new(notTriedError))}
	}
	return outcomes
}

// named returns the calls of these numbers.
func (g *heldGroup) named(numbers []int) []namedCall {
	calls := make([]namedCall, len(numbers))
	for i, n := range numbers {
		calls[i] = g.calls[n]
	}
	return calls
}

// readEnds reads held calls within the timeout, and returns the outcomes in the same order.
func (g *heldGroup) readEnds(ctx context.Context, timeout time.Duration, numbers []int) []callOutcome[endedCall] {
	ctx, cancel := g.data.clock.WithTimeout(ctx, timeout)
	defer cancel()
	return forEachCall(ctx, g.data, g.named(numbers), func(ctx context.Context, c namedCall, o graph.OperationOption) (endedCall, error) {
		return g.data.getEnd(ctx, c.id, o)
	})
}

// alive is whether Graph shows calls as alive, for [keepalive.GroupHold].
func (g *heldGroup) alive(ctx context.Context, numbers []int) []keepalive.Liveness {
	shown := make([]keepalive.Liveness, len(numbers))
	for i, o := range g.readEnds(ctx, isAliveTimeout, numbers) {
		shown[i] = keepalive.Liveness{Alive: !o.value.ended(), Err: o.err, NotTried: errors.As(o.err, new(notTriedError))}
	}
	return shown
}

// findEnds returns why the calls of these numbers are over, by their numbers, as well as Graph still knows.
func (h groupRecords) findEnds(ctx context.Context, numbers []int) map[int]endedCall {
	ends := make(map[int]endedCall, len(numbers))
	var lost []int
	for _, n := range numbers {
		ends[n] = endOfHold(h.records[n])
		if h.records[n].Lost {
			lost = append(lost, n)
		}
	}
	for i, o := range h.group.readEnds(ctx, isAliveTimeout, lost) {
		if o.value.ended() {
			ends[lost[i]] = o.value
		}
	}
	return ends
}

// endOfHold is why a call is over as far as its own keepAlives have shown.
func endOfHold(r keepalive.Record) endedCall {
	if r.Lost {
		return endedCall{reason: lostMessage}
	}
	end, _ := endOfCall(graph.Call{}, r.Failure, r.Sent > 0)
	return end
}
