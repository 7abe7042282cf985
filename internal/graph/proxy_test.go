package graph_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
	"terraform-provider-msgraph/internal/transport"
)

// Names that no resolver knows; a proxy takes them for this machine.
const (
	graphHost = "graph.contoso.test"
	entraHost = "login.contoso.test"
)

// Credentials for proxies, with all that URLs, headers and logs treat in some special way.
const (
	proxyUser     = "lab user"
	proxyPassword = `p@ss:w/ö?r#d%41"+`
)

// newProxied returns a client whose stand-ins have names that only a proxy knows, and
// that reaches them as o says. It trusts the certificates besides those of the stand-ins.
func newProxied(t testing.TB, o transport.Options, trusted ...[]byte) bench {
	t.Helper()
	return newProxiedBy(t, func(sim *graphsim.Server) transport.Options {
		o.CACertificateFile = writeFile(t, bundle(append(trusted, sim.CACertificate())...))
		return o
	})
}

// newProxiedBy is newProxied for options that depend on the stand-ins.
func newProxiedBy(t testing.TB, options func(*graphsim.Server) transport.Options) bench {
	t.Helper()
	now := clocktest.New(epoch)
	sim, err := graphsim.Start(graphsim.Options{Now: now.Now, GraphHost: graphHost, EntraHost: entraHost})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.PlaceCall(graphsim.Call{ID: callID})
	o := options(sim)
	if o.Getenv == nil {
		o.Getenv = environment()
	}
	transport, err := transport.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	credential, err := entra.NewCredential(entra.Config{
		TenantID: graphsim.TenantID, ClientID: graphsim.ClientID, ClientSecret: graphsim.ClientSecret,
		AuthorityHost: sim.AuthorityURL(), DisableInstanceDiscovery: true, Transport: transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	return bench{sim: sim, clock: now, Client: graph.New(graph.Options{
		Endpoint: sim.GraphURL(), Credential: credential, Transport: transport, UserAgent: userAgent, Clock: now, Retry: patient,
	})}
}

// newProxy starts a proxy with graphsim.StartProxy or StartSOCKSProxy.
func newProxy(t testing.TB, start func(graphsim.ProxyOptions) (*graphsim.Proxy, error), o graphsim.ProxyOptions) *graphsim.Proxy {
	t.Helper()
	p, err := start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// withUser puts credentials into the URL of a proxy.
func withUser(proxy *graphsim.Proxy, username, password string) string {
	scheme, rest, _ := strings.Cut(proxy.URL(), "://")
	return scheme + "://" + url.UserPassword(username, password).String() + "@" + rest
}

func TestProxy_everyKindOfProxyCarriesTokenAndGraphRequests(t *testing.T) {
	t.Parallel()
	authenticating := graphsim.ProxyOptions{Username: proxyUser, Password: proxyPassword}
	for name, test := range map[string]struct {
		start   func(graphsim.ProxyOptions) (*graphsim.Proxy, error)
		proxy   graphsim.ProxyOptions
		options func(*graphsim.Proxy) transport.Options
	}{
		"http": {graphsim.StartProxy, graphsim.ProxyOptions{}, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Proxy: transport.ProxyOptions{URL: p.URL()}}
		}},
		"http, credentials beside the URL": {graphsim.StartProxy, authenticating, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Proxy: transport.ProxyOptions{URL: p.URL(), Username: proxyUser, Password: proxyPassword}}
		}},
		"http, credentials in the URL": {graphsim.StartProxy, authenticating, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Proxy: transport.ProxyOptions{URL: withUser(p, proxyUser, proxyPassword)}}
		}},
		"http, credentials in both places": {graphsim.StartProxy, authenticating, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Proxy: transport.ProxyOptions{
				URL: withUser(p, proxyUser, proxyPassword), Username: proxyUser, Password: proxyPassword}}
		}},
		"https": {graphsim.StartProxy, graphsim.ProxyOptions{Username: proxyUser, Password: proxyPassword, TLS: true}, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Proxy: transport.ProxyOptions{URL: p.URL(), Username: proxyUser, Password: proxyPassword}}
		}},
		"socks5": {graphsim.StartSOCKSProxy, graphsim.ProxyOptions{}, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Proxy: transport.ProxyOptions{URL: p.URL()}}
		}},
		"socks5h with credentials": {graphsim.StartSOCKSProxy, authenticating, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Proxy: transport.ProxyOptions{
				URL: strings.Replace(p.URL(), "socks5:", "SOCKS5H:", 1), Username: proxyUser, Password: proxyPassword}}
		}},
		"of the environment": {graphsim.StartProxy, authenticating, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Getenv: environment("HTTPS_PROXY", withUser(p, proxyUser, proxyPassword))}
		}},
		"of the environment, without scheme": {graphsim.StartProxy, graphsim.ProxyOptions{}, func(p *graphsim.Proxy) transport.Options {
			return transport.Options{Getenv: environment("https_proxy", p.Address(), "no_proxy", "elsewhere.test")}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := newProxy(t, test.start, test.proxy)
			b := newProxied(t, test.options(proxy), proxy.CACertificate())
			response, err := b.keepAlive(t)
			if err != nil || response.StatusCode != 200 {
				t.Fatalf("got %v, %v, want success", response, err)
			}
			targets := map[string]bool{}
			for _, r := range proxy.Requests() {
				targets[r.Target] = r.Granted
				if r.Username != test.proxy.Username || r.Password != test.proxy.Password {
					t.Errorf("got %q and %q at the proxy, want the credentials", r.Username, r.Password)
				}
			}
			want := map[string]bool{hostOf(b.sim.GraphURL()): true, hostOf(b.sim.AuthorityURL()): true}
			if len(targets) != 2 || !targets[hostOf(b.sim.GraphURL())] || !targets[hostOf(b.sim.AuthorityURL())] {
				t.Errorf("got %v at the proxy, want %v", targets, want)
			}
			for _, r := range b.sim.Requests() {
				if r.Proto != "HTTP/2.0" || r.Header.Get("Proxy-Authorization") != "" {
					t.Errorf("got %s with %v, want HTTP/2 and no header of the proxy's", r.Proto, r.Header)
				}
			}
		})
	}
}

func hostOf(u string) string { return strings.TrimPrefix(u, "https://") }

// environment is an environment with nothing but the variables, pairs of name and value.
func environment(variables ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(variables); i += 2 {
		values[variables[i]] = variables[i+1]
	}
	return func(name string) string { return values[name] }
}

// wantNoCredentials checks that a text shows nothing of a proxy's credentials.
func wantNoCredentials(t testing.TB, text string) {
	t.Helper()
	basic := base64.StdEncoding.EncodeToString([]byte(proxyUser + ":" + proxyPassword))
	for _, secret := range []string{proxyUser, proxyPassword, url.QueryEscape(proxyPassword), url.PathEscape(proxyPassword), "p@ss", "p%40ss", basic} {
		if strings.Contains(text, secret) {
			t.Errorf("got %q, want %q kept out of it", text, secret)
		}
	}
}

func TestProxy_thatInterceptsTLSIsTrustedByItsCAAlone(t *testing.T) {
	t.Parallel()
	for _, trusted := range []bool{true, false} {
		b, proxy := newIntercepted(t, trusted)
		_, err := b.keepAlive(t)
		if trusted {
			if err != nil || len(b.sent()) != 1 || len(proxy.Requests()) != 2 {
				t.Errorf("got %v, %d requests and tunnels %v, want success through the proxy", err, len(b.sent()), proxy.Requests())
			}
			continue
		}
		e := wantKind(t, err, graph.KindCertificate)
		wantText(t, e.Error(), "through the proxy "+proxy.Address(), "certificate signed by unknown authority")
		if e.GaveUp != "" || len(b.clock.Slept()) != 0 || len(proxy.Requests()) != 1 || len(b.sim.Requests()) != 0 {
			t.Errorf("got %+v after waits %v and tunnels %v, want it permanent", e, b.clock.Slept(), proxy.Requests())
		}
	}
}

// newIntercepted is newProxied with a proxy that intercepts TLS, whose CA the client trusts
// or not. It trusts that of the stand-ins in any case.
func newIntercepted(t testing.TB, trusted bool) (bench, *graphsim.Proxy) {
	t.Helper()
	var proxy *graphsim.Proxy
	var file string
	b := newProxiedBy(t, func(sim *graphsim.Server) transport.Options {
		proxy = newProxy(t, graphsim.StartProxy, graphsim.ProxyOptions{Intercept: sim.CACertificate()})
		certificates := sim.CACertificate()
		if trusted {
			certificates = proxy.CACertificate()
		}
		file = writeFile(t, certificates)
		return transport.Options{Proxy: transport.ProxyOptions{URL: proxy.URL()}, CACertificateFile: file}
	})
	return b, proxy
}

func TestProxy_thatWantsOtherCredentialsIsPermanentAndNamed(t *testing.T) {
	t.Parallel()
	for kind, start := range map[string]func(graphsim.ProxyOptions) (*graphsim.Proxy, error){
		"http": graphsim.StartProxy, "https": graphsim.StartProxy, "socks5": graphsim.StartSOCKSProxy,
	} {
		for name, given := range map[string]transport.ProxyOptions{
			"none":             {},
			"another user":     {Username: proxyUser + "x", Password: proxyPassword},
			"another password": {Username: proxyUser, Password: proxyPassword + "x"},
			"no password":      {Username: proxyUser},
		} {
			t.Run(kind+", "+name, func(t *testing.T) {
				t.Parallel()
				proxy := newProxy(t, start, graphsim.ProxyOptions{Username: proxyUser, Password: proxyPassword, TLS: kind == "https"})
				given.URL = proxy.URL()
				b := newProxied(t, transport.Options{Proxy: given}, proxy.CACertificate())
				_, err := b.keepAlive(t)
				e := wantKind(t, err, graph.KindProxy)
				wantText(t, e.Error(), "the proxy "+proxy.Address())
				if kind != "socks5" {
					wantText(t, e.Error(), "407 Proxy Authentication Required", "offers Basic")
				}
				wantNoCredentials(t, e.Error())
				wantShowable(t, e.Error(), 3)
				if e.GaveUp != "" || e.Attempts != 0 || len(b.clock.Slept()) != 0 || len(proxy.Requests()) != 1 || len(b.sim.Requests()) != 0 {
					t.Errorf("got %+v after waits %v and tunnels %v, want it permanent", e, b.clock.Slept(), proxy.Requests())
				}
				var proxyErr *transport.ProxyError
				if !errors.As(err, &proxyErr) || !proxyErr.Unauthorized || proxyErr.Proxy != proxy.Address() {
					t.Errorf("got %+v, want it to say whose it is", proxyErr)
				}
			})
		}
	}
}

func TestProxy_thatCannotBeReachedIsRetriedAndNamed(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"http", "https", "socks5"} {
		const address = "127.0.0.1:1" // a port that nothing listens on, and that the system assigns to no one meanwhile
		b := newProxied(t, transport.Options{Proxy: transport.ProxyOptions{URL: scheme + "://" + address, Username: proxyUser, Password: proxyPassword}})
		_, err := b.keepAlive(t)
		e := wantKind(t, err, graph.KindProxy)
		wantText(t, e.Error(), "the proxy "+address+" cannot be reached", testos.ConnectionRefused(), "this operation's timeout")
		wantNoCredentials(t, e.Error())
		if len(b.clock.Slept()) < 5 {
			t.Errorf("%s: got waits %v, want tries for as long as there is time", scheme, b.clock.Slept())
		}
	}
}

func TestProxy_ownCertificateCounts(t *testing.T) {
	t.Parallel()
	proxy := newProxy(t, graphsim.StartProxy, graphsim.ProxyOptions{TLS: true})
	b := newProxied(t, transport.Options{Proxy: transport.ProxyOptions{URL: proxy.URL()}})
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindProxy)
	wantText(t, e.Error(), "the proxy "+proxy.Address()+" cannot be reached", "certificate signed by unknown authority")
	if e.GaveUp != "" || len(b.clock.Slept()) != 0 {
		t.Errorf("got %+v after waits %v, want it permanent", e, b.clock.Slept())
	}
}

func TestProxy_responsesAreRetriedAsGraphsAre(t *testing.T) {
	t.Parallel()
	for status, transient := range map[int]bool{400: false, 403: false, 404: false, 429: true, 500: true, 502: true, 503: true, 504: true} {
		proxy := newProxy(t, graphsim.StartProxy, graphsim.ProxyOptions{Status: status})
		b := newProxied(t, transport.Options{Proxy: transport.ProxyOptions{URL: proxy.URL()}})
		_, err := b.keepAlive(t)
		e := wantKind(t, err, graph.KindProxy)
		wantText(t, e.Error(), "the proxy "+proxy.Address()+" refuses the connection: it responded with "+strconv.Itoa(status))
		if got := len(b.clock.Slept()) > 0; got != transient || (e.GaveUp != "") != transient {
			t.Errorf("%d: got waits %v and %+v, want it tried again: %t", status, b.clock.Slept(), e, transient)
		}
	}
	proxy := newProxy(t, graphsim.StartSOCKSProxy, graphsim.ProxyOptions{Status: 1})
	b := newProxied(t, transport.Options{Proxy: transport.ProxyOptions{URL: proxy.URL()}})
	_, err := b.keepAlive(t)
	wantText(t, wantKind(t, err, graph.KindProxy).Error(), "the proxy "+proxy.Address()+" refuses the connection", "not allowed by ruleset")
}

func TestProxy_thatHangsIsNamedWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(graphsim.ProxyOptions) (*graphsim.Proxy, error){
		"http": graphsim.StartProxy, "socks5": graphsim.StartSOCKSProxy,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := newProxy(t, start, graphsim.ProxyOptions{Stall: true})
			b := newProxied(t, transport.Options{Proxy: transport.ProxyOptions{URL: proxy.URL()}})
			_, err := b.KeepAlive(b.outlast(t, func() int { return len(proxy.Requests()) }), callID, nil)
			wantText(t, failure(t, err).Error(), proxy.Address(), "this operation's timeout")
		})
	}
}
