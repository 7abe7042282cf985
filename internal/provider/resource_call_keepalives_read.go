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

	outcomes map[string]callOutcome[endedCall] // by ID
	ended    []callReason
	revived  bool // a call that was taken for ended is alive
}

// Read implements [resource.Resource]. One call that cannot be read stays as it is, with a warning: an error
// would stop the plan, and with it the keepAlives of all others.
func (r *callKeepalivesResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.data.refreshes.Store(true)
	var reading callsReading
	resp.Diagnostics.Append(req.State.Get(ctx, &reading.model)...)
	timeout, diags := reading.model.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	reading.kept = keptIn(ctx, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	calls, _ := knownCalls(reading.model.Calls)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	outcomes := forEachCall(ctx, r.data, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (endedCall, error) {
		return r.data.readEnd(ctx, c.id, reading.kept.Known(c.id), o)
	})
	if reportUnread(failuresOf(outcomes), len(calls), &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	before := reading.model
	reading.takeOver(outcomes)
	reading.reportEnded(&resp.Diagnostics)
	if !before.equal(reading.model) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &reading.model)...)
	}
	if reading.revived {
		resp.Diagnostics.Append(setKept(ctx, resp.Private, reading.kept)...)
	}
}

// takeOver takes over what was read. The first reason stays for as long as the call is ended.
func (g *callsReading) takeOver(outcomes []callOutcome[endedCall]) {
	g.outcomes = make(map[string]callOutcome[endedCall], len(outcomes))
	for _, o := range outcomes {
		g.outcomes[o.call.id] = o
	}
	prior, ended := g.model.Ended.Elements(), map[string]attr.Value{}
	index := map[string]int{}
	for _, call := range namedCalls(g.model.Calls) {
		o, read := g.outcomes[call.id]
		reason, wasEnded := prior[call.name]
		switch {
		case !read || o.err != nil: // not known
		case o.value.reason == "":
			if wasEnded {
				g.kept.Failed(call.id)
				g.revived = true
			}
			continue
		case !wasEnded:
			reason = types.StringValue(o.value.reason)
		}
		if reason == nil {
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
		means = "The next apply keeps the other calls alive and ends in an error. " + means + " " + endedIsErrorMeans
	}
	callsDiagnostic{explanation: explanation{summaryEnded, means}, reasons: g.ended}.add(diags, diag.SeverityWarning, "")
}

// reportUnread says which of the calls could not be read: an error when that is true of all of them, or when
// the run was interrupted.
func reportUnread(failures []callFailure, calls int, diags *diag.Diagnostics) {
	severity, closing := diag.SeverityWarning, "Whether a call has ended that was not read is not known; in state, it stays as it is."
	if len(failures) == calls {
		severity, closing = diag.SeverityError, ""
	}
	for _, d := range groupFailures(failures) {
		if d.kind == callsKind(graph.KindCanceled) {
			severity, closing = diag.SeverityError, ""
		}
		d.add(diags, severity, closing)
	}
}
