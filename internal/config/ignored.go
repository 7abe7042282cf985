package config

import (
	"fmt"
	"slices"
	"strings"
)

// ignoredSettings are the attributes that mean nothing unless one of the flags beside them is set.
var ignoredSettings = []struct {
	attribute string
	flags     []string
}{
	{"oidc_request_url", []string{"use_oidc"}},
	{"oidc_request_token", []string{"use_oidc"}},
	{"ado_pipeline_service_connection_id", []string{"use_oidc"}},
	{"oidc_token", []string{"use_oidc"}},
	{"oidc_token_file_path", []string{"use_oidc", "use_aks_workload_identity"}},
	{"msi_object_id", []string{"use_msi"}},
	{"msi_resource_id", []string{"use_msi"}},
}

// refuseIgnored adds an error for an attribute that the provider block sets and that nothing
// asks for: whoever wrote it believes it to be used. A flag that is set to false says that
// it is not to be.
func (c credentialModel) refuseIgnored(r *settingReader) {
	set := c.inBlock()
	for _, u := range ignoredSettings {
		decided := slices.ContainsFunc(u.flags, func(flag string) bool {
			name, _ := r.lookup(flag)
			return set[flag] || name != ""
		})
		if set[u.attribute] && !decided {
			r.ignored(u.attribute, u.flags)
		}
	}
}

// inBlock tells which of the attributes that refuseIgnored looks at the provider block sets.
func (c credentialModel) inBlock() map[string]bool {
	return map[string]bool{
		"use_oidc":                           !c.UseOIDC.IsNull(),
		"oidc_request_url":                   !c.OIDCRequestURL.IsNull(),
		"oidc_request_token":                 !c.OIDCRequestToken.IsNull(),
		"ado_pipeline_service_connection_id": !c.ADOPipelineServiceConnectionID.IsNull(),
		"oidc_token":                         !c.OIDCToken.IsNull(),
		"oidc_token_file_path":               !c.OIDCTokenFilePath.IsNull(),
		"use_aks_workload_identity":          !c.UseAKSWorkloadIdentity.IsNull(),
		"use_msi":                            !c.UseMSI.IsNull(),
		"msi_object_id":                      !c.MSIObjectID.IsNull(),
		"msi_resource_id":                    !c.MSIResourceID.IsNull(),
	}
}

// ignoredVariables are the variables that are set in the environment and would say how to
// sign in, if only the flag beside each were set.
func ignoredVariables(getenv func(string) string) map[string]string {
	found := map[string]string{}
	for _, u := range ignoredSettings {
		for _, name := range envVars[u.attribute] {
			if getenv(name) != "" {
				flag := u.flags[0]
				if name == aksTokenFileVariable {
					flag = "use_aks_workload_identity"
				}
				found[name] = flag
			}
		}
	}
	return found
}

func (r *settingReader) ignored(attribute string, flags []string) {
	addSettingError(&r.diags, attribute, "Provider Setting Without Effect",
		fmt.Sprintf("Nothing asks for %s: set %s to true as well, or to false if %s is not to be used.",
			attribute, strings.Join(flags, " or "), attribute))
}
