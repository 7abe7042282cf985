package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheck_namesAllThatIsWrong gives it a release in which nothing is right: the program is that of this test.
func TestCheck_namesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	dist := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dist, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("metadata.json", []byte(`{"project_name": "p", "version": "1.2.3", "commit": "0123456789012345678901234567890123456789"}`))
	write("p_1.2.3_SHA256SUMS", []byte("00  p_1.2.3_plan9_arm.zip\n00  p_1.2.3_linux_386.zip\n"))
	write("p_1.2.3_plan9_arm.zip", archive(t, map[string][]byte{"LICENSE.txt": []byte("all yours"), "p_v1.2.3": program}))
	write("p_1.2.3_plan9_arm.cdx.json", []byte(`{"bomFormat": "CycloneDX", "components": [{"name": "std", "version": "go1.0"}]}`))
	write("p_1.2.3_linux_386.zip", archive(t, map[string][]byte{"p_v1.2.3": program}))

	var out bytes.Buffer
	err = check(dist, dist, []string{"plan9_arm", "linux_386", "solaris_amd64"}, &out)
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		`plan9_arm: built with `, `GOOS=`, `the bill of materials has ["std go1.0"]`,
		`linux_386: the archive contains ["p_v1.2.3"]`,
		`solaris_amd64: open `,
		filepath.Join(dist, "terraform-registry-manifest.json") + `: `,
		`the checksum of p_1.2.3_plan9_arm.zip is `,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the problems:\n%v", want, err)
		}
	}
}

func TestCheck_requiresCommit(t *testing.T) {
	t.Parallel()
	dist := t.TempDir()
	text := []byte(`{"project_name": "p", "version": "1.2.3", "commit": "none"}`)
	if err := os.WriteFile(filepath.Join(dist, "metadata.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := check(dist, dist, nil, io.Discard); err == nil || !strings.Contains(err.Error(), `the commit "none"`) {
		t.Errorf("the error is %v", err)
	}
}

func archive(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.Copy(f, bytes.NewReader(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
