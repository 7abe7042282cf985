// Package provider implements the msgraph provider: its configuration, and its resources, data sources, ephemeral
// resources, actions and functions, each in files named after its kind and type. A model stands below its schema, and has a file
// of its own, as the schema has, where that would be long.
package provider

import (
	"context"
	"net"
	"os"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/config"
)

// Address is the provider's address. The provider is not published: at an address in a public registry, anyone could
// publish other code. Publishing it under a namespace changes only this constant.
const Address = "terraform.local/local/msgraph"

// typeName prefixes the names of the provider's types.
const typeName = "msgraph"

var (
	_ provider.Provider                       = (*msgraph)(nil)
	_ provider.ProviderWithFunctions          = (*msgraph)(nil)
	_ provider.ProviderWithEphemeralResources = (*msgraph)(nil)
	_ provider.ProviderWithActions            = (*msgraph)(nil)
)

// msgraph is the provider.
type msgraph struct {
	version string
	clock   clock.Clock
	getenv  func(name string) string
	// dial opens the provider's connections; nil for the default.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	// silent is whether logging is off, so that no log lines are built.
	silent bool

	data atomic.Pointer[providerData] // nil until the provider is configured
}

// New returns the constructor of the provider; version names the build in the user agent.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return newProvider(version) }
}

func newProvider(version string) *msgraph {
	return &msgraph{version: version, clock: clock.System(), getenv: os.Getenv}
}

// Metadata implements [provider.Provider].
func (p *msgraph) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typeName
	resp.Version = p.version
}

// Schema implements [provider.Provider].
func (p *msgraph) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Keeps Microsoft Teams calls alive through Microsoft Graph. Graph ends a call unless " +
			"a `keepAlive` reaches it at least every 45 minutes; this provider sends it from `terraform apply` " +
			"and shows in the plan when a call has ended.\n\n" + config.CredentialDescription(),
		Attributes: config.Attributes(),
		Blocks:     config.Blocks(),
	}
}

// Configure implements [provider.Provider]. It sends nothing: the first operation requests a token.
func (p *msgraph) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model config.Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := model.Settings(ctx, p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings.Transport.DialContext = p.dial
	data, diags := newProviderData(settings, userAgent(p.version, req.TerraformVersion), p.clock, p.silent)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	p.data.Store(data)
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData, resp.ActionData = data, data, data, data
}

// Resources implements [provider.Provider].
func (p *msgraph) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &callResource{baseResource{name: "_call"}} },
		func() resource.Resource { return &callKeepaliveResource{baseResource{name: "_call_keepalive"}} },
		func() resource.Resource { return &callKeepalivesResource{baseResource{name: "_call_keepalives"}} },
	}
}

// DataSources implements [provider.Provider].
func (p *msgraph) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &callDataSource{baseDataSource{name: "_call"}} },
		func() datasource.DataSource { return &callsDataSource{baseDataSource{name: "_calls"}} },
	}
}

// Functions implements [provider.ProviderWithFunctions].
func (p *msgraph) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		func() function.Function { return callIDFunction{} },
		func() function.Function { return meetingFunction{} },
	}
}

// EphemeralResources implements [provider.ProviderWithEphemeralResources].
func (p *msgraph) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		func() ephemeral.EphemeralResource {
			return &callKeepaliveEphemeral{baseEphemeral{name: "_call_keepalive"}}
		},
		func() ephemeral.EphemeralResource {
			return &callKeepalivesEphemeral{baseEphemeral{name: "_call_keepalives"}}
		},
	}
}

// Actions implements [provider.ProviderWithActions].
func (p *msgraph) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		func() action.Action { return &callKeepaliveAction{baseAction{name: "_call_keepalive"}} },
		func() action.Action { return &callKeepalivesAction{baseAction{name: "_call_keepalives"}} },
	}
}
