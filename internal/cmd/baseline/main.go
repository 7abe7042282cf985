// Command baseline is a provider without logic, with the framework's defaults. `make bench` measures it beside the real
// one, to tell what Terraform and the framework cost for any provider:
//
//   - baseline_object has two attributes and shows how fast a provider can be,
//   - baseline_call_keepalive has the schema of msgraph_call_keepalive and states of the same size, and shows what
//     such objects cost whichever provider serves them.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// address is where the benchmark installs the program.
const address = "terraform.local/local/baseline"

func main() {
	if err := providerserver.Serve(context.Background(), newProvider, providerserver.ServeOpts{Address: address}); err != nil {
		log.Fatalln("baseline:", err)
	}
}

func newProvider() provider.Provider { return baseline{} }

type baseline struct{}

// Metadata implements [provider.Provider].
func (baseline) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "baseline"
}

// Schema implements [provider.Provider].
func (baseline) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{}
}

// Configure implements [provider.Provider].
func (baseline) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources implements [provider.Provider].
func (baseline) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources implements [provider.Provider].
func (baseline) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newObject, newTwin}
}
