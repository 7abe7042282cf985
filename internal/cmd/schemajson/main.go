// Command schemajson prints the provider's schema in the format of `terraform providers schema -json`, for the
// documentation generator.
//
// It takes the schema from the provider in process, because Terraform prints only what its own version knows: 1.11
// leaves out actions and identities, and OpenTofu leaves out actions. The documentation must not depend on which of
// them is installed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/provider"
)

const (
	// providerName is the key of the schema. tfplugindocs looks for the short name, or for an address in the public
	// registry, which the provider's is not.
	providerName = "msgraph"

	// formatVersion is the version of the format that Terraform 1.x prints.
	// https://developer.hashicorp.com/terraform/cli/commands/providers/schema
	formatVersion = "1.0"
)

func main() {
	server := providerserver.NewProtocol6(provider.New("docs")())()
	if err := run(context.Background(), server, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schemajson:", err)
		os.Exit(1)
	}
}

// run gets the server's schemas and writes them as indented JSON.
func run(ctx context.Context, server tfprotov6.ProviderServer, w io.Writer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return fmt.Errorf("getting the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return fmt.Errorf("getting the identity schemas: %w", err)
	}
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(tfjson.ProviderSchemas{
		FormatVersion: formatVersion,
		Schemas:       map[string]*tfjson.ProviderSchema{providerName: newProvider(schemas, identities)},
	})
}
