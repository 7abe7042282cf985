// Package yardstick is a provider at the framework's defaults that has one resource and nothing
// else. The benchmark runs programs made of it beside the real provider.
package yardstick

import (
	"context"
	"fmt"
	"io"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Provider is a provider of one resource.
type Provider struct {
	// TypeName is the prefix of the resource's name.
	TypeName string
	// Resource makes the resource.
	Resource func() resource.Resource
}

// Serve serves the provider until the CLI has done with it, and returns the exit code. What
// goes wrong it says on stderr.
func (p Provider) Serve(ctx context.Context, opts providerserver.ServeOpts, stderr io.Writer) int {
	if err := providerserver.Serve(ctx, func() provider.Provider { return p }, opts); err != nil {
		_, _ = fmt.Fprintf(stderr, "%sprovider: %s\n", p.TypeName, err)
		return 1
	}
	return 0
}

// Metadata implements [provider.Provider].
func (p Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = p.TypeName
}

// Schema implements [provider.Provider].
func (Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{}
}

// Configure implements [provider.Provider].
func (Provider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources implements [provider.Provider].
func (Provider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources implements [provider.Provider].
func (p Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{p.Resource}
}
