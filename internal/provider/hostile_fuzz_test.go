package provider

import (
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/graph"
)

// fuzzedSecret stands at the start of every secret of a fuzzed configuration.
const fuzzedSecret = "S3cr3tOfTheFuzzer"

// Whatever stands in the provider block, configuring the provider ends in a provider or in
// diagnostics, and these show none of the secrets and nothing that does harm to a terminal.
// Each text goes into a setting with a rule of its own.
func FuzzProviderConfig(f *testing.F) {
	for _, text := range []string{
		"", "x", "common", "https://127.0.0.1:1", "http://127.0.0.1", "https://u:p@h", "usgovernment", "china", "v1.0", "beta", "10m", "-1s", "1e3", "\x00", "\x1b[31m\u202e", "\xff",
		"X-Key", "Authorization", "a b", "a\nb", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "MIIB", "${x}", strings.Repeat("a", 5000),
	} {
		f.Add(text, text, uint8(0))
		f.Add(text, text, uint8(255))
	}
	f.Add("10m", "\" proxy.example", uint8(255))
	f.Fuzz(func(t *testing.T, text, other string, flags uint8) {
		flag := func(bit int) any {
			if flags>>bit&1 == 0 {
				return nil
			}
			return true
		}
		secret := fuzzedSecret + other
		for _, block := range []attributes{
			{"tenant_id": text, "client_id": other, "client_secret": secret, "graph_endpoint": other, "authority_host": text},
			{"tenant_id": "t", "client_id": text, "client_certificate": secret, "client_certificate_password": secret, "send_certificate_chain": flag(0)},
			{"tenant_id": "t", "client_id": "c", "oidc_token": secret, "use_oidc": flag(1), "oidc_request_url": text, "oidc_request_token": secret,
				"ado_pipeline_service_connection_id": other, "use_aks_workload_identity": flag(2)},
			{"use_msi": flag(3), "msi_object_id": text, "msi_resource_id": other, "use_cli": flag(4), "use_azd": flag(5), "use_powershell": flag(6)},
			{"tenant_id": "t", "client_id": "c", "client_secret": secret, "environment": text, "api_version": other, "disable_instance_discovery": flag(7)},
			{"tenant_id": "t", "client_id": "c", "client_secret": secret, "client_secret_file_path": "/nonexistent/" + text, "ca_certificate_file": "/nonexistent/" + other},
			{"tenant_id": "t", "client_id": "c", "client_secret": secret, "headers": attributes{"X-Key": secret, "X-" + text: secret, text: secret}},
			{"tenant_id": "t", "client_id": "c", "client_secret": secret, "proxy": attributes{"url": text, "username": other, "password": secret}},
			{"tenant_id": "t", "client_id": "c", "client_secret": secret, "proxy": attributes{"url": "http://" + text + ":" + fuzzedSecret + "@" + other, "no_proxy": other}},
			{"tenant_id": "t", "client_id": "c", "client_secret": secret, "retry": attributes{"delay": text, "max_delay": other, "max_retries": int64(flags) - 128}},
			{"tenant_id": "t", "client_id": "c", "client_secret": secret, "http_pipeline_step": []any{
				attributes{"name": text, "position": "prepend", "command": []any{other, text}, "environment": attributes{text: secret, "KEY": secret}},
				attributes{"name": other, "position": text, "command": []any{text}, "timeout": other},
			}},
		} {
			for _, d := range unconfigured(t).configure(block) {
				shown := d.Summary + "\n" + d.Detail
				if strings.Contains(shown, fuzzedSecret) {
					t.Errorf("%q: the diagnostic shows a secret: %s", block, shown)
				}
				if strings.ContainsFunc(shown, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
					t.Errorf("%q: the diagnostic holds what does not print: %q", block, shown)
				}
			}
		}
	})
}

// unconfigured is a provider in an empty environment.
func unconfigured(t *testing.T) *protocol {
	t.Helper()
	server := newServer(&msgraph{version: "1.2.3-test", clock: clock.System(), getenv: func(string) string { return "" }}, false)
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return &protocol{ProviderServer: server, t: t, resource: schemas.ResourceSchemas[keepaliveType].ValueType()}
}

// Whatever text is imported, the result is a resource of one call, whose id passes as one, or
// an error; and the function makes the same of the text.
func FuzzImportID(f *testing.F) {
	for _, text := range pastedForms {
		f.Add(text)
	}
	for text := range refusedTexts {
		f.Add(text[:min(len(text), 300)])
	}
	f.Add("\xff")
	f.Add("/app/calls/%2e%2e")
	f.Fuzz(func(t *testing.T, text string) {
		p := unconfigured(t)
		resp, err := p.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: keepaliveType, ID: text})
		if err != nil {
			t.Fatal(err)
		}
		_, problem := graph.ParseCallID(text)
		if (problem == nil) != (said(resp.Diagnostics) == "") {
			t.Fatalf("%q: the import says %q, the function %v", text, said(resp.Diagnostics), problem)
		}
		if problem != nil {
			return
		}
		state := p.decode(p.resource, resp.ImportedResources[0].State)
		id, _ := state["id"].(string)
		if len(resp.ImportedResources) != 1 || graph.CheckCallID(id) != nil || state["call_id"] != id {
			t.Errorf("%q is imported as %v", text, state)
		}
	})
}
