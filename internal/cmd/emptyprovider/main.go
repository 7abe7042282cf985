// Command emptyprovider is a provider with one resource and no logic, at the framework's
// defaults. `make bench` runs it beside the real one, to tell what of the time is the
// framework's.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// address is where the benchmark puts the program for the CLI to find.
const address = "terraform.local/local/empty"

func main() {
	os.Exit(serve(context.Background(), providerserver.ServeOpts{Address: address}, os.Stderr))
}

// serve serves the provider until the CLI has done with it, and returns the exit code.
func serve(ctx context.Context, opts providerserver.ServeOpts, stderr io.Writer) int {
	if err := providerserver.Serve(ctx, func() provider.Provider { return empty{} }, opts); err != nil {
		_, _ = fmt.Fprintln(stderr, "emptyprovider:", err)
		return 1
	}
	return 0
}

type empty struct{}

// Metadata implements [provider.Provider].
func (empty) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "empty"
}

// Schema implements [provider.Provider].
func (empty) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{}
}

// Configure implements [provider.Provider].
func (empty) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources implements [provider.Provider].
func (empty) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources implements [provider.Provider].
func (empty) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return thing{} }}
}
