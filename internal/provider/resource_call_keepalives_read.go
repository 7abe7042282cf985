package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
)

// callsRefresh is a refresh of many calls, and its results.
type callsRefresh struct {
	model callKeepalivesResourceModel
	kept  keepalive.Tracker
	by    keepers

	ended   callReasons
	others  bool // there are calls that have not ended
	revived bool // a call that was recorded as ended is alive
	unsure  bool // Graph knows none of the calls, and who kept them alive is not on record
}

// callRead is what was read of one call.
type callRead struct {
	endedCall

	caller graph.Caller // who sees the call; the zero value where Graph does not know it
}

// Read implements [resource.Resource]. One call that cannot be read stays as it is, with a warning: an error
// would stop the plan, and with it the keepAlives of all others.
func (r *callKeepalivesResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.data.refreshes.Store(true)
	var refresh callsRefresh
	resp.Diagnostics.Append(req.State.Get(ctx, &refresh.model)...)
	timeout, diags := refresh.model.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	refresh.kept = loadPrivate[keepalive.Tracker](ctx, req.Private, keptKey)
	refresh.by = loadPrivate[keepers](ctx, req.Private, keptByKey)
	if resp.Diagnostics.HasError() {
		return
	}
	calls, _ := knownCalls(refresh.model.Calls)
	ctx, cancel := r.data.clock.WithTimeout(ctx, timeout)
	defer cancel()
	outcomes := forEachCall(ctx, r.data, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (callRead, error) {
		return r.readCall(ctx, c, &refresh, o)
	})
	failures, asked := refresh.unread(outcomes)
	const closing = "Whether these calls have ended is not known; they are unchanged in state."
	if reportUnread(failures, asked, closing, adviceRead, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	by := r.visibleTo(outcomes)
	refresh.unsure = !by.recorded() && !refresh.by.recorded() && len(refresh.kept.Last) > 0
	before := refresh.model
	refresh.takeOver(outcomes)
	refresh.reportEnded(&resp.Diagnostics)
	if before.dueWindow != refresh.model.dueWindow || !before.Ended.Equal(refresh.model.Ended) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &refresh.model)...)
	}
	if refresh.revived {
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keptKey, refresh.kept)...)
	}
	if by.recorded() && !refresh.by.recorded() {
		resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keptByKey, keepers{applicationRef: by})...)
	}
}

// readCall reads one call.
func (r *callKeepalivesResource) readCall(ctx context.Context, c namedCall, g *callsRefresh, o graph.OperationOption) (callRead, error) {
	call, caller, err := r.data.getCallAs(ctx, c.id, o)
	known := g.kept.Known(c.id)
	if known {
		if another, ok := r.data.askedAsAnother(g.by.of(c.id), err); ok {
			return callRead{}, another
		}
	}
	end, err := endOfCall(call, err, known)
	return callRead{end, caller}, err
}

// unread returns why calls could not be read, and of how many calls. It leaves out those that were found ended before
// another application asked for them: nothing is to be learned of them, and nothing has changed.
func (g *callsRefresh) unread(outcomes []callOutcome[callRead]) (failures []callFailure, calls int) {
	prior := g.model.Ended.Elements()
	calls = len(outcomes)
	for _, f := range failuresOf(outcomes) {
		if _, wasEnded := prior[f.call.name]; wasEnded && kindOf(f.err) == kindAnotherApplication {
			calls--
			continue
		}
		failures = append(failures, f)
	}
	return failures, calls
}

// visibleTo returns the application that Graph shows the calls to, if it shows any of them.
func (r *callKeepalivesResource) visibleTo(outcomes []callOutcome[callRead]) applicationRef {
	for _, o := range outcomes {
		if o.err == nil && o.value.response == nil {
			return r.data.application(o.value.caller)
		}
	}
	return applicationRef{}
}

// takeOver records what was read. The first reason stays for as long as the call is ended.
func (g *callsRefresh) takeOver(outcomes []callOutcome[callRead]) {
	byID := make(map[string]callOutcome[callRead], len(outcomes))
	for _, o := range outcomes {
		byID[o.call.id] = o
	}
	prior, ended := g.model.Ended.Elements(), map[string]attr.Value{}
	for _, call := range namedCalls(g.model.Calls) {
		o, read := byID[call.id]
		reason, wasEnded := prior[call.name]
		switch {
		case !read || o.err != nil: // not known
		case !o.value.ended():
			if wasEnded {
				g.kept.Failed(call.id, false)
				g.revived = true
			}
			g.others = true
			continue
		case !wasEnded:
			reason = types.StringValue(o.value.reason)
		}
		if reason == nil {
			g.others = true
			continue
		}
		ended[call.name] = reason
		end := endedCall{reason.(types.String).ValueString(), o.value.response} //nolint:forcetypeassert // an element of a map of strings
		g.ended.add(call, end.reason, func() callReason { return callReason{text: end.withIDs()} })
	}
	g.model.Ended = types.MapValueMust(types.StringType, ended)
	g.model.setTimes(g.kept)
}

// reportEnded says which calls have ended, and why.
func (g *callsRefresh) reportEnded(diags *diag.Diagnostics) {
	means := placeAgain
	switch {
	case g.model.endedIsError() && g.others:
		means = `An apply keeps the other calls alive and then ends in an error, because on_ended is "error". ` + means
	case g.model.endedIsError():
		means = `An apply ends in an error, because on_ended is "error". ` + means
	}
	closing := ""
	if g.unsure {
		closing = adviceMaybeAnotherApplication
	}
	callsDiagnostic{explanation: explanation{summaryEnded, means}, warning: true, reasons: g.ended.list}.add(diags, closing)
}
