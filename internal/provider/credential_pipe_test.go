//go:build !windows

package provider

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"terraform-provider-msgraph/internal/graphsim"
)

// A secret in a pipe, or in what a shell makes of <(command), can be read once only: so it is, and the provider
// signs in with it, and again when Graph refuses the token.
func TestCredential_fileIsReadOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() { _ = os.WriteFile(pipe, []byte("\xef\xbb\xbf"+graphsim.ClientSecret+"\r\n"), 0o600) }()
	p := l.mustConfigure(t, application(attributes{"client_secret_file_path": pipe}))
	p.mustReadCall()
	l.Inject(graphsim.Status(401))
	p.mustReadCall()
}
