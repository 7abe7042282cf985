package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/redact"
	"terraform-provider-msgraph/internal/transport"
)

// logger returns a log of requests, which writes each to the log in its context.
func logger(secrets *redact.Secrets) transport.Log {
	return func(ctx context.Context, message string, fields map[string]any) {
		// The masks know fixed strings only, and replace one after the other.
		tflog.Debug(masked(ctx, secrets), secrets.Text(message), secrets.Fields(fields))
	}
}

// masked returns ctx with a log that shows no secrets, whatever is written to it.
func masked(ctx context.Context, secrets *redact.Secrets) context.Context {
	ctx = tflog.MaskLogStrings(ctx, secrets.Forms()...)
	return tflog.MaskLogRegexes(ctx, redact.Token)
}

// masked returns ctx with a log that shows none of the provider's secrets.
func (d *providerData) masked(ctx context.Context) context.Context {
	if d.silent {
		return ctx
	}
	return masked(ctx, d.secrets)
}

// logKeepAlive logs, at INFO, a keepAlive that Graph accepted at that time.
func (d *providerData) logKeepAlive(ctx context.Context, callID string, at time.Time) {
	if d.silent {
		return
	}
	tflog.Info(d.masked(ctx), "Graph accepted a keepAlive", d.secrets.Fields(map[string]any{
		"call_id": callID, "at": at.Format(time.RFC3339), "expires_at": keepalive.Expiry(at).Format(time.RFC3339),
	}))
}
