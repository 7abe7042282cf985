package transport_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/transport"
)

// pem writes a file.
func pem(t *testing.T, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCACertificateFile_thatCannotBeUsedIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, test := range map[string]struct{ file, want string }{
		"missing":    {filepath.Join(dir, "none.pem"), "none.pem"},
		"directory":  {dir, strconv.Quote(dir)},
		"empty":      {pem(t, nil), "contains no certificate"},
		"no PEM":     {pem(t, []byte("certificate")), "contains no certificate"},
		"a key":      {pem(t, []byte("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n")), "block 1 of 1 is a PRIVATE KEY"},
		"broken PEM": {pem(t, []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")), "block 1 of 1 cannot be read as a certificate"},
		"cut short":  {pem(t, []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERT")), "one PEM block, which cannot be read"},
		"UTF-16":     {pem(t, []byte("\xff\xfe-\x00-\x00")), "is UTF-16"},
	} {
		client, err := transport.New(transport.Options{CACertificateFile: test.file})
		if err == nil || client != nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "CA certificate file") {
			t.Errorf("%s: got %v, want an error about the CA certificate file with %q", name, err, test.want)
			continue
		}
		wantLine(t, err)
	}
}
