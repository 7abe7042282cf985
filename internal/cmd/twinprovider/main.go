// Command twinprovider is a provider whose one resource has the schema of
// msgraph_call_keepalive and states of the same size, and no logic, at the framework's
// defaults. `make bench` runs it beside the real one, to tell what Terraform and the framework
// take for such objects, whoever serves them.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	msgraph "terraform-provider-msgraph/internal/provider"
)

// address is where the benchmark puts the program for the CLI to find.
const address = "terraform.local/local/twin"

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return twin{} }, providerserver.ServeOpts{Address: address})
	if err != nil {
		fmt.Fprintln(os.Stderr, "twinprovider:", err)
		os.Exit(1)
	}
}

type twin struct{}

// Metadata implements [provider.Provider].
func (twin) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "twin"
}

// Schema implements [provider.Provider].
func (twin) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{}
}

// Configure implements [provider.Provider].
func (twin) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources implements [provider.Provider].
func (twin) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources implements [provider.Provider].
func (twin) Resources(ctx context.Context) []func() resource.Resource {
	original := msgraph.New("twin")().Resources(ctx)[0]
	return []func() resource.Resource{func() resource.Resource { return call{original()} }}
}
