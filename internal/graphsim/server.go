package graphsim

import (
	"bytes"
	"cmp"
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
	// ServiceOIDC are the CI systems that issue tokens of their own.
	ServiceOIDC = "oidc"
	// ServiceIdentity are the endpoints of a machine's managed identities.
	ServiceIdentity = "identity"
)

// Options says how a Server is to run. The zero value is a server on real time.
type Options struct {
	// Now is the clock of calls, of the record and of Date headers; time.Now
	// when nil. Tokens do not follow it.
	Now func() time.Time

	// GraphHost, EntraHost and OIDCHost are host names of the services, in their
	// URLs and certificates, instead of 127.0.0.1. No resolver knows such a
	// name (use one that ends in .test); a Proxy does. So a client that gets
	// through has used the proxy.
	GraphHost, EntraHost, OIDCHost string
}

// Server is a running stand-in. Its methods may be called from any goroutine.
type Server struct {
	now          func() time.Time
	ca           *authority
	requestToken string        // what a CI job shows to the OIDC service
	closing      chan struct{} // closed by Close, ends what stalls
	close        sync.Once
	services     map[string]*service // by name

	directory    directory
	noIdentities atomic.Bool
	calls        callStore
	faults       faultList
	record       record
	late         late
	watch        atomic.Pointer[watch]
	wire         atomic.Pointer[Wire]
}

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
	s := &Server{
		now: o.Now, ca: ca, requestToken: "request-" + newGUID(), closing: make(chan struct{}), services: map[string]*service{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.calls.calls = map[string]*Call{}
	s.directory.init()

	for _, svc := range []struct {
		name, scheme, host string
		handler            http.Handler
	}{
		{ServiceGraph, "https", o.GraphHost, http.HandlerFunc(s.serveGraph)},
		{ServiceEntra, "https", o.EntraHost, s.entraRoutes()},
		{ServiceOIDC, "https", o.OIDCHost, s.oidcRoutes()},
		{ServiceIdentity, "http", "", s.identityRoutes()},
	} {
		if s.services[svc.name], err = s.newService(svc.name, svc.scheme, svc.host, svc.handler); err != nil {
			delete(s.services, svc.name)
			s.Close()
			return nil, err
		}
	}
	// Only now, since the handlers name the URLs of all.
	for _, svc := range s.services {
		go svc.serve()
	}
	return s, nil
}

// Close stops the server and cuts what connections it has.
func (s *Server) Close() {
	s.close.Do(func() {
		close(s.closing)
		for _, svc := range s.services {
			_ = svc.http.Close()
			_ = svc.listener.Close() // of which http knows only once it serves
		}
	})
}

// GraphURL is the root of the stand-in for Graph, https://127.0.0.1:PORT or
// with the name in place of the address.
func (s *Server) GraphURL() string { return s.services[ServiceGraph].url }

// AuthorityURL is the root of the stand-in for Entra ID, https://127.0.0.1:PORT
// or with the name in place of the address.
func (s *Server) AuthorityURL() string { return s.services[ServiceEntra].url }

// CACertificate is the PEM of the CA that signed the certificates of both
// services. It is made anew at each Start.
func (s *Server) CACertificate() []byte { return s.ca.pem() }

// Connections counts the connections that each service has accepted.
func (s *Server) Connections() (graph, entra int) {
	return int(s.services[ServiceGraph].connections.Load()), int(s.services[ServiceEntra].connections.Load())
}

func (s *Server) newService(name, scheme, host string, handler http.Handler) (*service, error) {
	cert, err := s.ca.issue("graphsim "+name, host)
	if err != nil {
		return nil, err
	}
	listener, err := listen()
	if err != nil {
		return nil, err
	}
	if name == ServiceGraph {
		listener = newWiredListener(listener, &s.wire, cert, s.ca)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	svc := &service{name: name, url: scheme + "://" + net.JoinHostPort(cmp.Or(host, "127.0.0.1"), port), listener: listener}
	svc.http = &http.Server{
		Handler:           s.front(name, handler),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: time.Minute,
		// Cut connections and clients that distrust the CA are part of tests,
		// not news.
		ErrorLog: log.New(io.Discard, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(context.WithValue(ctx, connKey{}, c), lateKey{}, s.late.drops.Load())
		},
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				svc.connections.Add(1)
			}
		},
	}
	return svc, nil
}

// listen listens on loopback, on a free port.
func listen() (net.Listener, error) {
	return net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
}

func (svc *service) serve() {
	var err error
	if strings.HasPrefix(svc.url, "http:") {
		err = svc.http.Serve(svc.listener)
	} else {
		err = svc.http.ServeTLS(svc.listener, "", "")
	}
	if !errors.Is(err, http.ErrServerClosed) {
		panic("graphsim: " + svc.name + " stopped: " + err.Error())
	}
}

// front wraps a service: it reads and records the request, then applies the
// first fault that matches or lets the service respond.
func (s *Server) front(name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.late.begin(r)()
		entry := newRequest(name, r, s.now())
		r.Body = io.NopCloser(bytes.NewReader(entry.Body))
		fault, faulty := s.record.add(entry, func() (Fault, bool) { return s.faults.take(name, r, entry.Body) })
		rec := &recorder{ResponseWriter: w, entry: entry, log: &s.record}
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
		if faulty {
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
