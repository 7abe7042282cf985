package config

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const (
	tenantID     = "5bd6ba2a-1c4f-4d2c-9b0c-2f6f3c7e1d11"
	clientID     = "0d2a35c5-7a49-4c5e-8d13-0f5c1e7b9a22"
	clientSecret = "s3cret~of+the/app="
)

// attributes are a block; those left out are null.
type attributes = map[string]any

func described() schema.Schema { return schema.Schema{Attributes: Attributes(), Blocks: Blocks()} }

// withSecret is a provider block with a client secret and what else is given.
func withSecret(also attributes) attributes {
	block := attributes{"tenant_id": tenantID, "client_id": clientID, "client_secret": clientSecret}
	maps.Copy(block, also)
	return block
}

// modelOf is the provider block with the attributes.
func modelOf(t *testing.T, block attributes) Model {
	t.Helper()
	var model Model
	raw := valueOf(described().Type().TerraformType(t.Context()), block)
	if diags := (tfsdk.Config{Schema: described(), Raw: raw}).Get(t.Context(), &model); diags.HasError() {
		t.Fatal(diags)
	}
	return model
}

// settingsOf are what is made of a block and an environment, with the diagnostics as text.
func settingsOf(t *testing.T, block attributes, env map[string]string) (Settings, string) {
	t.Helper()
	s, diags := modelOf(t, block).Settings(t.Context(), func(name string) string { return env[name] })
	return s, textOf(diags)
}

// validate is what the validators of the block's attributes say.
func validate(t *testing.T, block attributes) string {
	t.Helper()
	server := providerserver.NewProtocol6(blockOnly{})()
	config, err := tfprotov6.NewDynamicValue(described().Type().TerraformType(t.Context()), valueOf(described().Type().TerraformType(t.Context()), block))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, d := range resp.Diagnostics {
		at := ""
		if d.Attribute != nil {
			at = d.Attribute.String() + ": "
		}
		fmt.Fprintf(&b, "%s: %s%s: %s\n", d.Severity, at, d.Summary, d.Detail)
	}
	return b.String()
}

func textOf(diags diag.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&b, "%s: %s: %s\n", d.Severity(), d.Summary(), d.Detail())
	}
	return b.String()
}

// pathOf is what a diagnostic is about, empty for nothing.
func pathOf(d diag.Diagnostic) string {
	if at, ok := d.(diag.DiagnosticWithPath); ok {
		return at.Path().String()
	}
	return ""
}

// valueOf makes a value of the type out of attributes, lists and what tftypes takes.
func valueOf(as tftypes.Type, value any) tftypes.Value {
	given, isMap := value.(attributes)
	elements, isList := value.([]any)
	switch as := as.(type) {
	case tftypes.Object:
		if isMap {
			all := map[string]tftypes.Value{}
			for name, attribute := range as.AttributeTypes {
				all[name] = valueOf(attribute, given[name])
			}
			return tftypes.NewValue(as, all)
		}
	case tftypes.Map:
		if isMap {
			all := map[string]tftypes.Value{}
			for name, element := range given {
				all[name] = valueOf(as.ElementType, element)
			}
			return tftypes.NewValue(as, all)
		}
	case tftypes.List:
		if isList {
			all := make([]tftypes.Value, 0, len(elements))
			for _, element := range elements {
				all = append(all, valueOf(as.ElementType, element))
			}
			return tftypes.NewValue(as, all)
		}
	}
	return tftypes.NewValue(as, value)
}

// blockOnly is a provider that offers its block and nothing else.
type blockOnly struct{}

func (blockOnly) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse) {}
func (blockOnly) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = described()
}
func (blockOnly) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (blockOnly) Resources(context.Context) []func() resource.Resource                              { return nil }
func (blockOnly) DataSources(context.Context) []func() datasource.DataSource                        { return nil }
