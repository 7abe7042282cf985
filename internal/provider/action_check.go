package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/tfvalue"
)

// checkedText is the value of an attribute, and its validator.
type checkedText struct {
	at    path.Path
	value types.String
	validator.String
}

// checkKnown applies the schema's validators to values that are known by now.
func checkKnown(ctx context.Context, header types.Map, texts []checkedText, diags *diag.Diagnostics) {
	var headers validator.MapResponse
	tfvalue.HeadersValidator{}.ValidateMap(ctx, validator.MapRequest{Path: path.Root("headers"), ConfigValue: header}, &headers)
	diags.Append(headers.Diagnostics...)
	for _, text := range texts {
		var resp validator.StringResponse
		text.ValidateString(ctx, validator.StringRequest{Path: text.at, ConfigValue: text.value}, &resp)
		diags.Append(resp.Diagnostics...)
	}
}
