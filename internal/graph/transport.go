package graph

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/endpoint"
	"terraform-provider-msgraph/internal/pemfile"
	"terraform-provider-msgraph/internal/textfile"
)

// TransportOptions say how connections are made, to Graph and to the credential's
// endpoints alike.
type TransportOptions struct {
	// CACertificateFile is a PEM file of certificates that are trusted besides the
	// system's own; empty for none.
	CACertificateFile string
	// Proxy says through which proxy requests go.
	Proxy ProxyOptions
	// Getenv reads the environment, for the proxy's sake; nil stands for [os.Getenv].
	Getenv func(name string) string
	// DialContext makes the connections; nil for the usual way.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	// Log is told of every request and its answer; nil for no log.
	Log Log
}

// Transport carries all requests of the provider, one answer for each.
//
// It follows no redirects: neither Graph nor Entra ID sends any, and following one could
// carry a token to another host.
type Transport struct {
	*http.Transport
	router *router
	log    Log
	first  firstContact
}

// handshakeTimeout bounds a TLS handshake, with a server or with a proxy.
const handshakeTimeout = 10 * time.Second

// NewTransport returns a transport, or an error that names the option that is at fault.
func NewTransport(o TransportOptions) (*Transport, error) {
	roots, err := rootCAs(o.CACertificateFile)
	if err != nil {
		return nil, err
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.DialContext == nil {
		o.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	route, err := newRouter(o.Proxy, o.Getenv)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		DialContext:            o.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    handshakeTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    16, // Terraform works on ten objects at a time
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
		// A connection that a firewall or a change of networks has silently cut is given up
		// within an attempt's time. Else each retry would go down the same hole: over HTTP/2
		// a request's timeout leaves the connection in use.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
	}
	route.configure(transport)
	return &Transport{Transport: transport, router: route, log: o.Log}, nil
}

// Do implements [policy.Transporter], for Graph's requests and for the credentials'.
func (t *Transport) Do(req *http.Request) (*http.Response, error) {
	entry := t.log.begin(req)
	resp, err := t.first.roundTrip(req, t.RoundTrip)
	if err != nil {
		err = t.explain(req.URL, err)
	}
	entry.end(resp, err)
	noteTokenRequest(req, resp, err)
	return resp, err
}

// Secrets returns what of the options, or of the environment in their place, must not be
// shown.
func (t *Transport) Secrets() []string { return t.router.proxy.secrets() }

// explain makes err, in which a request to u ended, one that says where it failed and
// whether it is final.
func (t *Transport) explain(u *url.URL, err error) error {
	if proxy := t.router.proxyFor(u); proxy != nil {
		err = throughProxy(proxy, u, err)
	} else {
		err = fmt.Errorf("request to %s: %w", u.Host, err)
	}
	var refused *ProxyError
	var distrusted *tls.CertificateVerificationError
	if errors.As(err, &distrusted) || errors.As(err, &refused) && !refused.mayPass() {
		return finalError{err}
	}
	return err
}

// finalError is a failure that would be the same the next time: a server's certificate that
// is not trusted, a proxy that does not let anybody by.
type finalError struct{ error }

// NonRetriable marks the error as final for the retry policies, the credentials' included.
func (finalError) NonRetriable() {}

// Unwrap returns the error as it was.
func (e finalError) Unwrap() error { return e.error }

// rootCAs returns the system's roots and those in file; nil, which means the system's
// roots, when there is no file.
func rootCAs(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	data, err := textfile.Read(file)
	if err != nil {
		return nil, fmt.Errorf("the CA certificate file (ca_certificate_file) cannot be used: %w", err)
	}
	certificates, err := pemfile.Certificates(data)
	if err != nil {
		return nil, fmt.Errorf("the CA certificate file %q (ca_certificate_file) cannot be used: %w", file, err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the system's root certificates cannot be read: %w", err)
	}
	for _, certificate := range certificates {
		roots.AddCert(certificate)
	}
	return roots, nil
}

// CheckEndpoint returns nil when s can be the root of a service that tokens are sent to:
// an https URL of a host alone, or an http one for a loopback address.
func CheckEndpoint(s string) error {
	u, err := endpoint.Parse(s)
	switch {
	case err != nil:
		return err
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.ForceQuery, strings.Contains(s, "#"):
		return fmt.Errorf("give the root alone, without path, query or fragment: %q", u.Scheme+"://"+u.Host)
	case endpoint.Unprotected(u):
		return errors.New("plain http is for loopback addresses only, since tokens would cross the network unprotected; use https")
	}
	return nil
}
