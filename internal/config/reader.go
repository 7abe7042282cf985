package config

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"terraform-provider-msgraph/internal/textfile"
)

// settingReader reads settings from attributes or else from the environment, and collects
// what is wrong with them.
type settingReader struct {
	getenv  func(string) string
	diags   diag.Diagnostics
	inBlock map[string]bool // by attribute that was read, whether the provider block sets it
}

// text reads a string. Attributes were checked by their validators already; check is for
// the variables.
func (r *settingReader) text(attribute string, value types.String, check func(string) error) string {
	if r.isSet(attribute, value) {
		return value.ValueString()
	}
	name, text := r.lookup(attribute)
	if text != "" && check != nil {
		if err := check(text); err != nil {
			r.invalidVariable(name, attribute, fmt.Sprintf("cannot be used: %s", err))
		}
	}
	return text
}

// flag reads a boolean; from the environment 1, t, true, 0, f and false in any case.
func (r *settingReader) flag(attribute string, value types.Bool) bool {
	if r.isSet(attribute, value) {
		return value.ValueBool()
	}
	name, text := r.lookup(attribute)
	switch strings.ToLower(text) {
	case "1", "t", "true":
		return true
	case "", "0", "f", "false":
		return false
	}
	r.invalidVariable(name, attribute, fmt.Sprintf("must be true or false (or 1, t, 0, f), not %q", text))
	return false
}

// isSet reports whether the provider block sets the attribute, and notes it in inBlock. An unknown value is an error, and
// counts as set.
func (r *settingReader) isSet(attribute string, value attr.Value) bool {
	if value.IsUnknown() {
		r.unknown(attribute)
	}
	r.inBlock[attribute] = !value.IsNull()
	return r.inBlock[attribute]
}

func (r *settingReader) invalidVariable(name, attribute, problem string) {
	r.diags.AddError("Invalid Environment Variable",
		fmt.Sprintf("The environment variable %s, which sets %s, %s.", name, attribute, problem))
}

// lookup returns the first of the attribute's variables that is set and not empty, as
// [textfile.Line] cleans it.
func (r *settingReader) lookup(attribute string) (name, value string) {
	for _, name := range envVars[attribute] {
		if value := textfile.Line(r.getenv(name)); value != "" {
			return name, value
		}
	}
	return "", ""
}

// block decodes a block into target, a pointer to a struct, which a block that is absent leaves as
// it is. All of it must be known; each of the block's attributes that is not is an error.
func (r *settingReader) block(ctx context.Context, at path.Path, block types.Object, schema map[string]schema.Attribute, target any) {
	if block.IsNull() {
		return
	}
	if block.IsUnknown() {
		r.addUnknown(at, false)
		return
	}
	values := block.Attributes()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !fullyKnown(ctx, values[name]) {
			r.addUnknown(at.AtName(name), schema[name].IsSensitive())
		}
	}
	r.diags.Append(asStruct(ctx, block, target)...)
}

// asStruct decodes a block into a struct; what is unknown in a list or a map counts as absent.
func asStruct(ctx context.Context, block types.Object, target any) diag.Diagnostics {
	return block.As(ctx, target, basetypes.ObjectAsOptions{UnhandledNullAsEmpty: true, UnhandledUnknownAsEmpty: true})
}

// fullyKnown reports whether a value, and all that is in it, is known.
func fullyKnown(ctx context.Context, value attr.Value) bool {
	if value.IsNull() {
		return true
	}
	v, err := value.ToTerraformValue(ctx)
	return err == nil && v.IsFullyKnown()
}

// unknown is addUnknown for an attribute of the provider block itself.
func (r *settingReader) unknown(attribute string) {
	r.addUnknown(path.Root(attribute), secretAttributes[attribute])
}

// addUnknown adds the error for a value that is known only after an apply. Part of its source may be known, and so be
// a secret.
func (r *settingReader) addUnknown(at path.Path, secret bool) {
	addErrorAt(&r.diags, at, secret, "Unknown Provider Setting", fmt.Sprintf("The value of %s is known only after apply. The provider "+
		"cannot treat it as unset, because a different credential or endpoint could be used in its place. Apply the resources that it "+
		"depends on first (for example with -target), or use a value that is known.", at))
}
