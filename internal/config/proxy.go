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

// proxyBlock is the block that names the proxy for all requests. The framework would require
// an attribute even without the block, so the block's validator does.
func proxyBlock() schema.SingleNestedBlock {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{notEmpty()}}
	}
	secret := func(a schema.StringAttribute) schema.StringAttribute {
		a.Sensitive = true
		return a
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "The proxy for all requests, to Graph and for tokens. Without this block, the environment variables " +
			"`HTTPS_PROXY` and `NO_PROXY` (or their lowercase forms) are used. Azure's instance metadata and identity endpoints, such as " +
			"`169.254.169.254`, and loopback addresses are never reached through a proxy.",
		Attributes: map[string]schema.Attribute{
			"url": secret(text("The URL of the proxy: `http://`, `https://` (TLS to the proxy itself) or `socks5://` (or `socks5h://`; with both, " +
				"the proxy resolves names), followed by a host and a port. Required when the block is set. It may contain a percent-encoded user name and password.")),
			"username": text("The user name for Basic authentication."),
			"password": secret(text("The password for Basic authentication.")),
			"use_default_credentials": schema.BoolAttribute{Optional: true, MarkdownDescription: "Authenticate to the proxy with Negotiate " +
				"(SPNEGO) instead of `username` and `password`: with the Kerberos tickets in the credential cache (`kinit`, `KRB5CCNAME`, " +
				"`KRB5_CONFIG`), or on Windows as the current user. `url` must then begin with `http://` or `https://`, use the host name of the " +
				"proxy's principal `HTTP/<host name>`, and contain no credentials. Default: `false`."},
			"no_proxy": text("A comma-separated list of destinations that are reached without the proxy: host names, which include their " +
				"subdomains (a leading dot stands for the subdomains only), IP addresses and CIDR ranges (`10.0.0.0/8`), each with an optional " +
				"port, or `*`. With this block, `NO_PROXY` is ignored."),
		},
		Validators: []validator.Object{proxyValidator{"must name a proxy"}},
	}
}

// proxyModel is the block.
type proxyModel struct {
	URL                   types.String `tfsdk:"url"`
	Username              types.String `tfsdk:"username"`
	Password              types.String `tfsdk:"password"`
	UseDefaultCredentials types.Bool   `tfsdk:"use_default_credentials"`
	NoProxy               types.String `tfsdk:"no_proxy"`
}

// options are the block's; getenv is where the ticket cache is looked for.
func (m proxyModel) options(getenv negotiate.Getenv) transport.ProxyOptions {
	o := transport.ProxyOptions{
		URL: m.URL.ValueString(), Username: m.Username.ValueString(),
		Password: m.Password.ValueString(), NoProxy: m.NoProxy.ValueString(),
	}
	if m.UseDefaultCredentials.ValueBool() {
		o.CheckHost = negotiate.CheckHost
		o.Negotiate = func(ctx context.Context, host string) (string, error) { return negotiate.Header(ctx, getenv, host) }
	}
	return o
}

// proxy reads the block.
func (r *settingReader) proxy(ctx context.Context, block types.Object) transport.ProxyOptions {
	var m proxyModel
	r.block(ctx, path.Root("proxy"), block, proxyBlock().Attributes, &m)
	return m.options(r.getenv)
}

// proxyValidator checks that a block names a proxy, and its credentials once.
type proxyValidator struct{ description }

// ValidateObject implements [validator.Object]. Errors about the URL are reported on the
// block: Terraform shows the line that an error is about, and that one may hold a password.
func (proxyValidator) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	var m proxyModel
	resp.Diagnostics.Append(asStruct(ctx, req.ConfigValue, &m)...)
	if m.URL.IsNull() {
		resp.Diagnostics.AddAttributeError(req.Path, "Missing Proxy URL",
			`The proxy block has no url. Set url = "http://proxy.example:3128", or remove the block to use the environment (HTTPS_PROXY, NO_PROXY).`)
		return
	}
	if !fullyKnown(ctx, req.ConfigValue) || m.URL.ValueString() == "" {
		return
	}
	if err := transport.CheckProxyURL(m.URL.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Proxy URL", fmt.Sprintf("The url of the proxy cannot be used: %s.", err))
		return
	}
	if err := transport.CheckProxy(m.options(nil)); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Proxy", fmt.Sprintf("The proxy cannot be used: %s.", err))
	}
}
