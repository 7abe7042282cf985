package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

// callsReading is a refresh of many calls, and what comes of it.
type callsReading struct {
	model callKeepalivesModel
	kept  keptCalls
	by    keeper

	ended   []callReason
	others  bool // there are calls that have not ended
	revived bool // a call that was taken for ended is alive
	unsure  bool // Graph knows none of the calls, and who kept them alive is not on record
}

// callReading is what was read of one call.
type callReading struct {
	endedCall

	caller graph.Caller // who sees the call; the zero value where Graph does not know it
}

// Read implements [resource.Resource]. One call that cannot be read stays as it is, with a warning: an error
// would stop the plan, and with it the keepAlives of all others.
func (r *callKeepalivesResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.data.refreshes.Store(true)
	var reading callsReading
	resp.Diagnostics.Append(req.State.Get(ctx, &reading.model)...)
	timeout, diags := reading.model.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	reading.kept, reading.by = keptIn(ctx, req.Private, &resp.Diagnostics), keeperIn(ctx, req.Private)
	if resp.Diagnostics.HasError() {
		return
	}
	calls, _ := knownCalls(reading.model.Calls)
	ctx, cancel := r.data.clock.WithTimeout(ctx, timeout)
	defer cancel()
	outcomes := forEachCall(ctx, r.data, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (callReading, error) {
		return r.look(ctx, c, &reading, o)
	})
	failures, asked := reading.unread(outcomes)
	if reportUnread(failures, asked, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	by, seen := r.seenBy(outcomes)
	reading.unsure = !seen && !reading.by.recorded && len(reading.kept.Last) > 0
	before := reading.model
	reading.takeOver(outcomes)
	reading.reportEnded(&resp.Diagnostics)
	if !before.equal(reading.model) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &reading.model)...)
	}
	if reading.revived {
		resp.Diagnostics.Append(setKept(ctx, resp.Private, reading.kept)...)
	}
	if seen && !reading.by.recorded {
		resp.Diagnostics.Append(by.save(ctx, resp.Private)...)
	}
}

// look reads one call.
func (r *callKeepalivesResource) look(ctx context.Context, c namedCall, g *callsReading, o graph.OperationOption) (callReading, error) {
	call, caller, err := r.data.getCallAs(ctx, c.id, o)
	known := g.kept.Known(c.id)
	if mistaken := r.data.mistaken(g.by, err); known && mistaken != nil {
		return callReading{}, mistaken
	}
	end, err := endOfCall(call, err, known)
	return callReading{end, caller}, err
}

// unread returns why calls could not be read, and of how many calls. It leaves out those that were found ended before
// another application asked for them: nothing is to be learned of them, and nothing has changed.
func (g *callsReading) unread(outcomes []callOutcome[callReading]) (failures []callFailure, calls int) {
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

// seenBy returns who Graph shows the calls to: whoever has placed them. It reports false when Graph knows none of them.
func (r *callKeepalivesResource) seenBy(outcomes []callOutcome[callReading]) (keeper, bool) {
	for _, o := range outcomes {
		if o.err == nil && o.value.response == nil {
			return keeper{r.data.placer(o.value.caller), true}, true
		}
	}
	return keeper{}, false
}

// takeOver takes over what was read. The first reason stays for as long as the call is ended.
func (g *callsReading) takeOver(outcomes []callOutcome[callReading]) {
	byID := make(map[string]*callOutcome[callReading], len(outcomes))
	for i := range outcomes {
		byID[outcomes[i].call.id] = &outcomes[i]
	}
	prior, ended := g.model.Ended.Elements(), map[string]attr.Value{}
	index := map[string]int{}
	for _, call := range namedCalls(g.model.Calls) {
		o, read := byID[call.id]
		reason, wasEnded := prior[call.name]
		switch {
		case !read || o.err != nil: // not known
		case o.value.reason == "":
			if wasEnded {
				g.kept.Failed(call.id)
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
		g.addEnded(index, call, reason, o.value.response)
	}
	g.model.Ended = types.MapValueMust(types.StringType, ended)
	g.model.setTimes(g.kept)
}

// addEnded adds a call to those that have ended for the same reason.
func (g *callsReading) addEnded(index map[string]int, call namedCall, reason attr.Value, response *graph.Response) {
	text := reason.(types.String).ValueString() //nolint:forcetypeassert // an element of a map of strings
	i, known := index[text]
	if !known {
		i = len(g.ended)
		index[text] = i
		shown := text
		if response != nil {
			shown += "; " + response.IDs()
		}
		g.ended = append(g.ended, callReason{text: shown})
	}
	g.ended[i].calls = append(g.ended[i].calls, call)
}

// reportEnded says which calls have ended, and why.
func (g *callsReading) reportEnded(diags *diag.Diagnostics) {
	if len(g.ended) == 0 {
		return
	}
	means := endedMeans + orTakeOut + "."
	if g.model.endedIsError() {
		next := `With on_ended = "error", the next apply ends in an error. `
		if g.others {
			next = `With on_ended = "error", the next apply keeps the other calls alive and then ends in an error. `
		}
		means = next + means + " " + endedIsErrorMeans
	}
	closing := ""
	if g.unsure {
		closing = mayBeAnothers
	}
	callsDiagnostic{explanation: explanation{summaryEnded, means}, reasons: g.ended}.add(diags, diag.SeverityWarning, closing)
}

// reportUnread says which of the calls could not be read: an error when that is true of all of them, or when
// the run was interrupted.
func reportUnread(failures []callFailure, calls int, diags *diag.Diagnostics) {
	for _, d := range groupFailures(failures) {
		if len(failures) == calls || d.kind == callsKind(graph.KindCanceled) {
			d.add(diags, diag.SeverityError, "")
			continue
		}
		d.add(diags, diag.SeverityWarning, "Whether these calls have ended is not known; they are unchanged in state.")
	}
}
