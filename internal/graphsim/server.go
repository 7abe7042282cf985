package graphsim

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The services of a Server, as Request and Fault name them.
const (
	ServiceGraph = "graph"
	ServiceEntra = "entra"
	// ServiceOIDC are the CI systems that hand out tokens of their own.
	ServiceOIDC = "oidc"
	// ServiceIdentity are the endpoints of a machine's managed identities.
	ServiceIdentity = "identity"
)

// Options says how a Server is to run. The zero value is a server on real time
// that keeps every request.
type Options struct {
	// Now is the clock of calls, of the record and of Date headers; time.Now
	// when nil. Tokens do not follow it, see SetTokenLifetime.
	Now func() time.Time

	// MaxRecorded bounds the record to the newest requests: 0 keeps all of
	// them, a negative number none.
	MaxRecorded int

	// GraphHost, EntraHost and OIDCHost are names for the services to go by, in their
	// URLs and certificates, in place of 127.0.0.1. No resolver knows such a
	// name (take one that ends in .test); a Proxy does. So a client that gets
	// through has gone by the proxy.
	GraphHost, EntraHost, OIDCHost string
}

// Server is a running stand-in. Its methods may be called from any goroutine.
type Server struct {
	now     func() time.Time
	ca      *authority
	graph   *service
	entra   *service
	closing chan struct{} // closed by Close, ends what stalls
	close   sync.Once

	oidc         *service
	identity     *service
	requestToken string // what a CI job shows to the OIDC service
	federation   federation
	identities   identities

	directory directory
	calls     callStore
	faults    faultList
	record    record
	watch     atomic.Pointer[watch]
	wire      atomic.Pointer[Wire]
}

// services are all the listeners.
func (s *Server) services() []*service { return []*service{s.graph, s.entra, s.oidc, s.identity} }

// service is one of the listeners.
type service struct {
	name        string
	url         string
	listener    net.Listener
	http        *http.Server
	connections atomic.Int64
}

// Start starts a stand-in with one TLS listener for Graph, one for Entra and one
// for CI systems, and one without TLS for a machine's identity endpoints, all of
// them on 127.0.0.1 and a free port, so that a test can tell which of them a
// request reached. HTTP/2 is offered beside HTTP/1.1 where TLS is.
func Start(o Options) (*Server, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	s := &Server{now: o.Now, ca: ca, closing: make(chan struct{}), requestToken: "request-" + newGUID()}
	if s.now == nil {
		s.now = time.Now
	}
	s.record.max = o.MaxRecorded
	s.calls.init()
	s.directory.init()
	s.identities.init()

	if s.graph, err = s.newService(ServiceGraph, o.GraphHost, http.HandlerFunc(s.serveGraph)); err != nil {
		return nil, err
	}
	if s.entra, err = s.newService(ServiceEntra, o.EntraHost, s.entraRoutes()); err != nil {
		s.graph.listener.Close()
		return nil, err
	}
	if s.oidc, err = s.newService(ServiceOIDC, o.OIDCHost, s.oidcRoutes()); err != nil {
		s.graph.listener.Close()
		s.entra.listener.Close()
		return nil, err
	}
	if s.identity, err = s.newService(ServiceIdentity, "", s.identityRoutes()); err != nil {
		s.graph.listener.Close()
		s.entra.listener.Close()
		s.oidc.listener.Close()
		return nil, err
	}
	s.identity.url = "http" + strings.TrimPrefix(s.identity.url, "https")
	// Only now, since the handlers name the URLs of all.
	for _, svc := range s.services() {
		svc.start()
	}
	return s, nil
}

// Close stops the server and cuts what connections it has.
func (s *Server) Close() {
	s.close.Do(func() {
		close(s.closing)
		for _, svc := range s.services() {
			_ = svc.http.Close()
		}
	})
}

// GraphURL is the root of the stand-in for Graph, https://127.0.0.1:PORT or
// with the name in place of the address.
func (s *Server) GraphURL() string { return s.graph.url }

// AuthorityURL is the root of the stand-in for Entra ID, https://127.0.0.1:PORT
// or with the name in place of the address.
func (s *Server) AuthorityURL() string { return s.entra.url }

// CACertificate is the PEM of the CA that signed the certificates of both
// services. It is made anew at each Start.
func (s *Server) CACertificate() []byte { return s.ca.pem() }

// Connections counts the connections that each service has accepted.
func (s *Server) Connections() (graph, entra int) {
	return int(s.graph.connections.Load()), int(s.entra.connections.Load())
}

func (s *Server) newService(name, host string, handler http.Handler) (*service, error) {
	var names []string
	if host != "" {
		names = append(names, host)
	}
	cert, err := s.ca.issue("graphsim "+name, names...)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if name == ServiceGraph {
		listener = newWiredListener(listener, &s.wire, cert, s.ca)
	}
	svc := &service{name: name, url: "https://" + address(host, listener), listener: listener}
	svc.http = &http.Server{
		Handler:           s.front(name, handler),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: time.Minute,
		// Cut connections and clients that distrust the CA are part of tests,
		// not news.
		ErrorLog: log.New(io.Discard, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, c)
		},
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				svc.connections.Add(1)
			}
		},
	}
	return svc, nil
}

// address is where a listener listens, by a name when there is one.
func address(host string, l net.Listener) string {
	if host == "" {
		return l.Addr().String()
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return net.JoinHostPort(host, port)
}

func (svc *service) start() {
	go func() {
		serve := func() error { return svc.http.ServeTLS(svc.listener, "", "") }
		if strings.HasPrefix(svc.url, "http:") {
			serve = func() error { return svc.http.Serve(svc.listener) }
		}
		err := serve()
		if !errors.Is(err, http.ErrServerClosed) {
			panic("graphsim: " + svc.name + " stopped: " + err.Error())
		}
	}()
}

// front wraps a service: it reads and records the request, then applies the
// first fault that matches or lets the service respond.
func (s *Server) front(name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, entry := s.record.add(name, r, s.now())
		r.Body = body
		rec := &recorder{ResponseWriter: w, entry: entry, log: &s.record}
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
		if fault, ok := s.faults.take(name, r, entry.Body); ok {
			s.serveFault(fault, rec, r, next)
			return
		}
		if watch := s.watch.Load(); watch != nil {
			watch.serve(rec, r, next)
			return
		}
		next.ServeHTTP(rec, r)
	})
}
