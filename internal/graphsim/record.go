package graphsim

import (
	"crypto/tls"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxRecordedBody bounds what is kept of a request's body, in bytes. The rest
// is read and dropped.
const maxRecordedBody = 1 << 20

// Request is a request that reached the server.
type Request struct {
	Service    string      `json:"service"`               // ServiceGraph, ServiceEntra, ...
	Method     string      `json:"method"`                // GET, POST, ...
	Path       string      `json:"path"`                  // escaped, as received
	RawQuery   string      `json:"query,omitempty"`       // without the question mark
	Host       string      `json:"host"`                  // the Host header, or :authority
	Header     http.Header `json:"header"`                // tokens and all
	Body       []byte      `json:"body,omitempty"`        // secrets and all; base64 in JSON
	At         time.Time   `json:"at"`                    // when it came, on the server's clock
	Status     int         `json:"status"`                // of the response; 0 when cut or not sent yet
	Fault      string      `json:"fault,omitempty"`       // the Name of the fault applied to it
	Proto      string      `json:"proto"`                 // HTTP/1.1 or HTTP/2.0
	TLSVersion string      `json:"tls_version,omitempty"` // TLS 1.3, ...
}

// record keeps requests in the order in which they came.
type record struct {
	mu       sync.Mutex
	requests []*Request
}

// Requests returns the record, oldest first. A request is in it from its
// arrival on; its Status is there once the client can have seen it.
func (s *Server) Requests() []Request {
	return s.RequestsWhere(func(Request) bool { return true })
}

// RequestsWhere returns the recorded requests that keep accepts, oldest first.
func (s *Server) RequestsWhere(keep func(Request) bool) []Request {
	s.record.mu.Lock()
	all := make([]Request, len(s.record.requests))
	for i, r := range s.record.requests {
		all[i] = *r
	}
	s.record.mu.Unlock() // before keep, which may ask the server something
	return slices.DeleteFunc(all, func(r Request) bool { return !keep(r) })
}

// KeepAlives returns the recorded keepAlive requests for a call, whatever
// came of them; for every call when the ID is empty.
func (s *Server) KeepAlives(id string) []Request {
	return s.RequestsWhere(func(r Request) bool {
		path, refused := parseGraphPath(r.Path)
		return r.Service == ServiceGraph && r.Method == http.MethodPost &&
			refused == nil && path.action == actionKeepAlive && (id == "" || path.callID == id)
	})
}

// ResetRequests empties the record.
func (s *Server) ResetRequests() {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	s.record.requests = nil
}

// newRequest reads the body of r to its end, which net/http needs before it notices that the client went away.
func newRequest(service string, r *http.Request, at time.Time) *Request {
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxRecordedBody))
	_, _ = io.Copy(io.Discard, r.Body)
	entry := &Request{
		Service: service, Method: r.Method, Path: rawPath(r), RawQuery: r.URL.RawQuery,
		Host: r.Host, Header: r.Header.Clone(), Body: body, At: at,
		Proto: r.Proto,
	}
	if r.TLS != nil {
		entry.TLSVersion = tls.VersionName(r.TLS.Version)
	}
	return entry
}

// add puts a request into the record, together with the fault that take has for it: nobody sees one without the other.
func (l *record) add(entry *Request, take func() (Fault, bool)) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fault, ok := take()
	entry.Fault = fault.Name
	l.requests = append(l.requests, entry)
	return fault, ok
}

// recorder notes the status of a response before the client can see it.
type recorder struct {
	http.ResponseWriter
	entry *Request
	log   *record
	wrote bool
}

// note changes the request's entry, which may be in the record already.
func (w *recorder) note(change func(*Request)) {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	change(w.entry)
}

// WriteHeader notes the status and passes it on.
func (w *recorder) WriteHeader(status int) {
	if !w.wrote {
		w.wrote = true
		w.note(func(r *Request) { r.Status = status })
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write passes the body on; without a WriteHeader before it the status is 200.
func (w *recorder) Write(b []byte) (int, error) {
	if !w.wrote {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach Flush and Hijack.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// rawPath is the path as the client sent it: net/url re-escapes some.
func rawPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return path
}
