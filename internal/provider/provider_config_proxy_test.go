package provider

import (
	"fmt"
	"maps"
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
	l.caFile = writeFile(t, string(l.CACertificate())+string(proxy.CACertificate()))
	return l, proxy
}

// behind is the lab's configuration with more in the provider block, and in the resource.
func (l *lab) behind(block string, arguments ...string) string {
	return strings.Replace(l.minimal(strings.Join(arguments, "\n")), "provider \"msgraph\" {\n", "provider \"msgraph\" {\n"+block, 1)
}

func proxyBlockOf(attributes string) string { return "  proxy {\n    " + attributes + "\n  }\n" }

func authenticating(*lab) graphsim.ProxyOptions {
	return graphsim.ProxyOptions{Username: proxyUser, Password: proxyPassword}
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
		wrong := l.mustConfigure(t, application(attributes{"client_secret": graphsim.ClientSecret, "proxy": test.block})).readCall()
		expectText(t, wrong, append(test.says, "ERROR: Proxy Failed", "The state of the call is not known")...)
		expectNoSecret(t, "the error", wrong, proxyPassword, proxyUser)
		l.expectNothingSent(t)
	}
}
