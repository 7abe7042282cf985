package tfvalue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"terraform-provider-msgraph/internal/graph"
)

// HeadersValidator checks the names and values of request headers.
type HeadersValidator struct{}

// Description implements [validator.Map].
func (HeadersValidator) Description(context.Context) string {
	return "must hold headers that HTTP allows and that the request does not set itself"
}

// MarkdownDescription implements [validator.Map].
func (v HeadersValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap implements [validator.Map].
func (HeadersValidator) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	elements := req.ConfigValue.Elements()
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		at := req.Path.AtMapKey(name)
		if twin, ok := seen[strings.ToLower(name)]; ok {
			resp.Diagnostics.AddAttributeError(at, "Invalid Header",
				fmt.Sprintf("%q and %q are the same header: names differ in more than case. Keep one of them.", twin, name))
		}
		seen[strings.ToLower(name)] = name
		value, _ := KnownString(elements[name])
		if err := graph.CheckHeader(name, value); err != nil {
			resp.Diagnostics.AddAttributeError(at, "Invalid Header", fmt.Sprintf("Header %q: %s.", name, err))
		}
	}
}
