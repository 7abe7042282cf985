package graphsim

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"
)

// tap is what a proxy intercepts TLS with: a server for the client's side, under
// certificates of the proxy's CA, that forwards every request.
type tap struct {
	taken  chan net.Conn
	server *http.Server
	config *tls.Config
	onward *http.Transport
	ended  chan struct{}
	once   sync.Once
	proxy  *Proxy
}

func newTap(p *Proxy, trusted []byte) (*tap, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(trusted) {
		return nil, errors.New("the CAs that an intercepting proxy trusts are no PEM")
	}
	t := &tap{
		taken: make(chan net.Conn), ended: make(chan struct{}), proxy: p,
		onward: &http.Transport{DialContext: dialHere, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true},
	}
	t.config = &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			cert, err := p.ca.issue("graphsim interceptor", hello.ServerName)
			return &cert, err
		},
	}
	t.server = &http.Server{
		Handler: &httputil.ReverseProxy{
			Transport: t.onward, ErrorLog: log.New(io.Discard, "", 0),
			Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "https", r.In.Host },
		},
		TLSConfig: t.config, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() { _ = t.server.Serve(t) }()
	return t, nil
}

// take serves a connection that a client believes to be a tunnel.
func (t *tap) take(conn net.Conn) {
	select {
	case t.taken <- tls.Server(conn, t.config):
	case <-t.ended:
		_ = conn.Close()
	}
}

// Accept implements net.Listener.
func (t *tap) Accept() (net.Conn, error) {
	select {
	case conn := <-t.taken:
		return conn, nil
	case <-t.ended:
		return nil, net.ErrClosed
	}
}

// Addr implements net.Listener.
func (t *tap) Addr() net.Addr { return t.proxy.listener.Addr() }

// Close implements net.Listener.
func (t *tap) Close() error {
	t.once.Do(func() { close(t.ended) })
	return nil
}

func (t *tap) close() {
	_ = t.server.Close()
	t.onward.CloseIdleConnections()
}
