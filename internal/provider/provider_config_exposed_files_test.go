package provider

import (
	"maps"
	"os"
	"runtime"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// A file of a secret that everybody may read is a warning, at the attribute or for the
// variable that names it, and nothing more: the run goes on.
func TestProvider_secretReadableByOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("files have other permissions on Windows")
	}
	exposed := func(t *testing.T, content string) string {
		t.Helper()
		file := writeFile(t, content)
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const summary = "Secret File Readable by All Users"
	t.Run("through the protocol", func(t *testing.T) {
		t.Parallel()
		data, certificate := pfx(t)
		for setting, test := range map[string]struct {
			content func(*lab) string
			more    map[string]any
		}{
			"client_secret_file_path": {func(*lab) string { return graphsim.ClientSecret }, nil},
			"client_certificate_path": {func(l *lab) string { l.trustCertificate(certificate); return data },
				map[string]any{"client_certificate_password": certificatePassword}},
			"oidc_token_file_path": {func(l *lab) string { return l.Federate(graphsim.FederatedToken{}) }, map[string]any{"use_oidc": true}},
		} {
			l := newLab(t)
			content := test.content(l)
			for _, mode := range []os.FileMode{0o644, 0o600, 0o640} {
				file := writeFile(t, content)
				if err := os.Chmod(file, mode); err != nil {
					t.Fatal(err)
				}
				block := map[string]any{"tenant_id": graphsim.TenantID, "client_id": graphsim.ClientID, setting: file}
				maps.Copy(block, test.more)
				s, got := l.configure(t, block)
				if want := mode == 0o644; strings.Contains(got, summary) != want || strings.Contains(got, "ERROR") {
					t.Errorf("%s with mode %o: configuring says %q", setting, mode, got)
				}
				if mode == 0o644 && (!strings.Contains(got, file) || !strings.Contains(got, "0644") || !strings.Contains(got, "chmod 600") || !strings.Contains(got, setting)) {
					t.Errorf("%s: the warning does not say all: %s", setting, got)
				}
				if text := s.read(); text != "" {
					t.Errorf("%s: reading the call says %q", setting, text)
				}
			}
		}
	})
	t.Run("under Terraform, by a variable", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		file := exposed(t, graphsim.ClientSecret+"\n")
		l.withEnv(append(l.environ(), "ARM_CLIENT_SECRET=", "ARM_CLIENT_SECRET_FILE_PATH="+file)...)
		out := newWorkspace(t, l, oneCall).mustRun("apply", "-auto-approve")
		expectText(t, out, "Warning: "+summary, "(mode 0644)", "chmod 600 "+file, "ARM_CLIENT_SECRET_FILE_PATH", "Apply complete!")
		if strings.Contains(out, graphsim.ClientSecret) {
			t.Errorf("the secret is shown:\n%s", out)
		}
		l.expectSent(t, 1)
	})
	t.Run("under Terraform, by the block", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		file := exposed(t, graphsim.ClientSecret)
		block := strings.Replace(l.providerBlock(), "client_secret  ", "client_secret_file_path", 1)
		block = strings.Replace(block, `"`+graphsim.ClientSecret+`"`, `"`+file+`"`, 1)
		out := newWorkspace(t, l, block+oneCall).mustRun("plan")
		expectText(t, out, "Warning: "+summary, "client_secret_file_path", "chmod 600 "+file)
	})
}
