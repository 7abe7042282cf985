package tfvalue

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// checkedString is a validator that applies a check function to a known string.
type checkedString struct {
	description string
	check       func(string) error
}

// Checked returns a validator whose error is check's, in a sentence.
func Checked(description string, check func(string) error) validator.String {
	return checkedString{description, check}
}

// Description implements [validator.String].
func (v checkedString) Description(context.Context) string { return v.description }

// MarkdownDescription implements [validator.String].
func (v checkedString) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements [validator.String].
func (v checkedString) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+attributeTitle(req.Path), Capitalize(err))
	}
}
