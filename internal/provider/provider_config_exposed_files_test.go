package provider

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// A file of a secret that everybody may read is a warning, for the variable that names it, and nothing more: the run goes on.
func TestCredential_fileReadableByOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("files have other permissions on Windows")
	}
	l := newLab(t)
	file := writeFile(t, graphsim.ClientSecret+"\n")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	l.withEnv(append(l.environ(), "ARM_CLIENT_SECRET=", "ARM_CLIENT_SECRET_FILE_PATH="+file)...)
	out := newWorkspace(t, l, oneCall).mustRun("apply", "-auto-approve")
	expectText(t, out, "Warning: Secret File Readable by All Users", "(mode 0644)", "chmod 600 "+file, "client_secret_file_path", "ARM_CLIENT_SECRET_FILE_PATH", "Apply complete!")
	if strings.Contains(out, graphsim.ClientSecret) {
		t.Errorf("the secret is shown:\n%s", out)
	}
	l.expectSent(t, 1)
}
