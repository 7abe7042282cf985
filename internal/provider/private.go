package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/tfvalue"
)

// What is used here of a resource's private state, and of the private data of an ephemeral resource.
type (
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// setPrivate writes a value to the key, as JSON.
func setPrivate(ctx context.Context, private privateWriter, key string, value any) diag.Diagnostics {
	text, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected Error", tfvalue.Capitalize(err))}
	}
	return private.SetKey(ctx, key, text)
}

// loadPrivate returns the value at the key; the zero value if there is none that can be read.
func loadPrivate[T any](ctx context.Context, private privateReader, key string) T {
	var value, none T
	text, diags := private.GetKey(ctx, key)
	if diags.HasError() || json.Unmarshal(text, &value) != nil {
		return none
	}
	return value
}

// loadOpened returns what Open of an ephemeral resource left at the key, and false with an error when that is not there.
func loadOpened[T interface{ complete() bool }](ctx context.Context, private privateReader, key string, diags *diag.Diagnostics) (opened T, ok bool) {
	text, more := private.GetKey(ctx, key)
	diags.Append(more...)
	if more.HasError() {
		return opened, false
	}
	err := json.Unmarshal(text, &opened)
	if err == nil && !opened.complete() {
		err = fmt.Errorf("a value is missing in %s", text)
	}
	if err != nil {
		diags.AddError("Unexpected Private Data",
			fmt.Sprintf("The private data that the provider stored when it opened the ephemeral resource is not valid: %v. "+
				"This is a bug in the provider; please report it.", err))
	}
	return opened, err == nil
}
