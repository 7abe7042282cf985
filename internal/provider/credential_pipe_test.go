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
	s, wrong := l.configure(t, application(map[string]any{"client_secret_file_path": pipe}))
	if wrong != "" {
		t.Fatal(wrong)
	}
	if wrong := s.read(); wrong != "" {
		t.Fatal(wrong)
	}
	l.Inject(graphsim.Status(401))
	if wrong := s.read(); wrong != "" {
		t.Error(wrong)
	}
}
