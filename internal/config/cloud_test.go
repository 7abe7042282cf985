package config

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// What is not said of Graph follows environment, what is not said of Entra ID follows Graph,
// and attributes come before variables.
func TestProviderCloud_settings(t *testing.T) {
	t.Parallel()
	const (
		public, publicLogin = "https://graph.microsoft.com", "https://login.microsoftonline.com"
		l4, l5, usLogin     = "https://graph.microsoft.us", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us"
		own, ownLogin       = "https://graph.contoso.test", "https://login.contoso.test"
	)
	for name, test := range map[string]struct {
		environment, endpoint, authority, version string
		env                                       map[string]string
		wantEndpoint, wantAuthority, wantVersion  string
	}{
		"nothing":               {wantEndpoint: public, wantAuthority: publicLogin},
		"public":                {environment: "public", wantEndpoint: public, wantAuthority: publicLogin},
		"L4":                    {environment: "USGovernmentL4", wantEndpoint: l4, wantAuthority: usLogin},
		"L5":                    {environment: "dod", wantEndpoint: l5, wantAuthority: usLogin},
		"variable":              {env: map[string]string{"ARM_ENVIRONMENT": "usgovernment"}, wantEndpoint: l4, wantAuthority: usLogin},
		"attribute first":       {environment: "global", env: map[string]string{"ARM_ENVIRONMENT": "usgovernment"}, wantEndpoint: public, wantAuthority: publicLogin},
		"no other variable":     {env: map[string]string{"AZURE_ENVIRONMENT": "production"}, wantEndpoint: public, wantAuthority: publicLogin},
		"another Graph":         {endpoint: own, wantEndpoint: own, wantAuthority: publicLogin},
		"another cloud":         {endpoint: own, authority: ownLogin, wantEndpoint: own, wantAuthority: ownLogin},
		"another Graph in L4":   {environment: "usgovernment", endpoint: own, wantEndpoint: own, wantAuthority: usLogin},
		"another authority":     {environment: "usgovernment", authority: ownLogin, wantEndpoint: l4, wantAuthority: ownLogin},
		"a Graph that is known": {endpoint: l5, wantEndpoint: l5, wantAuthority: usLogin},
		"AKS":                   {env: map[string]string{"AZURE_AUTHORITY_HOST": usLogin + "/"}, environment: "dod", wantEndpoint: l5, wantAuthority: usLogin + "/"},
		"beta":                  {version: "beta", wantEndpoint: public, wantAuthority: publicLogin, wantVersion: "beta"},
		"beta by variable":      {env: map[string]string{"MSGRAPH_API_VERSION": "beta"}, wantEndpoint: public, wantAuthority: publicLogin, wantVersion: "beta"},
		"beta somewhere":        {version: "beta", endpoint: own, wantEndpoint: own, wantAuthority: publicLogin, wantVersion: "beta"},
	} {
		s, diags := cloudSettingsOf(test.environment, test.endpoint, test.authority, test.version, test.env)
		if s.GraphEndpoint != test.wantEndpoint || s.Credential.AuthorityHost != test.wantAuthority || s.APIVersion != test.wantVersion || diags != "" {
			t.Errorf("%s: got %+v, %s", name, s, diags)
		}
	}
}

func TestProviderCloud_wrongSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment, endpoint, authority, version string
		env                                       map[string]string
		says                                      []string
	}{
		"China by variable":   {env: map[string]string{"ARM_ENVIRONMENT": "china"}, says: []string{"ARM_ENVIRONMENT", "no cloud communications API in China"}},
		"China by endpoint":   {endpoint: "https://microsoftgraph.chinacloudapi.cn", says: []string{"no cloud communications API in China"}},
		"unknown by variable": {env: map[string]string{"ARM_ENVIRONMENT": "german"}, says: []string{"ARM_ENVIRONMENT", "german", "usgovernmentl4"}},
		"version by variable": {env: map[string]string{"MSGRAPH_API_VERSION": "v2.0"}, says: []string{"MSGRAPH_API_VERSION", "v1.0", "beta"}},
		"two clouds":          {environment: "usgovernment", authority: "https://login.microsoftonline.com", says: []string{"Invalid Cloud", "tokens of one cloud are not valid in another"}},
		"two clouds by variable": {environment: "usgovernment", env: map[string]string{"AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/"},
			says: []string{"Invalid Cloud", "comes from the environment variable AZURE_AUTHORITY_HOST"}},
		"environment and endpoint": {environment: "public", endpoint: "https://graph.microsoft.us", says: []string{"Invalid Cloud", `for this Graph, "usgovernment"`}},
		"beta in L4":               {environment: "usgovernment", version: "beta", says: []string{"Warning", "API Version Not Available", "US Government L4"}},
		"beta in L5 by endpoint":   {endpoint: "https://dod-graph.microsoft.us", version: "beta", says: []string{"Warning", "not for US Government L5 (DoD)"}},
	} {
		_, diags := cloudSettingsOf(test.environment, test.endpoint, test.authority, test.version, test.env)
		for _, text := range test.says {
			if !strings.Contains(diags, text) {
				t.Errorf("%s: got %s, want %q in it", name, diags, text)
			}
		}
	}
}

func TestProviderCloud_validation(t *testing.T) {
	t.Parallel()
	for attribute, test := range map[string]struct{ value, says string }{
		"environment": {"german", `Unknown environment "german"`},
		"api_version": {"v2.0", `The API versions are "v1.0" and "beta"`},
	} {
		expect(t, attribute, validate(t, attributes{attribute: test.value}), `AttributeName("`+attribute+`")`, test.says)
	}
}

// cloudSettingsOf is what the provider makes of attributes, empty ones left out, and
// variables; with its diagnostics as text.
func cloudSettingsOf(environment, endpoint, authority, version string, env map[string]string) (s Settings, diags string) {
	text := func(s string) types.String {
		if s == "" {
			return types.StringNull()
		}
		return types.StringValue(s)
	}
	r := settingReader{inBlock: map[string]bool{}, getenv: func(name string) string { return env[name] }}
	cloudModel{
		Environment: text(environment), GraphEndpoint: text(endpoint), AuthorityHost: text(authority), APIVersion: text(version),
	}.readCloud(&r, &s)
	return s, textOf(r.diags)
}
