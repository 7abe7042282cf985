package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// dueWindow is the part of a resource's model that says when its next keepAlive is due: a plan shows an update in place
// once the last one is renew_after old. [dueWindowAttributes] are its attributes, and [providerData.due] is for the plan.
type dueWindow struct {
	RenewAfter      types.String      `tfsdk:"renew_after"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	RenewAt         timetypes.RFC3339 `tfsdk:"renew_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
}

// expectKeepAlive makes unknown what the next keepAlive will set.
func (w *dueWindow) expectKeepAlive() {
	w.LastKeepaliveAt = timetypes.NewRFC3339Unknown()
	w.RenewAt = timetypes.NewRFC3339Unknown()
	w.ExpiresAt = timetypes.NewRFC3339Unknown()
}

// expectsKeepAlive reports whether a keepAlive is planned. In a plan as the framework passes it, that is
// whether anything differs from state: the framework has then marked every computed value unknown.
func (w *dueWindow) expectsKeepAlive() bool { return w.LastKeepaliveAt.IsUnknown() }

// keptAt sets when Graph accepted the last keepAlive, and the times that follow from it.
func (w *dueWindow) keptAt(at time.Time) {
	w.LastKeepaliveAt = timetypes.NewRFC3339TimeValue(at)
	w.RenewAt = timetypes.NewRFC3339TimeValue(keepalive.RenewAt(at, tfvalue.Duration(w.RenewAfter)))
	w.ExpiresAt = timetypes.NewRFC3339TimeValue(keepalive.Expiry(at))
}

// dueWindowAttributes returns the attributes of a [dueWindow].
func dueWindowAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"renew_after": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(tfvalue.FormatDuration(keepalive.DefaultRenewAfter)),
			MarkdownDescription: fmt.Sprintf("How long after the last `keepAlive` the next one is due, as a duration such as "+
				"`\"10m\"`: at least 0, below %s, which is Graph's limit (default: `\"%s\"`). `\"0s\"` sends one at every apply.",
				tfvalue.FormatDuration(keepalive.Limit), tfvalue.FormatDuration(keepalive.DefaultRenewAfter)),
			Validators: []validator.String{tfvalue.DurationBelow(0, keepalive.Limit)},
		},
		"last_keepalive_at": computedTime("When Graph accepted the last `keepAlive`, by Graph's clock."),
		"renew_at":          computedTime("When the next `keepAlive` is due: `last_keepalive_at` plus `renew_after`."),
		"expires_at":        computedTime("When Graph ends the call if no `keepAlive` follows: " + expiryDescription),
	}
}

// computedTime returns a computed attribute for a point in time.
func computedTime(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: description + rfc3339Description,
	}
}

// serverTimeTimeout bounds the request for Graph's time, the only one of a plan without refresh.
const serverTimeTimeout = 15 * time.Second

// due reports whether the call needs a keepAlive by the window in its state. It does if none is on record, as after an
// import.
func (d *providerData) due(ctx context.Context, callID string, w dueWindow) bool {
	last, diags := w.LastKeepaliveAt.ValueRFC3339Time()
	return diags.HasError() || d.dueSince(ctx, callID, last, tfvalue.Duration(w.RenewAfter))
}

// dueSince reports whether the call needs a keepAlive after the one at last. If this machine's clock says no and this
// process has had no response from Graph, as in a plan without refresh, it sends Graph one request for its time: the
// machine's clock may be slow. Without a response, the keepAlive is due: one too many does no harm.
func (d *providerData) dueSince(ctx context.Context, callID string, last time.Time, renewAfter time.Duration) bool {
	if keepalive.Due(last, d.clock.Now(), renewAfter) {
		return true
	}
	if !d.clock.Heard() {
		d.askedTime.Do(func() {
			ctx, cancel := d.clock.WithTimeout(d.masked(ctx), serverTimeTimeout)
			defer cancel()
			if _, err := d.getCall(ctx, callID); err != nil {
				tflog.Warn(ctx, "Graph did not respond to a request for its time", map[string]any{"error": err.Error()})
			}
		})
	}
	return !d.clock.Heard() || keepalive.Due(last, d.clock.Now(), renewAfter)
}
