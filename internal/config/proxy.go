package config

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/negotiate"
	"terraform-provider-msgraph/internal/transport"
)

// proxyBlock is the block that says through which proxy requests go. The framework would
// ask for a required attribute even without the block, so the block's validator does.
func proxyBlock() schema.SingleNestedBlock {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{notEmpty()}}
	}
	secret := func(a schema.StringAttribute) schema.StringAttribute {
		a.Sensitive = true
		return a
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "The proxy that the requests for tokens and those to Graph go through alike. Without this block the environment " +
			"counts: `HTTPS_PROXY` and `NO_PROXY`, or in small letters. The identity endpoints of Azure's machines, such as " +
			"`169.254.169.254`, and loopback addresses are never reached through a proxy.",
		Attributes: map[string]schema.Attribute{
			"url": secret(text("The proxy's URL: `http://`, `https://` (TLS to the proxy itself) or `socks5://` (also `socks5h://`; names are " +
				"resolved by the proxy in both), a host and a port. Required in this block. It may hold a user's name and password, in percent encoding.")),
			"username": text("The user's name at the proxy (Basic authentication)."),
			"password": secret(text("The password at the proxy.")),
			"use_default_credentials": schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to show the proxy who asks by Negotiate " +
				"(SPNEGO), in place of `username` and `password`: with the Kerberos ticket that `kinit` has put into the cache (`KRB5CCNAME`, " +
				"`KRB5_CONFIG`), on Windows as the user who is signed in. `url` must then hold the host name that the proxy's principal " +
				"`HTTP/<host name>` has, begin with `http://` or `https://`, and hold no credentials. `false` is as if it were absent."},
			"no_proxy": text("What is reached without the proxy, separated by commas: host names, which stand for those below as well " +
				"(with a dot in front, for those alone), addresses, ranges of them (`10.0.0.0/8`), each with a port if need be, or `*`. " +
				"`NO_PROXY` does not count beside the block."),
		},
		Validators: []validator.Object{proxyValidator{}},
	}
}

// proxyConfig is the block.
type proxyConfig struct {
	url, username, password, noProxy types.String
	useDefaultCredentials            types.Bool
}

func newProxyConfig(block types.Object) proxyConfig {
	get := func(name string) types.String {
		text, ok := block.Attributes()[name].(types.String)
		if !ok {
			return types.StringNull()
		}
		return text
	}
	use, ok := block.Attributes()["use_default_credentials"].(types.Bool)
	if !ok {
		use = types.BoolNull()
	}
	return proxyConfig{get("url"), get("username"), get("password"), get("no_proxy"), use}
}

// options are the block's; getenv is where the ticket cache is looked for.
func (c proxyConfig) options(getenv negotiate.Getenv) transport.ProxyOptions {
	o := transport.ProxyOptions{
		URL: c.url.ValueString(), Username: c.username.ValueString(),
		Password: c.password.ValueString(), NoProxy: c.noProxy.ValueString(),
	}
	if c.useDefaultCredentials.ValueBool() {
		o.CheckHost = negotiate.CheckHost
		o.Negotiate = func(ctx context.Context, host string) (string, error) { return negotiate.Header(ctx, getenv, host) }
	}
	return o
}

// proxy reads the block; all of it must be known.
func (r *settingReader) proxy(block types.Object) transport.ProxyOptions {
	at := path.Root("proxy")
	if block.IsUnknown() {
		r.unknownIn(at)
		return transport.ProxyOptions{}
	}
	c := newProxyConfig(block)
	for name, value := range map[string]types.String{"url": c.url, "username": c.username, "password": c.password, "no_proxy": c.noProxy} {
		if value.IsUnknown() {
			r.unknownIn(at.AtName(name))
		}
	}
	if c.useDefaultCredentials.IsUnknown() {
		r.unknownIn(at.AtName("use_default_credentials"))
	}
	return c.options(r.getenv)
}

// proxyValidator checks that a block names a proxy, and its credentials once.
type proxyValidator struct{}

// Description implements [validator.Object].
func (proxyValidator) Description(context.Context) string { return "must name a proxy" }

// MarkdownDescription implements [validator.Object].
func (v proxyValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject implements [validator.Object]. What is wrong with the URL is said of the
// block: Terraform shows the line that an error is about, and that one may hold a password.
func (proxyValidator) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	c := newProxyConfig(req.ConfigValue)
	if c.url.IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path, "Proxy Not Named",
			`The proxy block has no url. Set url = "http://proxy.example:3128" in it, or remove the block to have the environment count (HTTPS_PROXY, NO_PROXY).`)
		return
	}
	if c.url.IsUnknown() || c.username.IsUnknown() || c.password.IsUnknown() || c.useDefaultCredentials.IsUnknown() ||
		c.url.ValueString() == "" {
		return
	}
	if err := transport.CheckProxyURL(c.url.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Proxy Url", fmt.Sprintf("The url of the proxy cannot be used: %s.", err))
		return
	}
	if err := transport.CheckProxy(c.options(nil)); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Proxy", fmt.Sprintf("The proxy cannot be used: %s.", err))
	}
}
