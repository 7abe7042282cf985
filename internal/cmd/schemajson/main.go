// Command schemajson prints the provider's schema as `terraform providers schema -json` does, for
// the documentation generator.
//
// It asks the provider itself, in process. Terraform prints only what its own version knows: 1.11 leaves
// out actions and identities, and OpenTofu leaves out actions. The documentation must not depend
// on which of them is installed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/provider"
)

// providerName is the key of the schema: tfplugindocs looks for the short name, or for an address
// under the public registry, which is not the provider's.
const providerName = "msgraph"

func main() {
	server := providerserver.NewProtocol6(provider.New("docs")())()
	if err := run(context.Background(), server, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schemajson:", err)
		os.Exit(1)
	}
}

// run asks the server for its schemas and writes them as indented JSON.
func run(ctx context.Context, server tfprotov6.ProviderServer, w io.Writer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return fmt.Errorf("asking for the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return fmt.Errorf("asking for the identity schemas: %w", err)
	}
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document{
		FormatVersion:   formatVersion,
		ProviderSchemas: map[string]providerJSON{providerName: newProvider(schemas, identities)},
	})
}
