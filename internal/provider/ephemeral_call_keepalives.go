package provider

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/keepalive"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*callKeepalivesEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*callKeepalivesEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithRenew          = (*callKeepalivesEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithClose          = (*callKeepalivesEphemeral)(nil)
)

// callKeepalivesEphemeral is the ephemeral resource msgraph_call_keepalives: many calls that are kept alive while
// Terraform holds it open. See [callKeepaliveEphemeral].
type callKeepalivesEphemeral struct{ baseEphemeral }

// groupPrivate is what Open leaves for Renew and Close in Terraform's hands. There may be many calls, so what they are is
// in the process's [keepalive.Registry]: Terraform and OpenTofu renew and close in the process that has opened.
type groupPrivate struct {
	Key string `json:"key"`
}

// groupPrivateKey names the [groupPrivate] in an ephemeral resource's private data.
const groupPrivateKey = "open_calls"

// complete reports whether the key is there.
func (k groupPrivate) complete() bool { return k.Key != "" }

// ValidateConfig implements [ephemeral.EphemeralResourceWithValidateConfig]. Terraform also validates right before
// it opens. There, an entry of calls that names no call is the failure of that name, and Open says so.
func (e *callKeepalivesEphemeral) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config callKeepalivesEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if e.data == nil && !resp.Diagnostics.HasError() {
		checkCalls(config.Calls, &resp.Diagnostics)
	}
}

// Open implements [ephemeral.EphemeralResource].
func (e *callKeepalivesEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var data callKeepalivesEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() || !e.data.configured(&resp.Diagnostics) {
		return
	}
	sendCtx, cancel := e.data.clock.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	calls, refused := knownCalls(data.Calls)
	group := e.data.newHeldGroup(calls, e.data.secretHeader(data.Headers), data.RenewAfter, data.OnEnded)
	held, wait := group.Send(sendCtx)
	if ctx.Err() != nil { // what an interrupt ended is no failure in the records
		resp.Diagnostics.AddError(summaryInterrupted, "The run was interrupted before a keepAlive was sent to every call.")
		return
	}
	_, _, alive := held.partition(nil)
	reportNeverKeptAlive(append(refused, held.neverKeptAlive()...), group.endedIsError, func(others int) string {
		return othersKept(len(alive), others, len(calls)+len(refused))
	}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	data.setResult(held, held.endedByName())
	open := groupPrivate{uuid.NewString()}
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, groupPrivateKey, open)...)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	e.data.manyHolds.Open(open.Key, group)
	if wait > 0 {
		resp.RenewAt = e.data.renewAt(wait)
	}
}

// endedByName are the reasons for calls that had ended before, by name.
func (h groupRecords) endedByName() map[string]attr.Value {
	reasons := map[string]attr.Value{}
	for i, r := range h.records {
		if r.Over() {
			reasons[h.group.calls[i].name] = types.StringValue(endOfHold(r).reason)
		}
	}
	return reasons
}

// Renew implements [ephemeral.EphemeralResourceWithRenew]. It never ends in an error, after which Terraform would renew
// no call any more, except for errors that no other renewal can correct; Close reports what became of the calls. Calls for
// which there was no time are due a minute later.
func (e *callKeepalivesEphemeral) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	open, ok := loadOpened[groupPrivate](ctx, req.Private, groupPrivateKey, &resp.Diagnostics)
	if !ok || !e.data.configured(&resp.Diagnostics) {
		return
	}
	ctx, cancel := e.data.clock.WithTimeout(e.data.masked(ctx), renewTimeout)
	defer cancel()
	held, wait := e.data.manyHolds.Renew(ctx, open.Key, func() keepalive.Held[groupRecords] { return nil })
	logFailures(ctx, "KeepAlives failed", held.failures())
	if wait > 0 {
		resp.RenewAt = e.data.renewAt(wait)
		return
	}
	tflog.Debug(ctx, "No call is left to keep alive, or a renewal arrived after the close; nothing more is sent")
}

// Close implements [ephemeral.EphemeralResourceWithClose]. It asks Graph once more about each call that no renewal has
// found ended, so that an end is also noticed in a run too short for a renewal; see [callKeepaliveEphemeral.Close].
func (e *callKeepalivesEphemeral) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	open, ok := loadOpened[groupPrivate](ctx, req.Private, groupPrivateKey, &resp.Diagnostics)
	if !ok || !e.data.configured(&resp.Diagnostics) {
		return
	}
	ctx, cancel := e.data.clock.WithTimeout(e.data.masked(ctx), closeTimeout)
	defer cancel()
	held, first := e.data.manyHolds.Close(ctx, open.Key)
	if !first || held.group == nil {
		return
	}
	var diags diag.Diagnostics
	e.conclude(ctx, held, &diags)
	for _, d := range diags { // without its path: there is no configuration any more that it could point into
		if d.Severity() == diag.SeverityError {
			resp.Diagnostics.AddError(d.Summary(), d.Detail())
		} else {
			resp.Diagnostics.AddWarning(d.Summary(), d.Detail())
		}
	}
}

// conclude says what became of the calls that were alive when they were opened.
func (e *callKeepalivesEphemeral) conclude(ctx context.Context, held groupRecords, diags *diag.Diagnostics) {
	over, failing, alive := held.partition(nil)
	ends, shown := held.findEnds(ctx, over), map[int]bool{}
	numbers := slices.Concat(failing, alive) // in this order, as time may not suffice for all
	var unread []callFailure
	for i, o := range held.group.readEnds(ctx, closeTimeout, numbers) {
		n := numbers[i]
		r := held.records[n]
		switch {
		case o.value.ended():
			ends[n] = o.value
		case o.err != nil && r.Failure != nil && !e.data.clock.Now().Before(keepalive.Expiry(r.Last)):
			held.records[n].Lost = true
			ends[n] = endOfHold(held.records[n])
		case o.err != nil:
			unread = append(unread, callFailure{o.call, o.err})
		default:
			shown[n] = true
		}
	}
	logFailures(ctx, "The state of calls is not known", unread)
	over, failing, alive = held.partition(ends)
	held.reportEnded(over, ends, othersHeld(len(alive), len(over), len(over)+len(failing)+len(alive)), diags)
	held.reportFailing(failing, shown, diags)
}
