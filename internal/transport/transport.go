// Package transport carries the provider's HTTP requests, those for tokens and those to Graph alike: TLS,
// proxies, connections, and the log of them. It knows nothing of calls.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"sync/atomic"
	"time"

	"terraform-provider-msgraph/internal/permanent"
)

// Options say how connections are made, to Graph and to the credential's endpoints alike.
type Options struct {
	// CACertificateFile is a PEM file of certificates that are trusted besides the
	// system's own; empty for none.
	CACertificateFile string
	// Proxy says through which proxy requests go.
	Proxy ProxyOptions
	// Getenv reads the environment, for the proxy; nil for [os.Getenv].
	Getenv func(name string) string
	// DialContext makes the connections; nil for a [net.Dialer].
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	// Log receives every request and its response; nil for no log.
	Log Log
}

// Transport carries all requests of the provider, one response for each.
//
// It follows no redirects: neither Graph nor Entra ID sends any, and following one could
// carry a token to another host.
type Transport struct {
	*http.Transport
	router *router
	log    Log
	first  firstContact
}

// handshakeTimeout limits a TLS handshake, with a server or with a proxy.
const handshakeTimeout = 10 * time.Second

// New returns a transport, or an error that names the invalid option.
func New(o Options) (*Transport, error) {
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
		MaxIdleConnsPerHost:    64, // for concurrent requests with a proxy that speaks only HTTP/1.1
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
		// A connection that a firewall or a change of networks has silently cut is closed
		// within the time of an attempt. Otherwise each retry would use it again: over HTTP/2,
		// a request's timeout does not close the connection.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
	}
	route.configure(transport)
	return &Transport{Transport: transport, router: route, log: o.Log}, nil
}

// NotProcessedError is the failure of a request that no server has processed, so that repeating it does no harm, though it
// may fail again: it could not be sent, there was no connection, or an HTTP/2 server says so.
type NotProcessedError struct{ error }

// Unwrap returns the failure.
func (e NotProcessedError) Unwrap() error { return e.error }

// Do implements [policy.Transporter], for Graph's requests and for the credentials'. Its error wraps a
// [NotProcessedError] where that is certain.
func (t *Transport) Do(req *http.Request) (*http.Response, error) {
	entry := t.log.begin(req)
	resp, err := t.send(req)
	entry.end(req, resp, err)
	return resp, err
}

func (t *Transport) send(req *http.Request) (*http.Response, error) {
	if err := checkRequest(req); err != nil {
		return nil, permanent.Error(NotProcessedError{err})
	}
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	traced := req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	resp, err := t.first.roundTrip(traced, t.RoundTrip)
	if err != nil {
		if err = t.explain(req.URL, notRepeated(err)); !connected.Load() {
			err = NotProcessedError{err}
		}
		return nil, err
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// Its body is the connection, which a context does not close.
		_ = resp.Body.Close()
		return nil, t.explain(req.URL, errSwitched)
	}
	return resp, nil
}

// errSwitched is the error for a response after which a connection no longer carries HTTP.
var errSwitched = errors.New("the response was 101 Switching Protocols, which the provider does not request; " +
	"it may come from a proxy or a gateway in between")

// Secrets returns the parts of the options, or of the environment, that must not be shown.
func (t *Transport) Secrets() []string { return t.router.proxy.secrets() }

// explain returns err, the failure of a request to u, with where it failed and whether it is
// permanent.
func (t *Transport) explain(u *url.URL, err error) error {
	if proxy := t.router.proxyFor(u); proxy != nil {
		err = throughProxy(proxy, u, err)
	} else {
		err = fmt.Errorf("request to %s: %w", u.Host, err)
	}
	var refused *ProxyError
	var distrusted *tls.CertificateVerificationError
	var address *net.AddrError // of a port that does not exist, for example
	if errors.As(err, &distrusted) || errors.As(err, &address) || errors.As(err, &refused) && !refused.transient() {
		return permanent.Error(err)
	}
	return err
}
