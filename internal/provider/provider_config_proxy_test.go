package provider

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

// Credentials for a proxy with all that URLs and logs treat in some special way.
const (
	proxyUser     = "lab user"
	proxyPassword = `p@ss:w/ö?r#d%41+`
)

// newProxiedLab starts a lab whose services go by names that a proxy alone knows, and the
// proxy. The provider trusts the proxy's CA as well.
func newProxiedLab(t *testing.T, o func(*lab) graphsim.ProxyOptions) (*lab, *graphsim.Proxy) {
	t.Helper()
	l := newLabWith(t, graphsim.Options{GraphHost: "graph.contoso.test", EntraHost: "login.contoso.test", OIDCHost: "ci.contoso.test"})
	proxy, err := graphsim.StartProxy(o(l))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	l.trust(t, append(l.CACertificate(), proxy.CACertificate()...))
	return l, proxy
}

// trust has the provider trust these certificates.
func (l *lab) trust(t *testing.T, certificates []byte) {
	t.Helper()
	l.caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(l.caFile, certificates, 0o600); err != nil {
		t.Fatal(err)
	}
}

// behind is the lab's configuration with a proxy block in it.
func (l *lab) behind(block string) string {
	return strings.Replace(l.minimal(""), "provider \"msgraph\" {\n", "provider \"msgraph\" {\n"+block, 1)
}

func proxyBlockOf(attributes string) string { return "  proxy {\n    " + attributes + "\n  }\n" }

func authenticating(*lab) graphsim.ProxyOptions {
	return graphsim.ProxyOptions{Username: proxyUser, Password: proxyPassword}
}

func TestProviderProxy_block(t *testing.T) {
	t.Parallel()
	for name, attributes := range map[string]func(*graphsim.Proxy) string{
		"beside the URL": func(p *graphsim.Proxy) string {
			return fmt.Sprintf("url = %q\nusername = %q\npassword = %q\nno_proxy = \"elsewhere.test\"", p.URL(), proxyUser, proxyPassword)
		},
		"in the URL": func(p *graphsim.Proxy) string {
			return fmt.Sprintf("url = %q", "http://"+url.UserPassword(proxyUser, proxyPassword).String()+"@"+p.Address())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, proxy := newProxiedLab(t, authenticating)
			w := newWorkspace(t, l.withEnv("HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=*"), l.behind(proxyBlockOf(attributes(proxy))))
			w.mustRun("apply", "-auto-approve")
			l.expectSent(t, 1)
			tunnels := map[string]int{}
			for _, r := range proxy.Requests() {
				tunnels[strings.Split(r.Target, ":")[0]]++
			}
			if want := map[string]int{"login.contoso.test": 2, "graph.contoso.test": 2}; !maps.Equal(tunnels, want) {
				t.Errorf("got %v at the proxy, want a tunnel to Entra and one to Graph from the plan, and from the apply", tunnels)
			}
		})
	}
}

func TestProviderProxy_environment(t *testing.T) {
	t.Parallel()
	l, proxy := newProxiedLab(t, authenticating)
	w := newWorkspace(t, l.withEnv("https_proxy=http://"+url.UserPassword(proxyUser, proxyPassword).String()+"@"+proxy.Address()), l.minimal(""))
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 1)
	if got := proxy.Requests(); len(got) != 4 {
		t.Errorf("got %v at the proxy, want a tunnel to Entra and one to Graph from the plan, and from the apply", got)
	}
}

func TestProviderProxy_thatInterceptsTLS(t *testing.T) {
	t.Parallel()
	l, proxy := newProxiedLab(t, func(l *lab) graphsim.ProxyOptions { return graphsim.ProxyOptions{Intercept: l.CACertificate()} })
	block := proxyBlockOf(fmt.Sprintf("url = %q", proxy.URL()))
	l.trust(t, proxy.CACertificate())
	newWorkspace(t, l, l.behind(block)).mustRun("apply", "-auto-approve")
	l.expectSent(t, 1)
}

// What a proxy does wrong is an error that names it, and shows nothing of its credentials.
func TestProviderProxy_failures(t *testing.T) {
	t.Parallel()
	const closed = "127.0.0.1:1" // a port that nothing listens at, and that the system hands out to no one meanwhile
	for name, test := range map[string]struct {
		options func(*lab) graphsim.ProxyOptions
		block   func(*graphsim.Proxy) string
		says    []string
	}{
		"no credentials": {authenticating, func(p *graphsim.Proxy) string { return fmt.Sprintf("url = %q", p.URL()) },
			[]string{"407 Proxy Authentication Required", "offers Basic", "username and password in the provider's proxy block"}},
		"unreachable": {authenticating, func(*graphsim.Proxy) string {
			return fmt.Sprintf("url = %q\nusername = %q\npassword = %q", "http://"+closed, proxyUser, proxyPassword)
		}, []string{"The proxy " + closed + " cannot be reached", testos.ConnectionRefused()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, proxy := newProxiedLab(t, test.options)
			out, code := newWorkspace(t, l, l.behind(proxyBlockOf(test.block(proxy)))).run("apply", "-auto-approve")
			if code != 1 || len(l.Requests()) != 0 {
				t.Errorf("apply exited %d after %d requests", code, len(l.Requests()))
			}
			expectText(t, out, append(test.says, "Error: Proxy Failed", "The state of the call is not known")...)
			if name != "unreachable" {
				expectText(t, out, "The proxy "+proxy.Address())
			}
			expectNoSecret(t, "the output", out, proxyPassword, proxyUser)
		})
	}
}

func TestProviderProxy_wrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ block, says string }{
		"empty":           {"", "The proxy block has no url"},
		"unescaped":       {`url = "http://lab:s3cret/x@proxy.test"`, "percent encoding"},
		"two passwords":   {"url = \"http://lab:s3cret@proxy.test\"\nusername = \"lab\"\npassword = var.password", "other credentials than username and password"},
		"unknown secrets": {"url = \"http://proxy.test\"\nusername = \"lab\"\npassword = terraform_data.late.output", "The value of proxy.password is known only after apply"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, "variable \"password\" { default = \"s3cret~two\" }\nresource \"terraform_data\" \"late\" { input = \"s\" }\n"+l.behind(proxyBlockOf(test.block)))
			out, code := w.run("plan")
			if code != 1 || len(l.Requests()) != 0 {
				t.Errorf("plan exited %d after %d requests", code, len(l.Requests()))
			}
			expectText(t, out, test.says)
			expectNoSecret(t, "the output", out, "s3cret")
		})
	}
	t.Run("variable", func(t *testing.T) {
		t.Parallel()
		l := newLab(t).withEnv("HTTPS_PROXY=ftp://lab:s3cret@proxy.test")
		out, code := newWorkspace(t, l, l.minimal("")).run("plan")
		if code != 1 {
			t.Errorf("plan exited %d", code)
		}
		expectText(t, out, "environment variable HTTPS_PROXY", "begins with")
		expectNoSecret(t, "the output", out, "s3cret")
	})
}

// The machine's own identity endpoint is never behind the proxy; Graph is.
func TestProviderProxy_managedIdentity(t *testing.T) {
	t.Parallel()
	l, proxy := newProxiedLab(t, authenticating)
	l.onVirtualMachine()
	s, wrong := l.configure(t, attributes{
		"use_msi": true, "tenant_id": graphsim.TenantID,
		"proxy": attributes{"url": proxy.URL(), "username": proxyUser, "password": proxyPassword},
	})
	if wrong += s.read(); wrong != "" {
		t.Fatal(wrong)
	}
	var targets []string
	for _, r := range proxy.Requests() {
		targets = append(targets, r.Target)
	}
	if want := strings.TrimPrefix(l.GraphURL(), "https://"); len(targets) != 1 || targets[0] != want {
		t.Errorf("got %q at the proxy, want %s alone", targets, want)
	}
	if len(l.asked(graphsim.ServiceIdentity)) == 0 {
		t.Error("the identity endpoint was not asked")
	}
}

// Negotiate goes with no other way to say who asks, and with no proxy that has no principal.
func TestProviderProxy_useDefaultCredentials(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ attributes, says string }{
		"beside username": {"url = \"http://proxy.test\"\nusername = \"lab\"\npassword = \"p\"\nuse_default_credentials = true", "cannot be combined with"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			out, code := newWorkspace(t, l, l.behind(proxyBlockOf(test.attributes))).run("validate")
			if code != 1 {
				t.Errorf("validate exited %d", code)
			}
			expectText(t, out, test.says)
		})
	}
	t.Run("false", func(t *testing.T) {
		t.Parallel()
		l, proxy := newProxiedLab(t, authenticating)
		block := fmt.Sprintf("url = %q\nusername = %q\npassword = %q\nuse_default_credentials = false", proxy.URL(), proxyUser, proxyPassword)
		newWorkspace(t, l, l.behind(proxyBlockOf(block))).mustRun("apply", "-auto-approve")
		l.expectSent(t, 1)
	})
}
