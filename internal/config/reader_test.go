package config

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Each setting comes from its attribute, else from the first of its variables that is set.
func TestReader_environment(t *testing.T) {
	t.Parallel()
	for attribute, names := range envVars {
		for i, name := range names {
			const value, given = "from-the-variable", "from-the-attribute"
			env := map[string]string{name: value}
			for _, later := range names[i+1:] {
				env[later] = "must-not-be-used"
			}
			r := settingReader{getenv: func(name string) string { return env[name] }}
			if got := r.text(attribute, types.StringNull(), nil); got != value {
				t.Errorf("%s is %q, want %q of %s", attribute, got, value, name)
			}
			if got := r.text(attribute, types.StringValue(given), nil); got != given || r.diags != nil {
				t.Errorf("%s is %q, want the attribute's %q; %v", attribute, got, given, r.diags)
			}
		}
	}
}
