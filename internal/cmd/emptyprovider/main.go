// Command emptyprovider is a provider with one resource and no logic, at the framework's
// defaults. `make bench` runs it beside the real one, to tell what of the time is the
// framework's.
package main

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform-provider-msgraph/internal/cmd/yardstick"
)

// address is where the benchmark puts the program for the CLI to find.
const address = "terraform.local/local/empty"

var empty = yardstick.Provider{TypeName: "empty", Resource: func() resource.Resource { return thing{} }}

func main() {
	os.Exit(empty.Serve(context.Background(), providerserver.ServeOpts{Address: address}, os.Stderr))
}
