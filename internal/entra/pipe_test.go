//go:build !windows

package entra_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"terraform-provider-msgraph/internal/graphsim"
)

// A token in a pipe is read at its first use, and not before: making the credential waits for nobody.
func TestTokenFile_pipe(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	sim.AgeTokens(time.Hour)
	c = oidc(c)
	c.OIDCTokenFile = filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(c.OIDCTokenFile, 0o600); err != nil {
		t.Fatal(err)
	}
	credential := newCredential(t, c)
	for range 2 {
		go func() { _ = os.WriteFile(c.OIDCTokenFile, []byte(sim.Federate(graphsim.FederatedToken{})), 0o600) }()
		if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
			t.Error(err)
		}
	}
}
