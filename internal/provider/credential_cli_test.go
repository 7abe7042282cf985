package provider

import (
	"fmt"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// What the tests of the protocol show holds under the real CLI.
func TestCredential_certificateByFilebase64(t *testing.T) {
	t.Parallel()
	data, certificate := pfx(t)
	l := newLab(t)
	l.withEnv(l.environ()[3:]...) // what is no credential
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
}

func TestCredential_noneIsConfigured(t *testing.T) {
	t.Parallel()
	l := newLab(t).withEnv("ACTIONS_ID_TOKEN_REQUEST_URL=https://ci.example")
	newWorkspace(t, l, oneCall).expectExit(1, []string{"plan"}, "Error: No Credential Configured", "- Client secret:", "- Managed identity:",
		"ACTIONS_ID_TOKEN_REQUEST_URL is set, but has no effect unless use_oidc (ARM_USE_OIDC) is true.")
}
