package graphsim

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"time"
)

// intercept starts a server that tunnels lead to from then on, whatever their target. It ends their TLS, under certificates of
// the proxy's CA, and forwards every request to the host that it names.
func (p *Proxy) intercept(trusted []byte) error {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(trusted) {
		return errors.New("the CAs that an intercepting proxy trusts are no PEM")
	}
	listener, err := listen()
	if err != nil {
		return err
	}
	onward := &http.Transport{DialContext: dialHere, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	discard := log.New(io.Discard, "", 0)
	p.interceptor = &http.Server{
		Handler: &httputil.ReverseProxy{
			Transport: onward, ErrorLog: discard,
			Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "https", r.In.Host },
		},
		TLSConfig: &tls.Config{
			MinVersion: tls.VersionTLS12,
			GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
				cert, err := p.ca.issue("graphsim interceptor", hello.ServerName)
				return &cert, err
			},
		},
		ReadHeaderTimeout: time.Minute, ErrorLog: discard,
	}
	p.intercepted = listener.Addr().String()
	go func() {
		_ = p.interceptor.ServeTLS(listener, "", "")
		onward.CloseIdleConnections()
	}()
	return nil
}
