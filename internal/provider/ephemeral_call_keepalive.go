package provider

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*callKeepaliveEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*callKeepaliveEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithRenew          = (*callKeepaliveEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithClose          = (*callKeepaliveEphemeral)(nil)
)

// OpenTofu gives up on an ephemeral resource that is not closed within ten seconds, a renewal
// that is still in progress included, and then panics. Both together stay below that.
const (
	renewTimeout = 5 * time.Second
	closeTimeout = 4 * time.Second
	// readOnCloseTimeout bounds reading the call on close. It leaves some of closeTimeout for hanging up.
	readOnCloseTimeout = 2 * time.Second
)

// callKeepaliveEphemeral is the ephemeral resource msgraph_call_keepalive: a call that is
// kept alive while Terraform holds it open. Terraform makes a new one for each request; what
// they share is in the provider data.
type callKeepaliveEphemeral struct{ baseEphemeral }

// callPrivate is what Open leaves for Renew and Close in Terraform's hands. What changes from one keepAlive to the next, and what
// is secret, is in [keepalive.Registry] instead.
type callPrivate struct {
	Key           string        `json:"key"`
	CallID        string        `json:"call_id"`
	RenewAfter    time.Duration `json:"renew_after"` // in nanoseconds
	HangUpOnClose bool          `json:"hang_up_on_close"`
}

// callPrivateKey names the [callPrivate] in an ephemeral resource's private data.
const callPrivateKey = "open_call"

// complete reports whether everything that Open stores is there.
func (c callPrivate) complete() bool { return c.Key != "" && c.CallID != "" }

// ValidateConfig implements [ephemeral.EphemeralResourceWithValidateConfig].
func (e *callKeepaliveEphemeral) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config callKeepaliveEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkNamesOneCall(&resp.Diagnostics)
}

// Open implements [ephemeral.EphemeralResource].
func (e *callKeepaliveEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var data callKeepaliveEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() || !e.data.configured(&resp.Diagnostics) {
		return
	}
	sendCtx, cancel := e.data.clock.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	header := e.data.secretHeader(data.Headers)
	open := callPrivate{
		Key: uuid.NewString(), CallID: data.effectiveID().ValueString(),
		RenewAfter: holdRenewAfterOf(data.RenewAfter), HangUpOnClose: data.HangUpOnClose.ValueBool(),
	}
	k, err := e.data.sendKeepAlive(sendCtx, open.CallID, header)
	if err != nil {
		addCallError(&resp.Diagnostics, data.callIDPath(), err, notFoundOnOpen)
		return
	}
	data.setResult(k)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &data)...)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, callPrivateKey, open)...)
	if resp.Diagnostics.HasError() {
		return
	}
	keeper := e.data.keeper(open, header, k.at)
	e.data.holds.Open(open.Key, keeper)
	resp.RenewAt = e.data.renewAt(keeper.Wait())
}

// Renew implements [ephemeral.EphemeralResourceWithRenew]. A transient failure is not
// an error, since Terraform stops renewing at the first one, but is retried soon. When the call
// has ended, no other renewal is requested, and Close reports the end: Terraform before 1.17
// loses the error of a renewal, and later versions and OpenTofu show it as well as that of Close.
func (e *callKeepaliveEphemeral) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	open, ok := loadOpened[callPrivate](ctx, req.Private, callPrivateKey, &resp.Diagnostics)
	if !ok || !e.data.configured(&resp.Diagnostics) {
		return
	}
	ctx = tflog.SetField(e.data.masked(ctx), "call_id", open.CallID)
	sendCtx, cancel := e.data.clock.WithTimeout(ctx, renewTimeout)
	defer cancel()

	record, wait := e.data.holds.Renew(sendCtx, open.Key, func() keepalive.Held[keepalive.Record] {
		return e.data.keeper(open, nil, time.Time{})
	})
	switch {
	case record.Ended:
		end, _ := endOfCall(graph.Call{}, record.Failure, true)
		tflog.Warn(ctx, "The call has ended; nothing more is sent", map[string]any{"reason": end.withIDs()})
	case wait == 0:
		tflog.Debug(ctx, "A renewal arrived after the close; nothing was sent")
	case record.Failure != nil:
		tflog.Warn(ctx, "A keepAlive failed and will be retried", map[string]any{
			"error": record.Failure.Error(), "failures": record.Failures, "next_attempt_in": wait.String(),
		})
	}
	if wait > 0 {
		resp.RenewAt = e.data.renewAt(wait)
	}
}

// renewAt is the time of a renewal that is due after wait. Terraform compares it with this
// machine's clock, so it is not by Graph's.
func (d *providerData) renewAt(wait time.Duration) time.Time {
	return d.clock.Local().Now().Add(wait)
}

// Close implements [ephemeral.EphemeralResourceWithClose]. It is the one place whose
// diagnostics every CLI shows, so it reports how the call ended. Terraform does not
// guarantee to call it, so nothing essential may depend on it.
func (e *callKeepaliveEphemeral) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	open, ok := loadOpened[callPrivate](ctx, req.Private, callPrivateKey, &resp.Diagnostics)
	if !ok || !e.data.configured(&resp.Diagnostics) {
		return
	}
	ctx, cancel := e.data.clock.WithTimeout(e.data.masked(ctx), closeTimeout)
	defer cancel()

	record, first := e.data.holds.Close(ctx, open.Key)
	if !first {
		return
	}
	if e.reportEnd(ctx, open, record, &resp.Diagnostics) || !open.HangUpOnClose {
		return
	}
	if err := e.data.client.HangUp(ctx, open.CallID); err != nil {
		resp.Diagnostics.AddWarning(summaryNotHungUp, fmt.Sprintf("Call %s could not be hung up, as hang_up_on_close requires.\n%s\n\n"+
			"If the call is still alive, Graph ends it %s after its last keepAlive.",
			open.CallID, describeFailure(err), tfvalue.FormatDuration(keepalive.Limit)))
	}
}

// reportEnd says what became of a call that was held, and reports whether it is over. Unless a renewal has found the end, it
// asks Graph, so that the end is also noticed in a run too short for a renewal.
func (e *callKeepaliveEphemeral) reportEnd(ctx context.Context, open callPrivate, r keepalive.Record, diags *diag.Diagnostics) bool {
	if r.Last.IsZero() && !r.Ended {
		return false // opened by another process: nothing is known of this run
	}
	reason, err := e.data.findEnd(ctx, readOnCloseTimeout, open.CallID, r)
	if err != nil && r.Failure != nil && !e.data.clock.Now().Before(keepalive.Expiry(r.Last)) {
		reason = lostReason(r)
	}
	switch {
	case reason != "":
		addEndedDuringRun(diags, open.CallID, reason, r)
	case r.Failure != nil && !open.HangUpOnClose:
		addFailingWarning(diags, open.CallID, err == nil, r)
	case err != nil:
		tflog.Warn(ctx, "The state of the call is not known", map[string]any{"call_id": open.CallID, "error": err.Error()})
	}
	return reason != ""
}

// keeper makes the keeper of an open call; last is when it was kept alive last, zero when
// that is not known.
func (d *providerData) keeper(open callPrivate, header http.Header, last time.Time) *keepalive.Keeper {
	return keepalive.NewKeeper(keepalive.KeeperOptions{
		Send: d.sendHeldFunc(open.CallID, header), Ended: graph.IsNotFound,
		Now: d.clock.Now, RenewAfter: open.RenewAfter, Last: last,
	})
}
