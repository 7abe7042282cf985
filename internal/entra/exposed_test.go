package entra_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"terraform-provider-msgraph/internal/entra"
)

// Only what everybody on the machine may read is exposed, and only files of secrets that the
// settings use.
func TestExposed_files(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("files have other permissions on Windows")
	}
	at := func(mode os.FileMode) string {
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		return file
	}
	open := at(0o644)
	for name, test := range map[string]struct {
		config entra.Config
		want   []string
	}{
		"secret":                {entra.Config{ClientSecretFile: open}, []string{"client_secret_file_path"}},
		"certificate":           {entra.Config{CertificateFile: open}, []string{"client_certificate_path"}},
		"OIDC token":            {entra.Config{UseOIDC: true, OIDCTokenFile: open}, []string{"oidc_token_file_path"}},
		"OIDC not used":         {entra.Config{OIDCTokenFile: open}, nil},
		"by others only":        {entra.Config{ClientSecretFile: at(0o604)}, []string{"client_secret_file_path"}},
		"by the owner":          {entra.Config{ClientSecretFile: at(0o600), CertificateFile: at(0o400)}, nil},
		"by the group":          {entra.Config{ClientSecretFile: at(0o640)}, nil},
		"run, not read":         {entra.Config{ClientSecretFile: at(0o711)}, nil},
		"no secret in it":       {entra.Config{ClientIDFile: open}, nil},
		"written by Kubernetes": {entra.Config{UseWorkloadIdentity: true, FederatedTokenFile: open}, nil},
		"not there":             {entra.Config{ClientSecretFile: open + "x"}, nil},
		"a device":              {entra.Config{ClientSecretFile: os.DevNull}, nil},
	} {
		var got []string
		for _, file := range test.config.ExposedFiles() {
			got = append(got, file.Setting)
			if file.Mode&0o004 == 0 || file.Path == "" {
				t.Errorf("%s: got %+v", name, file)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
