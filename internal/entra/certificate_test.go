package entra_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

const password = "p4ssw0rd~of~the~file"

// certificates are made once: RSA keys take their time. The second one is of nobody that an app trusts.
var certificates = sync.OnceValue(func() (all [2]graphsim.ClientCertificate) {
	for i, name := range []string{"calls.contoso.com", "other"} {
		var err error
		if all[i], err = graphsim.NewClientCertificate(name); err != nil {
			panic(err)
		}
	}
	return all
})

// newCertificateSim is newSim with an app that signs in with the certificate it returns.
func newCertificateSim(t *testing.T) (*graphsim.Server, entra.Config, graphsim.ClientCertificate) {
	t.Helper()
	certificate := certificates()[0]
	sim, c := newSim(t)
	sim.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, Certificates: []*x509.Certificate{certificate.Certificate}})
	c.ClientSecret = ""
	return sim, c, certificate
}

func pfx(t *testing.T, encoder *pkcs12.Encoder, c graphsim.ClientCertificate, password string) []byte {
	t.Helper()
	data, err := encoder.Encode(c.Key, c.Certificate, []*x509.Certificate{c.Authority}, password)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every form of file signs in, both by itself and by its path.
func TestCertificate_everyForm(t *testing.T) {
	t.Parallel()
	sim, c, certificate := newCertificateSim(t)
	other := certificates()[1]
	issuerFirst, err := pkcs12.Modern2023.Encode(certificate.Key, certificate.Authority, []*x509.Certificate{certificate.Certificate}, password)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := append(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(certificate.Key)}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate.Raw})...)
	for name, form := range map[string]struct {
		data     []byte
		password string
	}{
		"PKCS#12 of today (PBES2, AES-256, SHA-256)":  {pfx(t, pkcs12.Modern2023, certificate, password), password},
		"PKCS#12 of 2026 (PBMAC1)":                    {pfx(t, pkcs12.Modern2026, certificate, password), password},
		"PKCS#12 of old (3DES, SHA-1)":                {pfx(t, pkcs12.LegacyDES, certificate, password), password},
		"PKCS#12 of older (RC2, SHA-1)":               {pfx(t, pkcs12.LegacyRC2, certificate, password), password},
		"PKCS#12 without a password":                  {pfx(t, pkcs12.Modern2023, certificate, ""), ""},
		"PKCS#12 without encryption":                  {pfx(t, pkcs12.Passwordless, certificate, ""), ""},
		"PKCS#12 with the issuer's certificate first": {issuerFirst, password},
		"PEM":                                    {certificate.PEM(), ""},
		"PEM with a password that is not needed": {certificate.PEM(), password},
		"PEM with an RSA PRIVATE KEY":            {pkcs1, ""},
		"PEM with another certificate first": {append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: other.Certificate.Raw}),
			certificate.PEM()...), ""},
	} {
		encoded := base64.StdEncoding.EncodeToString(form.data)
		for how, change := range map[string]func(*entra.Config){
			"by itself, in base64":                func(c *entra.Config) { c.Certificate = encoded },
			"by itself, in base64 of many lines":  func(c *entra.Config) { c.Certificate = folded(encoded) + "\n" },
			"by itself, in base64 of URLs":        func(c *entra.Config) { c.Certificate = base64.RawURLEncoding.EncodeToString(form.data) },
			"by its path":                         func(c *entra.Config) { c.CertificateFile = write(t, form.data) },
			"by the path of a file of its base64": func(c *entra.Config) { c.CertificateFile = write(t, []byte(encoded)) },
			"both, in other forms":                func(c *entra.Config) { c.Certificate, c.CertificateFile = encoded, write(t, certificate.PEM()) },
			"both":                                func(c *entra.Config) { c.Certificate, c.CertificateFile = encoded, write(t, form.data) },
		} {
			c := c
			c.CertificatePassword = form.password
			change(&c)
			if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
				t.Errorf("%s %s: got %v", name, how, err)
			}
		}
		if bytes.HasPrefix(form.data, []byte("-----")) {
			c := c
			c.Certificate = string(form.data)
			if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
				t.Errorf("%s as it is: got %v", name, err)
			}
		}
	}
}

func folded(text string) string {
	var lines []string
	for len(text) > 64 {
		lines, text = append(lines, text[:64]), text[64:]
	}
	return strings.Join(append(lines, text), "\r\n")
}

// What OpenSSL writes is read, and not only what the library that reads it would write.
func TestCertificate_ofOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not on PATH")
	}
	sim, c, certificate := newCertificateSim(t)
	dir := t.TempDir()
	in := write(t, certificate.PEM())
	for name, args := range map[string][]string{
		"its default":         nil,
		"AES-128 of PBES2":    {"-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha256"},
		"SHA-512 for the MAC": {"-macalg", "sha512"},
	} {
		out := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".pfx")
		cmd := exec.CommandContext(t.Context(), openssl, append([]string{"pkcs12", "-export", "-in", in, "-out", out, "-passout", "pass:" + password}, args...)...)
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		c := c
		c.CertificateFile, c.CertificatePassword = out, password
		if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The certificate goes along only where it is configured, and then an app that trusts its
// subject and issuer takes it without having it.
func TestCertificate_chainIsSentOnRequest(t *testing.T) {
	t.Parallel()
	sim, c, certificate := newCertificateSim(t)
	sim.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, SubjectNames: []graphsim.SubjectName{
		{CommonName: "calls.contoso.com", Authority: certificate.Authority},
	}})
	c.Certificate = base64.StdEncoding.EncodeToString(pfx(t, pkcs12.Modern2023, certificate, ""))
	for _, send := range []bool{true, false} {
		c.SendCertificateChain = send
		sim.ResetRequests()
		_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
		if send != (err == nil) {
			t.Errorf("send %t: got %v", send, err)
		}
		token, _ := lastAssertion(t, sim)
		header := token.Header
		chain, _ := header["x5c"].([]any)
		if want := map[bool]int{true: 2, false: 0}[send]; len(chain) != want {
			t.Errorf("send %t: got %d certificates, want %d", send, len(chain), want)
		}
		if header["x5t#S256"] == nil || header["alg"] != "PS256" {
			t.Errorf("send %t: got header %v, want a thumbprint and PS256", send, header)
		}
	}
}

func TestCertificate_unusable(t *testing.T) {
	t.Parallel()
	_, c, certificate := newCertificateSim(t)
	other := certificates()[1]
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, _ := x509.MarshalECPrivateKey(curve)
	pkcs8, _ := x509.MarshalPKCS8PrivateKey(curve)
	onlyCertificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate.Raw})
	withKey := func(kind string, der []byte) []byte {
		return append(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), onlyCertificate...)
	}
	otherKey := other.PEM()[:bytes.Index(other.PEM(), []byte("-----BEGIN CERTIFICATE"))]
	encoded := base64.StdEncoding.EncodeToString
	for name, test := range map[string]struct {
		change        func(*entra.Config)
		setting, says string
	}{
		"wrong password": {func(c *entra.Config) {
			c.Certificate, c.CertificatePassword = encoded(pfx(t, pkcs12.Modern2023, certificate, password)), "wr0ng~password"
		}, "client_certificate_password", "does not open the PKCS#12 file of client_certificate"},
		"no password":   {func(c *entra.Config) { c.CertificateFile = write(t, pfx(t, pkcs12.LegacyDES, certificate, password)) }, "client_certificate_password", "does not open the PKCS#12 file of client_certificate_path"},
		"no such file":  {func(c *entra.Config) { c.CertificateFile = "/nonexistent/c.pfx" }, "client_certificate_path", `"/nonexistent/c.pfx" cannot be read: ` + testos.ReadError("/nonexistent/c.pfx")},
		"a directory":   {func(c *entra.Config) { c.CertificateFile = t.TempDir() }, "client_certificate_path", testos.ReadError(t.TempDir())},
		"an empty file": {func(c *entra.Config) { c.CertificateFile = write(t, nil) }, "client_certificate_path", "empty"},
		"blank":         {func(c *entra.Config) { c.Certificate = " \n" }, "client_certificate", "empty"},
		"neither form":  {func(c *entra.Config) { c.Certificate = "s0mething~else" }, "client_certificate", "neither PEM nor a PKCS#12 file that can be read"},
		"cut short":     {func(c *entra.Config) { c.Certificate = encoded(pfx(t, pkcs12.Modern2023, certificate, "")[:300]) }, "client_certificate", "neither PEM nor a PKCS#12 file that can be read"},
		"PEM like base64": {func(c *entra.Config) {
			c.Certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: make([]byte, 48)}))
		}, "client_certificate", "it has a certificate, but no private key"},
		"no key":         {func(c *entra.Config) { c.CertificateFile = write(t, onlyCertificate) }, "client_certificate_path", "it has a certificate, but no private key"},
		"key of another": {func(c *entra.Config) { c.CertificateFile = write(t, append(otherKey, onlyCertificate...)) }, "client_certificate_path", "the private key belongs to none of the certificates"},
		"elliptic curve": {func(c *entra.Config) { c.CertificateFile = write(t, withKey("PRIVATE KEY", pkcs8)) }, "client_certificate_path", "RSA keys only"},
		"EC PRIVATE KEY": {func(c *entra.Config) { c.CertificateFile = write(t, withKey("EC PRIVATE KEY", sec1)) }, "client_certificate_path", "RSA keys only"},
		"encrypted key":  {func(c *entra.Config) { c.CertificateFile = write(t, withKey("ENCRYPTED PRIVATE KEY", []byte{1})) }, "client_certificate_path", "not supported for PEM"},
		"two that differ": {func(c *entra.Config) {
			c.Certificate, c.CertificateFile = string(certificate.PEM()), write(t, other.PEM())
		}, "client_certificate_path", "another certificate than client_certificate"},
		"larger than a MiB": {func(c *entra.Config) { c.CertificateFile = write(t, make([]byte, 1<<20+1)) }, "client_certificate_path", "larger than 1024 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := c
			test.change(&c)
			_, err := entra.NewCredential(c)
			if wrong, ok := errors.AsType[*entra.SettingError](err); !ok || wrong.Setting != test.setting {
				t.Fatalf("got %v, want an error about %s", err, test.setting)
			}
			if text := err.Error(); !strings.HasPrefix(text, "the client certificate cannot be used: "+test.setting) || !strings.Contains(text, test.says) {
				t.Errorf("got %q, want it to say %q", text, test.says)
			}
			for _, secret := range []string{password, "wr0ng~password", "s0mething~else", "BEGIN"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("got %v, want %q kept out of it", err, secret)
				}
			}
		})
	}
}
