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
