package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// settingReader reads settings from attributes or else from the environment, and collects
// what is wrong with them.
type settingReader struct {
	getenv func(string) string
	diags  diag.Diagnostics
}

// text reads a string. Attributes were checked by their validators already; check is for
// the variables.
func (r *settingReader) text(attribute string, value types.String, check func(string) error) string {
	switch {
	case value.IsUnknown():
		r.unknown(attribute)
		return ""
	case !value.IsNull():
		return value.ValueString()
	}
	name, text := r.lookup(attribute)
	if text != "" && check != nil {
		if err := check(text); err != nil {
			r.diags.AddError("Invalid Environment Variable",
				fmt.Sprintf("The environment variable %s, which stands for %s, is not usable: %s.", name, attribute, err))
		}
	}
	return text
}

// flag reads a boolean; from the environment 1, t, true, 0, f and false in any case.
func (r *settingReader) flag(attribute string, value types.Bool) bool {
	switch {
	case value.IsUnknown():
		r.unknown(attribute)
		return false
	case !value.IsNull():
		return value.ValueBool()
	}
	name, text := r.lookup(attribute)
	switch strings.ToLower(text) {
	case "1", "t", "true":
		return true
	case "", "0", "f", "false":
		return false
	}
	r.diags.AddError("Invalid Environment Variable",
		fmt.Sprintf("The environment variable %s, which stands for %s, must be true or false (or 1, t, 0, f), not %q.", name, attribute, text))
	return false
}

// lookup returns the first of the attribute's variables that is set and not empty.
func (r *settingReader) lookup(attribute string) (name, value string) {
	for _, name := range envVars[attribute] {
		if value := r.getenv(name); value != "" {
			return name, value
		}
	}
	return "", ""
}

func (r *settingReader) unknown(attribute string) {
	addSettingError(&r.diags, attribute, summaryUnknown, unknownDetail(attribute))
}

// unknownIn is unknown for an attribute of a block.
func (r *settingReader) unknownIn(at path.Path) {
	r.diags.AddAttributeError(at, summaryUnknown, unknownDetail(at.String()))
}

const summaryUnknown = "Unknown Provider Setting"

func unknownDetail(setting string) string {
	return fmt.Sprintf("The value of %s depends on something that is known only after an apply, and the provider does not "+
		"guess: reading it as not set could sign in as somebody else. Apply what it depends on first "+
		"(for example with -target), or give a value that is known.", setting)
}
