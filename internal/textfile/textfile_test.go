package textfile_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/textfile"
)

const bom = "\xef\xbb\xbf"

func write(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// inUTF16 is text in UTF-16, low byte first if little.
func inUTF16(text string, little, mark bool) []byte {
	var b []byte
	units := utf16.Encode([]rune(text))
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
		"little, mark": inUTF16("s3cret", true, true), "big, mark": inUTF16("s3cret", false, true),
		"little": inUTF16("s3cret", true, false), "big": inUTF16("s3cret", false, false),
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

func TestCertificates_everyBlockCounts(t *testing.T) {
	t.Parallel()
	var bundle []byte
	var one []byte
	for _, name := range []string{"first", "second"} {
		c, err := graphsim.NewClientCertificate(name)
		if err != nil {
			t.Fatal(err)
		}
		one = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate.Raw})
		bundle = append(bundle, one...)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("0")})
	for name, test := range map[string]struct {
		data string
		want int
		says string
	}{
		"two":               {string(bundle), 2, ""},
		"mark":              {bom + string(bundle), 2, ""},
		"CRLF":              {strings.ReplaceAll(string(bundle), "\n", "\r\n"), 2, ""},
		"with remarks":      {"# subject: first\n" + string(bundle) + "# end\n", 2, ""},
		"mark between":      {string(one) + bom + string(one), 2, ""},
		"one line":          {strings.ReplaceAll(string(bundle), "\n", " "), 0, "cannot be read"},
		`with \n`:           {strings.ReplaceAll(string(bundle), "\n", `\n`), 0, `the two characters \n`},
		"cut short":         {string(bundle[:len(bundle)-40]), 0, "2 PEM blocks, of which 1 cannot be read"},
		"damaged":           {string(one) + strings.Replace(string(one), "MII", "M!I", 1), 0, "cannot be read"},
		"no certificate":    {string(one) + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("0")})), 0, "block 2 of 2 is no certificate"},
		"a key":             {string(one) + string(key), 0, "block 2 of 2 is a PRIVATE KEY"},
		"nothing":           {"", 0, "no certificate in PEM form"},
		"a web page":        {"<html></html>", 0, "no certificate in PEM form"},
		"UTF-16":            {string(inUTF16(string(one), true, true)), 0, "it is UTF-16"},
		"UTF-16, no mark":   {string(inUTF16(string(one), true, false)), 0, "it is UTF-16"},
		"trusted, from NSS": {strings.ReplaceAll(string(one), "CERTIFICATE", "TRUSTED CERTIFICATE"), 0, "is a TRUSTED CERTIFICATE"},
	} {
		got, err := textfile.Certificates([]byte(test.data))
		if (err == nil) != (test.says == "") || len(got) != test.want || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %d, %v, want %d, %q", name, len(got), err, test.want, test.says)
		}
	}
}

func FuzzCertificates(f *testing.F) {
	f.Add([]byte(bom + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
	f.Add([]byte(`-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`))
	f.Fuzz(func(t *testing.T, data []byte) {
		certificates, err := textfile.Certificates(data)
		if err == nil && len(certificates) != bytes.Count(data, []byte("-----BEGIN ")) {
			t.Errorf("got %d certificates of %q", len(certificates), data)
		}
	})
}
