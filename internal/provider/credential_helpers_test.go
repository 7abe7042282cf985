package provider

import (
	"context"
	"crypto/x509"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"software.sslmate.com/src/go-pkcs12"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

// configure configures the lab's provider with a provider block that holds the attributes
// beside those that point at the lab, and returns what was wrong with it.
func (l *lab) configure(t *testing.T, block attributes) (*protocol, string) {
	t.Helper()
	all := attributes{
		"graph_endpoint": l.GraphURL(), "authority_host": l.AuthorityURL(),
		"disable_instance_discovery": true, "ca_certificate_file": l.caFile,
	}
	maps.Copy(all, block)
	p := l.unconfigured(t)
	return p, said(p.configure(all))
}

// mustConfigure is configure for a block in which nothing is wrong.
func (l *lab) mustConfigure(t *testing.T, block attributes) *protocol {
	t.Helper()
	p, wrong := l.configure(t, block)
	if wrong != "" {
		t.Fatal(wrong)
	}
	return p
}

// readCall reads the lab's call and returns what was wrong with that.
func (p *protocol) readCall() string {
	p.t.Helper()
	_, diags := p.readData(callType, set())
	return said(diags)
}

// mustReadCall is readCall where nothing may be wrong.
func (p *protocol) mustReadCall() {
	p.t.Helper()
	if wrong := p.readCall(); wrong != "" {
		p.t.Fatal(wrong)
	}
}

// bearers are the tokens that Graph was shown, each once, in the order in which they came.
func (l *lab) bearers() []string {
	var all []string
	for _, r := range l.Requests() {
		if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && r.Service == graphsim.ServiceGraph && !slices.Contains(all, token) {
			all = append(all, token)
		}
	}
	return all
}

// appOf is the client id of the application that a token was issued to.
func appOf(t *testing.T, token string) string {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		t.Fatal(err)
	}
	app, _ := claims["appid"].(string)
	return app
}

// asked are the requests that a service got.
func (l *lab) asked(service string) []graphsim.Request {
	return l.RequestsWhere(func(r graphsim.Request) bool { return r.Service == service })
}

// onVirtualMachine leads the provider's connections to 169.254.169.254, where every virtual
// machine on Azure has its IMDS, to the lab's.
func (l *lab) onVirtualMachine() {
	l.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "169.254.169.254:80" {
			address = strings.TrimPrefix(l.IdentityURL(), "http://")
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	overwrite(t, path, content)
	return path
}

func overwrite(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

const certificatePassword = "p4ssw0rd~of~the~certificate"

var clientCertificate = sync.OnceValues(func() (graphsim.ClientCertificate, error) {
	return graphsim.NewClientCertificate("calls.contoso.com")
})

// pfx is a PKCS#12 file of today of the test's client certificate.
func pfx(t *testing.T) (string, graphsim.ClientCertificate) {
	t.Helper()
	certificate, err := clientCertificate()
	if err != nil {
		t.Fatal(err)
	}
	data, err := pkcs12.Modern2023.Encode(certificate.Key, certificate.Certificate, []*x509.Certificate{certificate.Authority}, certificatePassword)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), certificate
}

// trustCertificate registers the certificate for the lab's app.
func (l *lab) trustCertificate(certificate graphsim.ClientCertificate) {
	l.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, Certificates: []*x509.Certificate{certificate.Certificate}})
}

// command is a program on PATH that hands out a token as another one does.
type command struct {
	dir, name string
	// response makes of a token what the program writes.
	response func(token string, expires time.Time) string
}

// commands are az, azd and pwsh, by the attribute that asks for each.
func commands(t *testing.T) map[string]command {
	t.Helper()
	dir := t.TempDir()
	return map[string]command{
		"use_cli": {dir, "az", func(token string, expires time.Time) string {
			return fmt.Sprintf(`{"accessToken":%q,"expiresOn":%q,"expires_on":%d,"tokenType":"Bearer"}`,
				token, expires.Local().Format("2006-01-02 15:04:05.000000"), expires.Unix())
		}},
		"use_azd": {dir, "azd", func(token string, expires time.Time) string {
			return fmt.Sprintf(`{"token":%q,"expiresOn":%q}`, token, expires.UTC().Format("2006-01-02T15:04:05Z"))
		}},
		"use_powershell": {dir, "pwsh", func(token string, expires time.Time) string {
			return fmt.Sprintf(`{"Token":%q,"ExpiresOn":%d}`, token, expires.Unix())
		}},
	}
}

// install puts the program on PATH, where it writes each line of its arguments to a file,
// and its response. Since PATH is the process's own, the test cannot be parallel.
func (c command) install(t *testing.T) {
	t.Helper()
	testos.NeedsUnix(t)
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >> %[1]s/%[2]s.calls\nif [ -f %[1]s/%[2]s.error ]; then cat %[1]s/%[2]s.error >&2; exit 1; fi\ncat %[1]s/%[2]s.response\n", c.dir, c.name)
	testos.WriteProgram(t, filepath.Join(c.dir, c.name), script)
	t.Setenv("PATH", c.dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// handsOut has the program hand out the token from now on.
func (c command) handsOut(t *testing.T, token string, expires time.Time) {
	t.Helper()
	overwrite(t, filepath.Join(c.dir, c.name+".response"), c.response(token, expires))
}

// refuses has the program fail from now on.
func (c command) refuses(t *testing.T, stderr string) {
	t.Helper()
	overwrite(t, filepath.Join(c.dir, c.name+".error"), stderr)
}

// calls are the arguments of each time that the program was run.
func (c command) calls(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, c.name+".calls"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}
