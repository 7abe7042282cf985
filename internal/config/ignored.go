package config

import (
	"fmt"
	"slices"
	"strings"
)

// ignoredSettings are the attributes that have no effect unless one of the flags beside them is true.
var ignoredSettings = []struct {
	attribute string
	flags     []string
}{
	{"oidc_request_url", []string{"use_oidc"}},
	{"oidc_request_token", []string{"use_oidc"}},
	{"oidc_audience", []string{"use_oidc"}},
	{"ado_pipeline_service_connection_id", []string{"use_oidc"}},
	{"oidc_token", []string{"use_oidc"}},
	{"oidc_token_file_path", []string{"use_oidc", "use_aks_workload_identity"}},
	{"msi_object_id", []string{"use_msi"}},
	{"msi_resource_id", []string{"use_msi"}},
}

// refuseIgnored adds an error for an attribute that the provider block sets and that has no effect:
// its author expects it to be used. A flag that is false says that it is not to be. All of them have been read before.
func (r *settingReader) refuseIgnored() {
	for _, s := range ignoredSettings {
		decided := slices.ContainsFunc(s.flags, func(flag string) bool {
			name, _ := r.lookup(flag)
			return r.inBlock[flag] || name != ""
		})
		if r.inBlock[s.attribute] && !decided {
			addSettingError(&r.diags, s.attribute, "Provider Setting Without Effect",
				fmt.Sprintf("%s has no effect unless %s is true. Set the flag to true, or set it to false to ignore %s.",
					s.attribute, strings.Join(s.flags, " or "), s.attribute))
		}
	}
}

// ignoredVariables names, a line each, the environment variables that are set and would configure a credential, with the
// flag that each has no effect without.
func ignoredVariables(getenv func(string) string) string {
	var lines []string
	for _, s := range ignoredSettings {
		for _, name := range envVars[s.attribute] {
			if getenv(name) == "" {
				continue
			}
			flag := s.flags[0]
			if name == aksTokenFileVariable {
				flag = "use_aks_workload_identity"
			}
			lines = append(lines, fmt.Sprintf("%s is set, but has no effect unless %s (%s) is true.\n", name, flag, strings.Join(envVars[flag], " or ")))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
