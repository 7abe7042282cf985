package entra_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
)

func TestNewCredential_notConfigured(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]entra.Config{
		"nothing":                  {},
		"who, but not how":         {TenantID: graphsim.TenantID, ClientID: graphsim.ClientID},
		"where, but not who":       {AuthorityHost: "https://login.contoso.com", DisableInstanceDiscovery: true},
		"what no credential needs": {Transport: &requested{}},
	} {
		credential, err := entra.NewCredential(c)
		if !errors.Is(err, entra.ErrNotConfigured) || credential != nil {
			t.Errorf("%s: got %v, %v, want %v", name, credential, err, entra.ErrNotConfigured)
		}
	}
}

func TestCheckTenantID_valid(t *testing.T) {
	t.Parallel()
	for _, id := range []string{graphsim.TenantID, strings.ToUpper(graphsim.TenantID), "contoso.com", "contoso.onmicrosoft.com", "a", "common.contoso.com", "xn--bcher-kva.example"} {
		if err := entra.CheckTenantID(id); err != nil {
			t.Errorf("CheckTenantID(%q): got %v, want no error", id, err)
		}
	}
}

func TestCheckTenantID_invalid(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"":                                     "must not be empty",
		"common":                               "7505",
		"COMMON":                               "7505",
		"organizations":                        "7505",
		"Organizations":                        "7505",
		"consumers":                            "any tenant",
		" common":                              `not " "`,
		"contoso com":                          `not " "`,
		"https://login/contoso":                `not ":"`,
		"contoso/":                             `not "/"`,
		"contoso\n":                            `not "\n"`,
		"contoso\x1b[31m":                      `not "\x1b"`,
		"a?b":                                  `not "?"`,
		"a_b":                                  `not "_"`,
		"bücher.example":                       `not "ü"`,
		"\u202emoc.osotnoc":                    `not "\u202e"`,
		"contoso\xff":                          "not \"\ufffd\"",
		"{" + graphsim.TenantID + "}":          `not "{"`,
		"...":                                  "is a placeholder",
		".":                                    "is a placeholder",
		"<tenant>":                             "is a placeholder",
		"<tenant-id>":                          "is a placeholder",
		"{GUID}":                               "is a placeholder",
		"{{ tenant }}":                         "is a placeholder",
		"{{tenant}}":                           "is a placeholder",
		"$(tenantId)":                          "is a placeholder",
		"${tenant_id}":                         "is a placeholder",
		"%TENANT%":                             "is a placeholder",
		"[tenant]":                             "is a placeholder",
		"YOUR_TENANT_ID":                       "is a placeholder",
		"your-tenant-id":                       "is a placeholder",
		"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx": "is a placeholder",
		"00000000-0000-0000-0000-000000000000": "is a placeholder",
		"contoso..com":                         "at both ends",
		".contoso.com":                         "at both ends",
		"contoso.com.":                         "at both ends",
		"-contoso.com":                         "at both ends",
		"-":                                    "at both ends",
	} {
		err := entra.CheckTenantID(id)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckTenantID(%q): got %v, want an error with %q", id, err, want)
			continue
		}
		if strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("CheckTenantID(%q): got %q, want it printable", id, err)
		}
	}
}
