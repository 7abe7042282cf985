package provider

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/redact"
)

// expectNoSecret fails the test for each of the secrets that a text has, in any form.
func expectNoSecret(t *testing.T, where, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		for _, form := range redact.New(secret).Forms() {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s shows the secret %q as %q: …%s…", where, secret, form, text[max(0, at-200):min(len(text), at+len(form)+100)])
				break
			}
		}
	}
}

// unzipped returns the files in an archive, such as a saved plan, or else the content itself.
func unzipped(t *testing.T, content []byte) [][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return [][]byte{content}
	}
	all := [][]byte{content}
	for _, file := range archive.File {
		f, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}
