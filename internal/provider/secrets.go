package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/redact"
)

// keepSecret tells what in the settings must not be shown; the credential tells of its own.
// Nothing is meant to show any of it; but services, proxies and libraries may repeat what
// they are given.
func (s settings) keepSecret(secrets *redact.Secrets, transport *graph.Transport) {
	secrets.Add(transport.Secrets()...)
	secrets.Add(s.steps.secrets()...)
	for _, values := range s.headers {
		secrets.Add(values...)
	}
}

// secretAttributes are those of the provider block that hold secrets.
var secretAttributes = func() map[string]bool {
	secret := map[string]bool{}
	for name, attribute := range configAttributes() {
		secret[name] = attribute.IsSensitive()
	}
	return secret
}()

// addSettingError adds an error about an attribute of the provider block: at the attribute,
// unless that holds a secret. Terraform shows the source of what an error is at.
func addSettingError(diags *diag.Diagnostics, attribute, summary, detail string) {
	if secretAttributes[attribute] {
		diags.AddError(summary, detail)
		return
	}
	diags.AddAttributeError(path.Root(attribute), summary, detail)
}

// logger returns a log of requests that goes where the context of each says.
func logger(secrets *redact.Secrets) graph.Log {
	return func(ctx context.Context, message string, fields map[string]any) {
		// The masks know fixed strings only, and take out one after the other.
		tflog.Debug(masked(ctx, secrets), secrets.Text(message), secrets.Fields(fields))
	}
}

// masked returns ctx with a log that shows no secrets, whatever is written to it.
func masked(ctx context.Context, secrets *redact.Secrets) context.Context {
	ctx = tflog.MaskLogStrings(ctx, secrets.Forms()...)
	return tflog.MaskLogRegexes(ctx, redact.Token)
}

// masked returns ctx with a log that shows none of the provider's secrets.
func (s *session) masked(ctx context.Context) context.Context { return masked(ctx, s.secrets) }
