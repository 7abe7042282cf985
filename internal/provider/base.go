package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// What all objects of a kind have in common: the rest of their type's name, and the provider's data, nil as long as the
// provider is not configured.
type (
	baseResource   baseObject
	baseDataSource baseObject
	baseEphemeral  baseObject
	baseAction     baseObject

	baseObject struct {
		name string // after the provider's, such as "_call"
		data *providerData
	}
)

// Metadata implements [resource.Resource].
func (r *baseResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + r.name
}

// Configure implements [resource.ResourceWithConfigure].
func (r *baseResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Metadata implements [datasource.DataSource].
func (d *baseDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + d.name
}

// Configure implements [datasource.DataSourceWithConfigure].
func (d *baseDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Metadata implements [ephemeral.EphemeralResource].
func (e *baseEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + e.name
}

// Configure implements [ephemeral.EphemeralResourceWithConfigure].
func (e *baseEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Metadata implements [action.Action].
func (a *baseAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + a.name
}

// Configure implements [action.ActionWithConfigure].
func (a *baseAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// providerDataFrom takes the provider data out of what the framework hands to an object's
// Configure; nil as long as the provider is not configured.
func providerDataFrom(data any, diags *diag.Diagnostics) *providerData {
	if data == nil {
		return nil
	}
	d, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unexpected Provider Data",
			fmt.Sprintf("Expected %T, got %T. This is a bug in the provider; please report it.", d, data))
	}
	return d
}

// configured reports whether there is provider data, and adds an error if not: Terraform
// can call some objects before the provider has been configured.
func (d *providerData) configured(diags *diag.Diagnostics) bool {
	if d == nil {
		diags.AddError("Provider Not Configured",
			"The provider received a request about a call before its configuration. This is a bug in the provider; please report it.")
	}
	return d != nil
}
