package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*callKeepalivesEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*callKeepalivesEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithRenew          = (*callKeepalivesEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithClose          = (*callKeepalivesEphemeral)(nil)
)

// callKeepalivesEphemeral is the ephemeral resource msgraph_call_keepalives: many calls that are kept alive while
// Terraform holds it open. See [callKeepaliveEphemeral].
type callKeepalivesEphemeral struct{ data *providerData }

func newCallKeepalivesEphemeral() ephemeral.EphemeralResource { return &callKeepalivesEphemeral{} }

// Metadata implements [ephemeral.EphemeralResource].
func (e *callKeepalivesEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_call_keepalives"
}

// Configure implements [ephemeral.EphemeralResourceWithConfigure].
func (e *callKeepalivesEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

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
	sendCtx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	calls, refused := knownCalls(data.Calls)
	group := e.data.newHeldGroup(calls, tfvalue.Header(data.Headers), data.RenewAfter, data.OnEnded)
	held, wait := group.Send(sendCtx)
	if err := ctx.Err(); err != nil { // what an interrupt ended is no failure in the records
		resp.Diagnostics.AddError(explanations[graph.KindCanceled].summary, "The run was interrupted before each call had got its keepAlive.")
		return
	}
	_, _, alive := held.sorted(nil)
	reportNotKept(append(refused, held.notKept()...), group.endedIsError, func(others int) string {
		return othersReached(len(alive), others, len(calls)+len(refused))
	}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	data.setResult(held, e.ended(sendCtx, held))
	open := heldGroupKey{uuid.NewString()}
	open.store(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	e.data.manyHolds.Open(open.Key, group)
	if wait > 0 {
		resp.RenewAt = e.renewAt(wait)
	}
}

// ended are the reasons for calls that had ended before, by name.
func (e *callKeepalivesEphemeral) ended(ctx context.Context, held heldCalls) map[string]attr.Value {
	var over []int
	for i, r := range held.records {
		if r.Over() {
			over = append(over, i)
		}
	}
	ends := make(map[int]endedCall, len(over))
	held.findEnds(ctx, isAliveTimeout, over, ends)
	reasons := make(map[string]attr.Value, len(over))
	for i, end := range ends {
		reasons[held.group.calls[i].name] = types.StringValue(end.reason)
	}
	return reasons
}

// othersReached says which calls got a keepAlive, after a diagnostic about that many others.
func othersReached(reached, others, all int) string {
	switch {
	case reached == 0:
		return ""
	case reached+others < all:
		return fmt.Sprintf("A keepAlive reached %d of %d calls.", reached, all)
	case reached == 1:
		return "A keepAlive reached the other call."
	}
	return fmt.Sprintf("A keepAlive reached each of the other %d calls.", reached)
}

// Renew implements [ephemeral.EphemeralResourceWithRenew]. It never ends in an error, after which Terraform would renew
// no call any more, but for what no other renewal can mend; Close tells what became of the calls. What the time is too short
// for, of many calls, is due a minute later.
func (e *callKeepalivesEphemeral) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	open, ok := loadHeldGroupKey(ctx, req.Private, &resp.Diagnostics)
	if !ok || !e.data.configured(&resp.Diagnostics) {
		return
	}
	ctx, cancel := context.WithTimeout(e.data.masked(ctx), renewTimeout)
	defer cancel()
	held, wait := e.data.manyHolds.Renew(ctx, open.Key, func() keepalive.Held[heldCalls] { return nil })
	for i, r := range held.records {
		if r.Failure != nil {
			tflog.Warn(ctx, "A keepAlive failed", map[string]any{
				"call": held.group.calls[i].name, "call_id": held.group.calls[i].id, "error": r.Failure.Error(), "ended": r.Over(), "failures": r.Failures,
			})
		}
	}
	if wait > 0 {
		resp.RenewAt = e.renewAt(wait)
		return
	}
	tflog.Debug(ctx, "No call is left to keep alive, or a renewal arrived after the close; nothing more is sent")
}

// renewAt is the time of a renewal that is due after wait, by this machine's clock.
func (e *callKeepalivesEphemeral) renewAt(wait time.Duration) time.Time {
	return e.data.clock.Clock.Now().Add(wait)
}

// Close implements [ephemeral.EphemeralResourceWithClose]. It asks Graph once more about each call, so that an end is
// also noticed in a run too short for a renewal; see [callKeepaliveEphemeral.Close].
func (e *callKeepalivesEphemeral) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	open, ok := loadHeldGroupKey(ctx, req.Private, &resp.Diagnostics)
	if !ok || !e.data.configured(&resp.Diagnostics) {
		return
	}
	ctx, cancel := context.WithTimeout(e.data.masked(ctx), closeTimeout)
	defer cancel()
	held, first := e.data.manyHolds.Close(ctx, open.Key)
	if !first || held.group == nil {
		return
	}
	var diags diag.Diagnostics
	e.conclude(ctx, held, &diags)
	for _, d := range diags { // there is no configuration any more that a path could point into
		if with, ok := d.(diag.DiagnosticWithPath); ok && d.Severity() == diag.SeverityError {
			d = diag.NewErrorDiagnostic(with.Summary(), with.Detail())
		} else if ok {
			d = diag.NewWarningDiagnostic(with.Summary(), with.Detail())
		}
		resp.Diagnostics.Append(d)
	}
}

// conclude says what became of the calls that were alive when they were opened.
func (e *callKeepalivesEphemeral) conclude(ctx context.Context, held heldCalls, diags *diag.Diagnostics) {
	ends, shown := map[int]endedCall{}, map[int]bool{}
	numbers := held.suspectsFirst()
	for i, o := range held.look(ctx, closeTimeout, numbers) {
		n := numbers[i]
		r := held.records[n]
		switch {
		case o.err == nil && o.value.reason != "":
			ends[n] = o.value
		case r.Over():
			ends[n] = endOf(r)
		case o.err != nil && r.Failure != nil && !e.data.clock.Now().Before(keepalive.Expiry(r.Last)):
			held.records[n].Lost = true
			ends[n] = endOf(held.records[n])
		case o.err != nil:
			tflog.Warn(ctx, "The state of a call is not known", map[string]any{"call": held.group.calls[n].name, "error": o.err.Error()})
		default:
			shown[n] = true
		}
	}
	over, failing, alive := held.sorted(ends)
	held.reportEnded(over, ends, othersHeld(len(alive), len(over), len(over)+len(failing)+len(alive)), diags)
	held.reportFailing(failing, shown, diags)
}

// suspectsFirst are the numbers of the calls that were kept alive, first of those whose last keepAlive failed: time may
// not suffice for all.
func (h heldCalls) suspectsFirst() []int {
	over, failing, alive := h.sorted(nil)
	return slices.Concat(over, failing, alive)
}

// callKeepalivesEphemeralModel is the ephemeral resource msgraph_call_keepalives in configuration and result.
type callKeepalivesEphemeralModel struct {
	Calls      types.Map    `tfsdk:"calls"`
	Headers    types.Map    `tfsdk:"headers"`
	OnEnded    types.String `tfsdk:"on_ended"`
	RenewAfter types.String `tfsdk:"renew_after"`

	Ended           types.Map         `tfsdk:"ended"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
}

// setResult takes over what the keepAlives of the opening have brought.
func (m *callKeepalivesEphemeralModel) setResult(held heldCalls, ended map[string]attr.Value) {
	m.Ended = types.MapValueMust(types.StringType, ended)
	m.LastKeepaliveAt, m.ExpiresAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	_, _, alive := held.sorted(nil)
	if _, last := held.keptTimes(alive); !last.IsZero() {
		m.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(last)
		m.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(last))
	}
}

// heldGroupKey is what Open leaves for Renew and Close in Terraform's hands. There may be many calls, so what they are is
// in the process's [keepalive.Registry]: Terraform and OpenTofu renew and close in the process that has opened.
type heldGroupKey struct {
	Key string `json:"key"`
}

// heldGroupPrivateKey names the [heldGroupKey] in an ephemeral resource's private data.
const heldGroupPrivateKey = "open_calls"

func (k heldGroupKey) store(ctx context.Context, private privateWriter, diags *diag.Diagnostics) {
	text, err := json.Marshal(k)
	if err != nil {
		diags.AddError("Unexpected Error", tfvalue.Capitalize(err))
		return
	}
	diags.Append(private.SetKey(ctx, heldGroupPrivateKey, text)...)
}

// loadHeldGroupKey returns what Open left in private data, and false with an error when that is not there.
func loadHeldGroupKey(ctx context.Context, private privateReader, diags *diag.Diagnostics) (k heldGroupKey, ok bool) {
	text, more := private.GetKey(ctx, heldGroupPrivateKey)
	diags.Append(more...)
	if more.HasError() {
		return k, false
	}
	err := json.Unmarshal(text, &k)
	if err == nil && k.Key == "" {
		err = fmt.Errorf("key is missing in %s", text)
	}
	if err != nil {
		addUnexpectedPrivateData(err, diags)
	}
	return k, err == nil
}
