package tfvalue

import (
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// KnownString returns the string in v, and false when v is null, unknown or no string.
func KnownString(v attr.Value) (string, bool) {
	s, ok := v.(types.String)
	if !ok || s.IsNull() || s.IsUnknown() {
		return "", false
	}
	return s.ValueString(), true
}

// TextOrNull returns the string as a value; null if it is empty.
func TextOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// Header makes the header of a request from a map of strings; values that are null or unknown
// are left out.
func Header(headers types.Map) http.Header {
	header := http.Header{}
	for name, value := range headers.Elements() {
		if text, ok := KnownString(value); ok {
			header.Set(name, text)
		}
	}
	return header
}
