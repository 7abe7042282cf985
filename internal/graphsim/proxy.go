package graphsim

import (
	"cmp"
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// ProxyOptions says what a Proxy requires of its clients, and what it does to them.
type ProxyOptions struct {
	// Username and Password are the credentials of clients; none are required when
	// both are empty.
	Username, Password string

	// TLS has clients speak TLS to the proxy itself, as those with an https URL
	// do.
	TLS bool

	// Intercept makes the proxy end the TLS of what it carries and start another,
	// with certificates of its own CA on the client's side. It is the PEM of the
	// CAs that it trusts on the other.
	Intercept []byte

	// Status is returned for every request for a tunnel, in place of one. A SOCKS
	// proxy refuses with "not allowed" if it is not 0.
	Status int

	// Stall never responds to a request for a tunnel.
	Stall bool
}

// Proxy is a stand-in for the proxy of a company. It takes every host name for
// one of this machine, so a client can reach a name that no resolver knows
// only through it. Its methods may be called from any goroutine.
type Proxy struct {
	options  ProxyOptions
	scheme   string
	listener net.Listener
	ca       *authority
	closing  chan struct{}
	close    sync.Once
	http     *http.Server

	interceptor *http.Server
	intercepted string // its address; empty for a proxy that does not intercept

	mu       sync.Mutex
	requests []ProxyRequest
	open     map[net.Conn]struct{}
}

// ProxyRequest is a request to a proxy.
type ProxyRequest struct {
	Method string      // CONNECT, SOCKS5, or the method of a request to forward
	Target string      // host:port of a tunnel, or the URL of a request
	Header http.Header // of a request by HTTP
	// Username and Password are the credentials that the client sent.
	Username, Password string
	// Granted is whether the proxy let it pass.
	Granted bool
}

// StartProxy starts an HTTP proxy, on 127.0.0.1 and a free
// port. It tunnels by CONNECT; anything else it records and refuses.
func StartProxy(o ProxyOptions) (*Proxy, error) {
	p, err := newProxy(o, "http")
	if err != nil {
		return nil, err
	}
	p.http = &http.Server{
		Handler:           http.HandlerFunc(p.serveHTTP),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	if o.TLS {
		p.scheme = "https"
		cert, err := p.ca.issue("graphsim proxy", "")
		if err != nil {
			return nil, err
		}
		p.listener = tls.NewListener(p.listener, &tls.Config{
			Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12,
			// A client that negotiates HTTP/2 fails.
			NextProtos: []string{"h2", "http/1.1"},
		})
	}
	if o.Intercept != nil {
		if err := p.intercept(o.Intercept); err != nil {
			return nil, err
		}
	}
	go func() { _ = p.http.Serve(p.listener) }()
	return p, nil
}

func newProxy(o ProxyOptions, scheme string) (*Proxy, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	listener, err := listen()
	if err != nil {
		return nil, err
	}
	return &Proxy{
		options: o, scheme: scheme, listener: listener, ca: ca,
		closing: make(chan struct{}), open: map[net.Conn]struct{}{},
	}, nil
}

// Address is where the proxy listens, as host:port.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// URL is the proxy's URL, without a user or a password.
func (p *Proxy) URL() string { return p.scheme + "://" + p.Address() }

// CACertificate is the PEM of the CA of the proxy's own certificate and of those
// it intercepts with.
func (p *Proxy) CACertificate() []byte { return p.ca.pem() }

// Requests returns the requests to the proxy, oldest first.
func (p *Proxy) Requests() []ProxyRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Close stops the proxy and cuts its tunnels.
func (p *Proxy) Close() {
	p.close.Do(func() {
		close(p.closing)
		_ = p.listener.Close()
		if p.http != nil {
			_ = p.http.Close()
		}
		if p.interceptor != nil {
			_ = p.interceptor.Close()
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		for conn := range p.open {
			_ = conn.Close()
		}
	})
}

// record keeps r and reports whether it is to be granted, apart from its
// credentials.
func (p *Proxy) record(r ProxyRequest) bool {
	r.Granted = p.options.Status == 0 && p.admits(r.Username, r.Password) && (r.Method == http.MethodConnect || r.Method == methodSOCKS5)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, r)
	return r.Granted
}

func (p *Proxy) admits(username, password string) bool {
	return username == p.options.Username && password == p.options.Password || p.options.Username == "" && p.options.Password == ""
}

// serveHTTP grants or refuses a tunnel.
func (p *Proxy) serveHTTP(w http.ResponseWriter, r *http.Request) {
	request := ProxyRequest{Method: r.Method, Target: r.RequestURI, Header: r.Header.Clone()}
	request.Username, request.Password = basicAuth(r.Header.Get("Proxy-Authorization"))
	granted := p.record(request)
	switch {
	case p.options.Stall:
		select {
		case <-p.closing:
		case <-r.Context().Done():
		}
		panic(http.ErrAbortHandler)
	case !p.admits(request.Username, request.Password):
		w.Header().Set("Proxy-Authenticate", `Basic realm="graphsim"`)
		http.Error(w, "proxy authentication required", http.StatusProxyAuthRequired)
	case p.options.Status != 0:
		http.Error(w, "the proxy refuses", p.options.Status)
	case !granted:
		http.Error(w, "the proxy tunnels and does nothing else", http.StatusNotImplemented)
	default:
		p.tunnel(w, r)
	}
}

// tunnel joins the client's connection with one to the target, or to what intercepts it.
func (p *Proxy) tunnel(w http.ResponseWriter, r *http.Request) {
	target, err := dialHere(r.Context(), "tcp", cmp.Or(p.intercepted, r.Host))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = target.Close()
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n") // join notices a client that has gone
	p.join(client, target)
}

// join copies between two connections until either ends.
func (p *Proxy) join(a, b net.Conn) {
	p.mu.Lock()
	p.open[a], p.open[b] = struct{}{}, struct{}{}
	p.mu.Unlock()
	done := make(chan struct{}, 2)
	pipe := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		_, _ = a.Close(), b.Close()
		done <- struct{}{}
	}
	go pipe(a, b)
	go pipe(b, a)
	<-done
	<-done
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, a)
	delete(p.open, b)
}

// dialHere connects to a port of this machine, whatever the name of the host.
func dialHere(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if net.ParseIP(host) == nil {
		host = "127.0.0.1"
	}
	return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(host, port))
}

// basicAuth takes apart a Proxy-Authorization header; both are empty without one.
func basicAuth(header string) (username, password string) {
	r := http.Request{Header: http.Header{"Authorization": {header}}}
	username, password, _ = r.BasicAuth()
	return username, password
}
