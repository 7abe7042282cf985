package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/tfvalue"
)

// checkedText is the value of an attribute, and its validator.
type checkedText struct {
	value types.String
	validator.String
}

// checkKnown applies the schema's validators to values that are known by now.
func checkKnown(ctx context.Context, header types.Map, texts map[string]checkedText, diags *diag.Diagnostics) {
	var headers validator.MapResponse
	tfvalue.HeadersValidator{}.ValidateMap(ctx, validator.MapRequest{Path: path.Root("headers"), ConfigValue: header}, &headers)
	diags.Append(headers.Diagnostics...)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		rule := texts[name]
		var resp validator.StringResponse
		rule.ValidateString(ctx, validator.StringRequest{Path: path.Root(name), ConfigValue: rule.value}, &resp)
		diags.Append(resp.Diagnostics...)
	}
}
