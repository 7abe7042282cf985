package config

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/tfvalue"
)

func headersSetting() schema.MapAttribute {
	return schema.MapAttribute{
		Optional: true, Sensitive: true, ElementType: types.StringType,
		MarkdownDescription: "Headers to add to every request to Graph (but not to requests for tokens). Their values are treated as secrets " +
			"and kept out of state, plans, logs and errors; they may be ephemeral. A header of the same name in the " +
			"`headers` of an object takes precedence.",
		Validators: []validator.Map{secretHeadersValidator{}},
	}
}

// headers reads the map; all of it must be known.
func (r *settingReader) headers(ctx context.Context, headers types.Map) http.Header {
	if !fullyKnown(ctx, headers) {
		r.unknown("headers")
	}
	return tfvalue.Header(headers)
}

// secretHeadersValidator is [tfvalue.HeadersValidator] for headers whose values are secrets. Its
// errors have no attribute path: Terraform would show the source of the attribute.
type secretHeadersValidator struct{ tfvalue.HeadersValidator }

// ValidateMap implements [validator.Map].
func (v secretHeadersValidator) ValidateMap(ctx context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	var found validator.MapResponse
	v.HeadersValidator.ValidateMap(ctx, req, &found)
	for _, d := range found.Diagnostics {
		resp.Diagnostics.AddError(d.Summary(), "In the provider's headers: "+d.Detail())
	}
}
