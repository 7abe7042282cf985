package provider

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

var (
	_ action.ActionWithConfigure      = (*callKeepalivesAction)(nil)
	_ action.ActionWithValidateConfig = (*callKeepalivesAction)(nil)
	_ action.ActionWithModifyPlan     = (*callKeepalivesAction)(nil)
)

// callKeepalivesAction is the action msgraph_call_keepalives: a keepAlive of many calls on demand, or a lab that is
// held for some time, as one of Terraform's concurrent operations.
type callKeepalivesAction struct{ baseAction }

// ValidateConfig implements [action.ActionWithValidateConfig].
func (a *callKeepalivesAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config callKeepalivesActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checkTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
	if a.data == nil { // not an apply, in which an invalid ID fails only its own entry
		checkCalls(config.Calls, &resp.Diagnostics)
	}
}

// ModifyPlan implements [action.ActionWithModifyPlan]. It checks the values that are known by now and were not at validation.
func (a *callKeepalivesAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config callKeepalivesActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		checkCalls(config.Calls, &resp.Diagnostics)
	}
}

// Invoke implements [action.Action]. What a user must see is sent as progress, as in [callKeepaliveAction.Invoke].
func (a *callKeepalivesAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config callKeepalivesActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || !a.data.configured(&resp.Diagnostics) {
		return
	}
	config.checkAll(ctx, &resp.Diagnostics)
	timeout, diags := config.Timeouts.Invoke(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	calls, refused := knownCalls(config.Calls)
	group := a.data.newHeldGroup(calls, tfvalue.Header(config.Headers), config.RenewAfter, config.OnEnded)
	holdFor := tfvalue.Duration(config.HoldFor)
	p := &callsProgress{
		reporter: reporter{resp.SendProgress}, group: group, holdFor: holdFor, refused: refused, ends: map[int]endedCall{}, shown: map[string]string{},
	}
	records, err := keepalive.GroupHold{
		Group: group.Group, For: holdFor, Timeout: timeout, Alive: group.alive, Report: p.report,
	}.Run(ctx)
	held := groupRecords{group, records}
	if err != nil {
		resp.Diagnostics.AddError(summaryInterrupted, p.interrupted(held))
		return
	}
	if holdFor > 0 {
		p.summarize(ctx, held)
	}
	p.conclude(held, &resp.Diagnostics)
}

// conclude reports, at the end of a hold, the calls that were not held to the end.
func (p *callsProgress) conclude(held groupRecords, diags *diag.Diagnostics) {
	over, failing, alive := held.partition(nil)
	closing := func(others int) string {
		if p.holdFor <= 0 {
			return othersKept(len(alive), others, p.total())
		}
		return othersHeld(len(alive), others, p.total())
	}
	reportNeverKeptAlive(append(p.refused, held.neverKeptAlive()...), held.group.endedIsError, closing, diags)
	held.reportEnded(over, p.ends, closing(len(over)), diags)
	held.reportFailing(failing, nil, diags)
}

// newlyEnded are the numbers of calls that are over and whose reason is not known yet.
func (p *callsProgress) newlyEnded(held groupRecords) (numbers []int) {
	for i, r := range held.records {
		if _, known := p.ends[i]; r.Over() && !known {
			numbers = append(numbers, i)
		}
	}
	return numbers
}

// report reports one batch of keepAlives: a line for a round, and one for each reason for which calls have ended or
// fail, unless that was the last line about it.
func (p *callsProgress) report(ctx context.Context, r keepalive.Round) {
	held := groupRecords{p.group, r.Records}
	maps.Copy(p.ends, held.findEnds(ctx, p.newlyEnded(held)))
	if r.Number > 0 {
		p.reporter.report(ctx, p.roundMessage(r))
	}
	for _, line := range p.changes(held) {
		p.reporter.report(ctx, line)
	}
}

// summarize reports how long the calls were held.
func (p *callsProgress) summarize(ctx context.Context, held groupRecords) {
	_, failing, alive := held.partition(nil)
	if numbers := slices.Concat(alive, failing); len(numbers) > 0 {
		first, last := held.keptTimes(numbers)
		p.reporter.report(ctx, p.heldMessage(len(numbers), first, last))
	}
}

// heldMessage says how many calls were held, from the first keepAlive to the oldest of the last ones.
func (p *callsProgress) heldMessage(n int, first, last time.Time) string {
	text := countOf(n, p.total()) + " held from " + timestamp(first) + " to " + timestamp(last) + "."
	if p.holdFor <= 0 {
		text = countOf(n, p.total()) + " kept alive at " + timestamp(first) + "."
	}
	expiry := keepalive.Expiry(last)
	if !p.group.data.clock.Now().Before(expiry) { // only responses were lost
		return text
	}
	which := "the first of them"
	if n == 1 {
		which = "it"
	}
	return text + " Graph ends " + which + " at " + timestamp(expiry) + " unless another keepAlive follows."
}
