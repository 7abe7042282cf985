// Command twinprovider is a provider whose one resource has the schema of
// msgraph_call_keepalive and states of the same size, and no logic, at the framework's
// defaults. `make bench` runs it beside the real one, to tell what Terraform and the framework
// take for such objects, whoever serves them.
package main

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/cmd/yardstick"
	"terraform-provider-msgraph/internal/provider"
)

// address is where the benchmark puts the program for the CLI to find.
const address = "terraform.local/local/twin"

// twin has the one resource of the provider that it is the twin of.
var twin = yardstick.Provider{TypeName: "twin", Resource: func() resource.Resource {
	return call{provider.New("twin")().Resources(context.Background())[0]()}
}}

func main() {
	os.Exit(twin.Serve(context.Background(), providerserver.ServeOpts{Address: address}, os.Stderr))
}
