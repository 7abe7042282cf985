package entra_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"software.sslmate.com/src/go-pkcs12"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/textfile"
)

// asUTF16 is text as the > of Windows PowerShell writes it.
func asUTF16(text string) []byte {
	b := []byte("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text + "\r\n")) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}

// input is a setting that is read as text, from a file or pasted, and what it holds.
type input struct {
	setting, value string
	set            func(c *entra.Config, value string)
}

func inputs(t *testing.T) map[string]input {
	t.Helper()
	certificate := certificates()[0]
	pasted := func(setting, value string, set func(*entra.Config, string)) input { return input{setting, value, set} }
	file := func(setting, value string, set func(*entra.Config, string)) input {
		return input{setting, value, func(c *entra.Config, value string) { set(c, write(t, []byte(value))) }}
	}
	return map[string]input{
		"tenant":           pasted("tenant_id", graphsim.TenantID, func(c *entra.Config, v string) { c.TenantID = v }),
		"id":               pasted("client_id", graphsim.ClientID, func(c *entra.Config, v string) { c.ClientID = v }),
		"id file":          file("client_id_file_path", graphsim.ClientID, func(c *entra.Config, v string) { c.ClientID, c.ClientIDFile = "", v }),
		"secret":           pasted("client_secret", graphsim.ClientSecret, func(c *entra.Config, v string) { c.ClientSecret = v }),
		"secret file":      file("client_secret_file_path", graphsim.ClientSecret, func(c *entra.Config, v string) { c.ClientSecret, c.ClientSecretFile = "", v }),
		"certificate":      pasted("client_certificate", string(certificate.PEM()), func(c *entra.Config, v string) { c.ClientSecret, c.Certificate = "", v }),
		"certificate file": file("client_certificate_path", string(certificate.PEM()), func(c *entra.Config, v string) { c.ClientSecret, c.CertificateFile = "", v }),
		"token":            pasted("oidc_token", "TOKEN", func(c *entra.Config, v string) { *c = oidc(*c); c.OIDCToken = v }),
		"token file":       file("oidc_token_file_path", "TOKEN", func(c *entra.Config, v string) { *c = oidc(*c); c.OIDCTokenFile = v }),
		"AKS token file": file("oidc_token_file_path", "TOKEN", func(c *entra.Config, v string) {
			c.ClientSecret, c.UseWorkloadIdentity, c.FederatedTokenFile = "", true, v
		}),
	}
}

// A byte order mark and line breaks are no part of a secret, ID, certificate or token, and UTF-16 is named.
func TestSettings_byteOrderMarks(t *testing.T) {
	t.Parallel()
	for name, input := range inputs(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for form, around := range map[string]func(string) string{
				"UTF-8 mark": func(s string) string { return textfile.BOM + s },
				"CRLF":       func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") + "\r\n" },
				"both":       func(s string) string { return textfile.BOM + strings.ReplaceAll(s, "\n", "\r\n") + "\r\n" },
			} {
				sim, c, _ := newCertificateSim(t)
				c.ClientSecret = graphsim.ClientSecret
				if !strings.Contains(name, "certificate") {
					sim, c = newSim(t)
				}
				input.set(&c, around(strings.ReplaceAll(input.value, "TOKEN", sim.Federate(graphsim.FederatedToken{}))))
				if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
					t.Errorf("%s: got %v", form, err)
				}
			}
			_, c := newSim(t)
			input.set(&c, string(asUTF16(input.value)))
			_, err := entra.NewCredential(c)
			wrong, ok := errors.AsType[*entra.SettingError](err)
			if !ok || wrong.Setting != input.setting || !strings.Contains(err.Error(), "UTF-16") {
				t.Errorf("UTF-16: got %v, want an error about %s", err, input.setting)
			}
		})
	}
}

// PEM without its line breaks is named, wherever it comes from, and so is one of which a part cannot be read.
func TestCertificate_damagedPEM(t *testing.T) {
	t.Parallel()
	certificate := certificates()[0]
	whole := string(certificate.PEM())
	for says, text := range map[string]string{
		`the two characters \n`:              strings.ReplaceAll(whole, "\n", `\n`),
		"PEM blocks, of which 3":             strings.ReplaceAll(whole, "\n", " "),
		"PEM blocks, of which 1":             whole[:len(whole)-30],
		"its certificate or private key can": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		"a private key, but no certificate":  whole[:strings.Index(whole, "-----BEGIN CERTIFICATE")],
	} {
		for setting, c := range map[string]entra.Config{"client_certificate": {Certificate: text}, "client_certificate_path": {CertificateFile: write(t, []byte(text))}} {
			c.TenantID, c.ClientID = graphsim.TenantID, graphsim.ClientID
			_, err := entra.NewCredential(c)
			if err == nil || !strings.Contains(err.Error(), setting+": it ") || !strings.Contains(err.Error(), says) || libraryWords.MatchString(err.Error()) {
				t.Errorf("got %v, want it to say %q", err, says)
			}
		}
	}
}

// A token of no known form is redacted as soon as it is read from its file.
func TestTokenFile_isRedacted(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	c = oidc(c)
	c.OIDCTokenFile = write(t, []byte("0paque~t0ken~of~the~job"))
	entraResponds(sim, 400, "application/json", `{"error_description":"AADSTS1: got 0paque~t0ken~of~the~job"}`)
	_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
	if err == nil || !strings.Contains(err.Error(), "AADSTS1: got [redacted]") {
		t.Errorf("got %v", err)
	}
}

// What was loaded is not read again: neither by loading it once more nor by making another credential.
func TestLoad_readsFilesOnce(t *testing.T) {
	t.Parallel()
	sim, c, certificate := newCertificateSim(t)
	c.ClientIDFile, c.ClientID, c.CertificateFile = write(t, []byte(graphsim.ClientID)), "", write(t, certificate.PEM())
	loaded, err := c.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{c.ClientIDFile, c.CertificateFile} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := tokenFor(t, newCredential(t, loaded), sim.GraphURL()); err != nil {
			t.Error(err)
		}
		if loaded, err = loaded.Load(); err != nil {
			t.Error(err)
		}
	}
	if secrets := strings.Join(loaded.Secrets(), "\n"); !strings.Contains(secrets, "PRIVATE KEY") {
		t.Error("the private key of the file is not among the secrets")
	}
}

// Whatever is set instead of a certificate is refused with an error of this program, and never ends it.
func FuzzCertificate(f *testing.F) {
	certificate := certificates()[0]
	encoded, err := pkcs12.Modern2023.Encode(certificate.Key, certificate.Certificate, nil, password)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(certificate.PEM())
	f.Add(append([]byte(textfile.BOM), certificate.PEM()...))
	f.Add(asUTF16(string(certificate.PEM())))
	f.Add(encoded)
	f.Add(encoded[:200])
	f.Add([]byte(`-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "certificate")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, c := range []entra.Config{{CertificateFile: path}, {Certificate: string(data)}} {
			c.TenantID, c.ClientID, c.CertificatePassword = graphsim.TenantID, graphsim.ClientID, password
			_, err := entra.NewCredential(c)
			if err == nil || errors.Is(err, entra.ErrNotConfigured) && len(data) == 0 {
				continue
			}
			if wrong, ok := errors.AsType[*entra.SettingError](err); !ok || libraryWords.MatchString(err.Error()) || !strings.HasPrefix(wrong.Setting, "client_certificate") {
				t.Errorf("got %v of %q", err, data)
			}
		}
	})
}
