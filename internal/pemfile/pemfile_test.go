package pemfile_test

import (
	"bytes"
	"encoding/pem"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/pemfile"
	"terraform-provider-msgraph/internal/textfile"
)

const bom = textfile.BOM

// inUTF16 is text of ASCII in UTF-16, low byte first.
func inUTF16(text string) string {
	var b strings.Builder
	for i := range len(text) {
		b.Write([]byte{text[i], 0})
	}
	return b.String()
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
		"no certificate":    {string(one) + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("0")})), 0, "block 2 of 2 cannot be read as a certificate"},
		"a key":             {string(one) + string(key), 0, "block 2 of 2 is a PRIVATE KEY"},
		"nothing":           {"", 0, "no certificate in PEM form"},
		"a web page":        {"<html></html>", 0, "no certificate in PEM form"},
		"UTF-16":            {"\xff\xfe" + inUTF16(string(one)), 0, "it is UTF-16"},
		"UTF-16, no mark":   {inUTF16(string(one)), 0, "it is UTF-16"},
		"UTF-16 after it":   {string(one) + "\xff\xfe" + inUTF16(string(one)), 0, "may be UTF-16"},
		"four dashes":       {string(one) + strings.Replace(string(one), "-----BEGIN", "----BEGIN", 1), 0, "2 PEM blocks, of which 1 cannot be read"},
		"long dashes":       {string(one) + strings.ReplaceAll(string(one), "-----", "—–"), 0, "2 PEM blocks, of which 1 cannot be read"},
		"parted dashes":     {string(one) + strings.ReplaceAll(string(one), "-----", "- ----"), 0, "2 PEM blocks, of which 1 cannot be read"},
		"odd space":         {string(one) + strings.ReplaceAll(string(one), "BEGIN ", "BEGIN\u00a0"), 0, "2 PEM blocks, of which 1 cannot be read"},
		"small letters":     {string(one) + strings.ToLower(string(one)), 0, "2 PEM blocks, of which 1 cannot be read"},
		"no beginning":      {string(one) + strings.Replace(string(one), "-----BEGIN CERTIFICATE-----\n", "", 1), 0, "2 PEM blocks, of which 1 cannot be read"},
		"one without end":   {string(one[:len(one)-40]), 0, "one PEM block, which cannot be read"},
		"trusted, from NSS": {strings.ReplaceAll(string(one), "CERTIFICATE", "TRUSTED CERTIFICATE"), 0, "is a TRUSTED CERTIFICATE"},
	} {
		got, err := pemfile.Certificates([]byte(test.data))
		if (err == nil) != (test.says == "") || len(got) != test.want || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %d, %v, want %d, %q", name, len(got), err, test.want, test.says)
		}
	}
}

func FuzzCertificates(f *testing.F) {
	f.Add([]byte(bom + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
	f.Add([]byte(`-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`))
	f.Fuzz(func(t *testing.T, data []byte) {
		certificates, err := pemfile.Certificates(data)
		if err == nil && len(certificates) != bytes.Count(data, []byte("-----BEGIN ")) {
			t.Errorf("got %d certificates of %q", len(certificates), data)
		}
	})
}
