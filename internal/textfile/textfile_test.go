package textfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"terraform-provider-msgraph/internal/textfile"
)

const bom = textfile.BOM

func write(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// inUTF16 is the secret in UTF-16, low byte first if little.
func inUTF16(little, mark bool) []byte {
	var b []byte
	units := utf16.Encode([]rune("s3cret"))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	for _, u := range units {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return b
}

func TestReadText_byteOrderMarks(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"plain": "s3cret", "UTF-8 mark": bom + "s3cret", "two marks": bom + bom + "s3cret", "CRLF": "s3cret\r\n", "mark and CRLF": bom + "s3cret\r\n",
	} {
		if got, err := textfile.ReadText(write(t, []byte(content))); err != nil || got != "s3cret" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if got, err := textfile.Text(content); err != nil || got != "s3cret" {
			t.Errorf("%s, pasted: got %q, %v", name, got, err)
		}
	}
	for name, content := range map[string][]byte{
		"little, mark": inUTF16(true, true), "big, mark": inUTF16(false, true),
		"little": inUTF16(true, false), "big": inUTF16(false, false),
	} {
		if got, err := textfile.ReadText(write(t, content)); err == nil || !strings.Contains(err.Error(), "is UTF-16") || got != "" {
			t.Errorf("UTF-16, %s: got %q, %v", name, got, err)
		}
		if _, err := textfile.Text(string(content)); err == nil {
			t.Errorf("UTF-16, %s: pasted is taken", name)
		}
	}
	if got, err := textfile.ReadText(write(t, []byte(bom+"\r\n"))); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("got %q, %v, want it empty", got, err)
	}
}

func TestRead_unreadable(t *testing.T) {
	t.Parallel()
	for path, says := range map[string]string{
		filepath.Join(t.TempDir(), "none"):              "cannot be read",
		t.TempDir():                                     "cannot be read",
		write(t, make([]byte, textfile.MaxSize+1)):      "is larger than 1024 KiB",
		write(t, []byte("\xff\xfe")):                    "is UTF-16",
		filepath.Join(write(t, []byte("x")), "a", "\n"): `\n`,
	} {
		if _, err := textfile.Read(path); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want it to say %q", path, err, says)
		}
	}
	if data, err := textfile.Read(write(t, make([]byte, textfile.MaxSize))); err != nil || len(data) != textfile.MaxSize {
		t.Errorf("got %d bytes, %v", len(data), err)
	}
}
