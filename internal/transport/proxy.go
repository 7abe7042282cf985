package transport

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/idna"

	"terraform-provider-msgraph/internal/textfile"
)

// ProxyOptions say through which proxy requests go.
type ProxyOptions struct {
	// URL is the proxy's, see [CheckProxyURL]; empty to use the environment variables
	// HTTPS_PROXY and NO_PROXY, or their lowercase forms.
	URL string
	// Username and Password are for the proxy, in place of those in URL.
	Username, Password string
	// Negotiate, if not nil, returns the value of the header Proxy-Authorization for the
	// proxy of this host name, instead of a user name and password: one for each tunnel. Its
	// error is permanent if [permanent.Is] says so.
	Negotiate func(ctx context.Context, host string) (string, error)
	// CheckHost returns why Negotiate cannot be used with a proxy of this host name; nil for no check.
	CheckHost func(host string) error
	// NoProxy lists what is reached without the proxy, separated by commas: host names, with
	// a dot in front for only the names below it; addresses; ranges of them (10.0.0.0/8); each
	// with an optional port; or "*".
	NoProxy string
}

// proxyServer is a proxy.
type proxyServer struct {
	// address is its host and port, also for errors: it never contains a user or a password.
	address string
	// url is the one for net/http. It contains credentials only for SOCKS, since net/http does
	// that handshake itself.
	url  *url.URL
	user *url.Userinfo
	// host is the URL's.
	host      string
	negotiate func(ctx context.Context, host string) (string, error)
}

// connectHeader returns the header of a CONNECT request. It is called for each new tunnel.
func (p *proxyServer) connectHeader(ctx context.Context) (http.Header, error) {
	if p.negotiate != nil {
		value, err := p.negotiate(ctx, p.host)
		if err != nil {
			return nil, withoutToken(p.address, err)
		}
		return http.Header{"Proxy-Authorization": {value}}, nil
	}
	if p.user == nil {
		return nil, nil
	}
	password, _ := p.user.Password()
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(p.user.Username(), password)
	return http.Header{"Proxy-Authorization": r.Header["Authorization"]}, nil
}

// CheckProxyURL returns an error if s cannot be the URL of a proxy. The error repeats nothing of
// s, which may contain a password.
func CheckProxyURL(s string) error {
	_, err := parseProxyURL(s)
	return err
}

// CheckProxy returns an error if the options cannot be used together. The error repeats no
// credentials.
func CheckProxy(o ProxyOptions) error {
	_, err := newProxyServer(o)
	return err
}

func parseProxyURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, errors.New("this is not a URL; percent-encode reserved characters in the user name and password, such as %40 for @")
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "socks5", "socks5h":
	default:
		return nil, errors.New(`the URL of a proxy begins with "http://", "https://" or "socks5://"`)
	}
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#") {
		return nil, errors.New("the URL of a proxy has no path, query or fragment; percent-encode /, ? and # in the user name and " +
			"password (%2F, %3F, %23)")
	}
	if u.Hostname() == "" || strings.ContainsAny(u.Hostname(), "[]") { // net/url accepts a bracket in a name
		return nil, errors.New("the URL has no host")
	}
	host, err := asciiName(u.Hostname())
	if err != nil || host == "" { // "" if it was only a soft hyphen
		return nil, errors.New("the host in the URL is neither a domain name nor an IP address")
	}
	u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
	return &url.URL{Scheme: strings.ToLower(u.Scheme), User: u.User, Host: u.Host}, nil
}

// asciiName returns the name of a host in the form of DNS and certificates.
func asciiName(host string) (string, error) {
	if !strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return host, nil
	}
	return idna.Lookup.ToASCII(host)
}

// asciiNames returns a list with its names in that form, and the rest unchanged.
func asciiNames(list string) string {
	names := strings.Split(list, ",")
	for i, name := range names {
		name = strings.TrimSpace(name)
		dot := name[:len(name)-len(strings.TrimLeft(name, "."))]
		host, port, _ := strings.Cut(strings.TrimPrefix(name, dot), ":")
		if ascii, err := asciiName(host); err == nil && ascii != host {
			names[i] = dot + ascii
			if port != "" {
				names[i] += ":" + port
			}
		}
	}
	return strings.Join(names, ",")
}

// newProxyServer reads the proxy of an option or a variable.
func newProxyServer(o ProxyOptions) (*proxyServer, error) {
	u, err := parseProxyURL(o.URL)
	if err != nil {
		return nil, err
	}
	user := u.User
	if o.Username != "" || o.Password != "" {
		given := url.UserPassword(o.Username, o.Password)
		if user != nil && user.String() != given.String() {
			return nil, errors.New("its URL and username and password contain different credentials; set them in only one place")
		}
		user = given
	}
	if user != nil && user.Username() == "" {
		return nil, errors.New("password is set without username")
	}
	if o.Negotiate != nil && user != nil {
		return nil, errors.New("use_default_credentials cannot be combined with username and password")
	}
	if o.Negotiate != nil && strings.HasPrefix(u.Scheme, "socks") {
		return nil, errors.New(`use_default_credentials is for proxies whose URL begins with "http://" or "https://"; SOCKS does not support Negotiate`)
	}
	if o.CheckHost != nil {
		if err := o.CheckHost(u.Hostname()); err != nil {
			return nil, err
		}
	}
	p := &proxyServer{user: user, host: u.Hostname(), negotiate: o.Negotiate}
	p.address = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), defaultProxyPorts[u.Scheme]))
	p.url = &url.URL{Scheme: u.Scheme, Host: p.address}
	switch u.Scheme {
	case "https":
		// For net/http it is an http proxy at a name that does not exist, to which dial connects by TLS. If dial
		// does not recognize the name, there is no connection, and so the password is never sent in the clear.
		p.url = &url.URL{Scheme: "http", Host: tlsProxy}
	case "socks5", "socks5h":
		p.url.User = user
	}
	return p, nil
}

var defaultProxyPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// tlsProxy is the address that net/http has for a proxy with TLS.
const tlsProxy = "https-proxy.invalid:443"

// dial connects to address as next does, or to the proxy by TLS if address stands for it.
// net/http could do so itself, but would let the proxy choose HTTP/2, which it cannot speak to a proxy.
func (p *proxyServer) dial(next dialFunc, config *tls.Config) dialFunc {
	config = config.Clone()
	config.NextProtos = []string{"http/1.1"}
	config.ServerName = p.host
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != tlsProxy {
			return next(ctx, network, address)
		}
		conn, err := next(ctx, network, p.address)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
		defer cancel()
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, err
		}
		return secure, nil
	}
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// router decides which requests go through a proxy.
type router struct {
	proxy *proxyServer // nil for none
	// proxied is the decision by NoProxy.
	proxied func(*url.URL) bool
	// local are the hosts, with ports, of the machine's own identity endpoints.
	local map[string]bool
}

// newRouter reads the options, or else the environment.
func newRouter(o ProxyOptions, getenv func(string) string) (*router, error) {
	where := "the proxy"
	if o.URL == "" {
		var name string
		if name, o = proxyFromEnvironment(getenv); name != "" {
			where = "the proxy that the environment variable " + name + " names"
		}
	}
	r := &router{local: identityHosts(getenv)}
	if o.URL == "" {
		return r, nil
	}
	var err error
	if r.proxy, err = newProxyServer(o); err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", where, err)
	}
	// It decides only whether to use a proxy, not which; and never to use one for http.
	choose := (&httpproxy.Config{HTTPSProxy: "http://proxy.invalid", NoProxy: asciiNames(o.NoProxy)}).ProxyFunc()
	r.proxied = func(u *url.URL) bool {
		via, err := choose(u)
		return err == nil && via != nil
	}
	return r, nil
}

// proxyFromEnvironment reads the variables that curl, Go and most other programs know, and
// names the one that the proxy comes from. A proxy without a scheme is an http one.
func proxyFromEnvironment(getenv func(string) string) (name string, o ProxyOptions) {
	for _, name = range []string{"HTTPS_PROXY", "https_proxy"} {
		if o.URL = textfile.Line(getenv(name)); o.URL != "" {
			break
		}
	}
	if o.URL == "" {
		return "", o
	}
	if !strings.Contains(o.URL, "://") {
		o.URL = "http://" + o.URL
	}
	o.NoProxy = cmp.Or(getenv("NO_PROXY"), getenv("no_proxy"))
	return name, o
}

// identityHosts returns the hosts of the machine's managed identity, from the environment.
//
// Source: https://learn.microsoft.com/en-us/azure/app-service/overview-managed-identity, and
// azidentity, for Azure Arc, Azure ML and Service Fabric.
func identityHosts(getenv func(string) string) map[string]bool {
	hosts := map[string]bool{}
	for _, name := range []string{"IDENTITY_ENDPOINT", "MSI_ENDPOINT", "IMDS_ENDPOINT"} {
		if u, err := url.Parse(getenv(name)); err == nil && u.Host != "" {
			hosts[u.Host] = true
		}
	}
	return hosts
}

// proxyFor returns the proxy for a request to u, nil for none. This machine and link-local
// addresses, such as the identity endpoint of Azure's machines (169.254.169.254), are never
// reached through a proxy. And only https is: plain http is only for loopback addresses (package
// endpoint), since a token must not cross the network unprotected.
func (r *router) proxyFor(u *url.URL) *proxyServer {
	ip := net.ParseIP(u.Hostname())
	local := ip != nil && ip.IsLinkLocalUnicast() || r.local[u.Host]
	if r.proxy == nil || local || !r.proxied(u) {
		return nil
	}
	return r.proxy
}

// configure makes a transport connect as r decides.
func (r *router) configure(t *http.Transport) {
	if r.proxy == nil {
		return
	}
	t.DialContext = r.proxy.dial(t.DialContext, t.TLSClientConfig)
	t.Proxy = func(req *http.Request) (*url.URL, error) {
		if p := r.proxyFor(req.URL); p != nil {
			return p.url, nil
		}
		return nil, nil
	}
	t.GetProxyConnectHeader = func(ctx context.Context, _ *url.URL, _ string) (http.Header, error) {
		return r.proxy.connectHeader(ctx)
	}
	t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		return refusedByProxy(r.proxy, resp)
	}
}

// secrets returns the parts of the proxy's credentials that must not be shown.
func (p *proxyServer) secrets() []string {
	if p == nil || p.user == nil {
		return nil
	}
	password, _ := p.user.Password()
	return []string{password}
}
