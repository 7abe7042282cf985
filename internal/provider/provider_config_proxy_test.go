package provider

import (
	"fmt"
	"maps"
	"net/url"
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

// newProxiedLab starts a lab whose services go by names that only a proxy knows, and the
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
	l.caFile = writeFile(t, string(certificates))
}

// behind is the lab's configuration with a proxy block in it.
func (l *lab) behind(block string) string {
	return strings.Replace(l.minimal(""), "provider \"msgraph\" {\n", "provider \"msgraph\" {\n"+block, 1)
}

func proxyBlockOf(attributes string) string { return "  proxy {\n    " + attributes + "\n  }\n" }

func authenticating(*lab) graphsim.ProxyOptions {
	return graphsim.ProxyOptions{Username: proxyUser, Password: proxyPassword}
}

// throughProxy reads the lab's call with a proxy block, nil for none, and returns what was wrong with that.
func (l *lab) throughProxy(t *testing.T, proxy attributes) string {
	t.Helper()
	return l.mustConfigure(t, application(attributes{"client_secret": graphsim.ClientSecret, "proxy": proxy})).readCall()
}

// tunnels are how many connections to each host the proxy was asked for.
func tunnels(proxy *graphsim.Proxy) map[string]int {
	hosts := map[string]int{}
	for _, r := range proxy.Requests() {
		hosts[strings.Split(r.Target, ":")[0]]++
	}
	return hosts
}

func TestProviderProxy_block(t *testing.T) {
	t.Parallel()
	l, proxy := newProxiedLab(t, authenticating)
	block := proxyBlockOf(fmt.Sprintf("url = %q\nusername = %q\npassword = %q\nuse_default_credentials = false\nno_proxy = \"elsewhere.test\"",
		proxy.URL(), proxyUser, proxyPassword))
	w := newWorkspace(t, l.withEnv("HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=*"), l.behind(block))
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 1)
	if got, want := tunnels(proxy), map[string]int{"login.contoso.test": 2, "graph.contoso.test": 2}; !maps.Equal(got, want) {
		t.Errorf("got %v at the proxy, want a tunnel to Entra and one to Graph from the plan, and from the apply", got)
	}
}

func TestProviderProxy_credentialsInTheURL(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(l *lab, url string) (proxy attributes){
		"of the block":       func(_ *lab, url string) attributes { return attributes{"url": url} },
		"in the environment": func(l *lab, url string) attributes { l.withEnv("https_proxy=" + url); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, proxy := newProxiedLab(t, authenticating)
			block := use(l, "http://"+url.UserPassword(proxyUser, proxyPassword).String()+"@"+proxy.Address())
			if wrong := l.throughProxy(t, block); wrong != "" {
				t.Error(wrong)
			}
			if got, want := tunnels(proxy), map[string]int{"login.contoso.test": 1, "graph.contoso.test": 1}; !maps.Equal(got, want) {
				t.Errorf("got %v at the proxy, want %v", got, want)
			}
		})
	}
}

func TestProviderProxy_thatInterceptsTLS(t *testing.T) {
	t.Parallel()
	l, proxy := newProxiedLab(t, func(l *lab) graphsim.ProxyOptions { return graphsim.ProxyOptions{Intercept: l.CACertificate()} })
	l.trust(t, proxy.CACertificate())
	if wrong := l.throughProxy(t, attributes{"url": proxy.URL()}); wrong != "" {
		t.Error(wrong)
	}
}

// What a proxy does wrong is an error that names it, and shows nothing of its credentials.
func TestProviderProxy_failures(t *testing.T) {
	t.Parallel()
	l, proxy := newProxiedLab(t, authenticating)
	const closed = "127.0.0.1:1" // a port that nothing listens at, and that the system hands out to no one meanwhile
	for _, test := range []struct {
		block attributes
		says  []string
	}{
		{attributes{"url": proxy.URL()}, []string{
			"The proxy " + proxy.Address(), "407 Proxy Authentication Required", "offers Basic", "username and password in the provider's proxy block",
		}},
		{attributes{"url": "http://" + closed, "username": proxyUser, "password": proxyPassword}, []string{
			"The proxy " + closed + " cannot be reached", testos.ConnectionRefused(),
		}},
	} {
		wrong := l.throughProxy(t, test.block)
		expectText(t, wrong, append(test.says, "ERROR: Proxy Failed", "The state of the call is not known")...)
		expectNoSecret(t, "the error", wrong, proxyPassword, proxyUser)
		l.expectNothingSent(t)
	}
}

// The machine's own identity endpoint is never behind the proxy; Graph is.
func TestProviderProxy_managedIdentity(t *testing.T) {
	t.Parallel()
	l, proxy := newProxiedLab(t, authenticating)
	l.onVirtualMachine()
	l.mustConfigure(t, attributes{
		"use_msi": true, "tenant_id": graphsim.TenantID,
		"proxy": attributes{"url": proxy.URL(), "username": proxyUser, "password": proxyPassword},
	}).mustReadCall()
	if got, want := tunnels(proxy), map[string]int{"graph.contoso.test": 1}; !maps.Equal(got, want) {
		t.Errorf("got %v at the proxy, want %v", got, want)
	}
	if len(l.asked(graphsim.ServiceIdentity)) == 0 {
		t.Error("the identity endpoint was not asked")
	}
}
