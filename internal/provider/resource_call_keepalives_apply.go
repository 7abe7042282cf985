package provider

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// keepAlivesApply is a create or an update of many calls, and its results.
type keepAlivesApply struct {
	model    *callKeepalivesResourceModel // as planned; its times are set
	kept     keepalive.Tracker            // as it was before; changed to what is
	by       keepers                      // as it was before; changed to what is
	create   bool
	wasEnded map[string]attr.Value // the planned ended, copied once: each copy takes as long as there are calls in it

	total     int // entries of calls
	succeeded []namedCall
	failures  []callFailure  // those that are no ends
	ended     []callFailure  // of those that were kept alive before
	knownEnd  []namedCall    // those in ended, that are ended still
	hungUp    []callFailure  // by this run
	waited    time.Duration  // for calls that were never kept alive
	now       applicationRef // that has kept calls alive in this apply
}

// keep sends a keepAlive to each call, and records the results.
func (r *callKeepalivesResource) keep(ctx context.Context, k *keepAlivesApply, timeout time.Duration, diags *diag.Diagnostics) {
	calls, failures := knownCalls(k.model.Calls)
	k.wasEnded = k.model.Ended.Elements()
	k.total, k.failures = len(calls)+len(failures), failures
	ids := make(map[string]bool, len(calls))
	toSend := make([]namedCall, 0, len(calls))
	for _, c := range calls {
		ids[c.id] = true
		if k.model.endedIsError() || !k.hasEnded(c.name) {
			toSend = append(toSend, c)
		}
	}
	k.kept.Forget(func(id string) bool { return ids[id] })
	k.sortByTurn(toSend)
	outcomes := r.send(ctx, k, toSend, timeout)
	slices.SortFunc(outcomes, func(a, b callOutcome[keepAliveResult]) int { return cmp.Compare(a.call.name, b.call.name) })
	for _, o := range outcomes {
		r.note(k, o)
	}
	if k.now.recorded() {
		k.by.record(k.now, k.succeeded, k.kept.Last)
	}
	k.model.setTimes(k.kept)
	k.report(diags)
}

// sortByTurn puts the calls whose last keepAlive is the oldest first: if this apply has not time for all, the next one begins with
// the rest. A call whose last request failed comes after the others, which must not wait for requests that hang, and those known
// as ended come last. Those of the same age have no fixed order, since a create that fails leaves no record.
func (k *keepAlivesApply) sortByTurn(calls []namedCall) {
	rand.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] }) //nolint:gosec // the order is no secret
	group := func(c namedCall) int {
		switch {
		case k.hasEnded(c.name):
			return 2
		case k.kept.Overdue[c.id]:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(calls, func(a, b namedCall) int {
		return cmp.Or(cmp.Compare(group(a), group(b)), cmp.Compare(k.kept.Last[a.id], k.kept.Last[b.id]))
	})
}

// save writes what is to be known at the next plan to the private state.
func (k *keepAlivesApply) save(ctx context.Context, private privateWriter) diag.Diagnostics {
	diags := setPrivate(ctx, private, keptKey, k.kept)
	if k.by.recorded() {
		diags.Append(setPrivate(ctx, private, keptByKey, k.by)...)
	}
	return diags
}

// hasEnded reports whether the call was known as ended before.
func (k *keepAlivesApply) hasEnded(name string) bool {
	_, ok := k.wasEnded[name]
	return ok
}

// send sends a keepAlive to each call. The time to wait for a call to appear is added to the timeout.
func (r *callKeepalivesResource) send(ctx context.Context, k *keepAlivesApply, calls []namedCall, timeout time.Duration) []callOutcome[keepAliveResult] {
	wait := tfvalue.Duration(k.model.WaitForCall)
	waits := make(map[string]time.Duration)
	var longest time.Duration
	ends := make(map[string]func(kept bool), len(calls))
	for _, c := range calls {
		if !k.kept.Known(c.id) && !k.hasEnded(c.name) {
			waits[c.id], longest = wait, wait
		}
		ends[c.id] = r.data.run.beginKeeping(c.id)
	}
	ctx, cancel := r.data.clock.WithTimeout(ctx, timeout+longest)
	defer cancel()
	waited := r.data.measureWait(longest)
	header := tfvalue.Header(k.model.Headers)
	outcomes := forEachCall(ctx, r.data, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (keepAliveResult, error) {
		sent, err := r.data.sendKeepAliveOnceKnown(ctx, c.id, header, waits[c.id], o)
		sent.header = nil // those of tens of thousands would add up
		return sent, err
	})
	k.waited = waited()
	for _, o := range outcomes {
		ends[o.call.id](o.err == nil)
	}
	return outcomes
}

// note records the outcome of one call.
func (r *callKeepalivesResource) note(k *keepAlivesApply, o callOutcome[keepAliveResult]) {
	failure := callFailure{o.call, o.err}
	switch {
	case o.err == nil:
		k.kept.Kept(o.call.id, o.value.at)
		k.now = r.data.application(o.value.caller)
		k.succeeded = append(k.succeeded, o.call)
	case !graph.IsNotFound(o.err):
		k.kept.Failed(o.call.id, !errors.As(o.err, new(notTriedError)))
		k.failures = append(k.failures, failure)
	case k.hasEnded(o.call.name):
		k.knownEnd = append(k.knownEnd, o.call)
	case r.data.run.wasHungUp(o.call.id):
		k.kept.Ended(o.call.id)
		k.hungUp = append(k.hungUp, failure)
	case k.kept.Known(o.call.id):
		if another, ok := r.data.askedAsAnother(k.by.of(o.call.id), o.err); ok {
			k.kept.Failed(o.call.id, true)
			k.failures = append(k.failures, callFailure{o.call, another})
			return
		}
		k.kept.Ended(o.call.id)
		k.ended = append(k.ended, failure)
	default: // never seen alive
		k.failures = append(k.failures, failure)
	}
}
