package provider

import (
	"fmt"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// What the tests of the protocol show holds under the real CLI: with variables alone, with
// a provider block alone, and with one that depends on what is known only after an apply.
func TestCredential_underTerraform(t *testing.T) {
	t.Parallel()
	lab := func(t *testing.T, env ...string) *lab {
		l := newLab(t)
		return l.withEnv(append(env, "MSGRAPH_GRAPH_ENDPOINT="+l.GraphURL(), "MSGRAPH_AUTHORITY_HOST="+l.AuthorityURL(),
			"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=1", "MSGRAPH_CA_CERTIFICATE_FILE="+l.caFile)...)
	}
	t.Run("GitHub Actions by variables", func(t *testing.T) {
		t.Parallel()
		l := lab(t, "ARM_USE_OIDC=true", "ARM_TENANT_ID="+graphsim.TenantID, "ARM_CLIENT_ID="+graphsim.ClientID)
		l.env["ACTIONS_ID_TOKEN_REQUEST_URL"], l.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = l.GitHubRequest()
		newWorkspace(t, l, oneCall).mustRun("apply", "-auto-approve")
		l.expectSent(t, 1)
		if n := len(l.asked(graphsim.ServiceOIDC)); n == 0 {
			t.Error("no OIDC token was asked for")
		}
	})
	t.Run("certificate by the provider block", func(t *testing.T) {
		t.Parallel()
		data, certificate := pfx(t)
		l := lab(t)
		l.trustCertificate(certificate)
		w := newWorkspace(t, l, fmt.Sprintf(`
provider "msgraph" {
  tenant_id                   = %q
  client_id                   = %q
  client_certificate          = filebase64(%q)
  client_certificate_password = %q
}
`, graphsim.TenantID, graphsim.ClientID, writeFile(t, data), certificatePassword)+oneCall)
		if out := w.mustRun("apply", "-auto-approve"); strings.Contains(out, certificatePassword) {
			t.Errorf("the password is shown:\n%s", out)
		}
		l.expectSent(t, 1)
	})
	t.Run("a flag that is not known yet", func(t *testing.T) {
		t.Parallel()
		l := lab(t, "ARM_TENANT_ID="+graphsim.TenantID, "ARM_CLIENT_ID="+graphsim.ClientID, "ARM_CLIENT_SECRET="+graphsim.ClientSecret)
		w := newWorkspace(t, l, `
resource "terraform_data" "late" { input = true }
provider "msgraph" { use_oidc = terraform_data.late.output }
`+oneCall)
		out, code := w.run("plan")
		if code != 1 {
			t.Errorf("plan exited %d", code)
		}
		expectText(t, out, "Error: Unknown Provider Setting", "The value of use_oidc is known only after apply")
		if n := len(l.Requests()); n != 0 {
			t.Errorf("%d requests were sent", n)
		}
	})
	t.Run("nothing configured", func(t *testing.T) {
		t.Parallel()
		l := lab(t, "ACTIONS_ID_TOKEN_REQUEST_URL=https://ci.example")
		out, code := newWorkspace(t, l, oneCall).run("plan")
		if code != 1 {
			t.Errorf("plan exited %d", code)
		}
		expectText(t, out, "Error: No Credential Configured", "- Client secret:", "- Managed identity:",
			"ACTIONS_ID_TOKEN_REQUEST_URL is set, but has no effect unless use_oidc (ARM_USE_OIDC) is true.")
	})
}
