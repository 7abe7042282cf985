package graphsim

import (
	"bytes"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

// connKey is the key of the connection in a request's context.
type connKey struct{}

// answer is a whole answer, held back so that a fault can have its way with it.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header, WriteHeader and Write make answer an http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the first status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write keeps the body.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// serveFault does to a request what the fault says. next is the service.
func (s *Server) serveFault(f Fault, w *recorder, r *http.Request, next http.Handler) {
	w.note(func(entry *Request) { entry.Fault = f.Name })

	// The effect of a request comes before the delay if the fault is to the
	// answer, and after it otherwise.
	var a *answer
	if f.AfterProcessing {
		a = processed(w, r, next)
	}
	if !s.pause(r, f.Delay) {
		abort(w)
	}
	switch {
	case f.madeUp():
		a = s.madeUpAnswer(f, w, r)
	case a == nil:
		a = processed(w, r, next)
	}
	for name, values := range f.Header {
		name = http.CanonicalHeaderKey(name)
		if len(values) == 0 {
			values = nil // keeps net/http from adding a Date of its own
		}
		a.header[name] = values
	}
	if f.Stall {
		s.pause(r, -1)
		abort(w)
	}
	s.send(f, a, w, r)
}

// processed lets the service answer and holds the answer back.
func processed(w *recorder, r *http.Request, next http.Handler) *answer {
	a := &answer{header: w.Header().Clone()}
	next.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	return a
}

// madeUpAnswer is the answer that the fault describes.
func (s *Server) madeUpAnswer(f Fault, w *recorder, r *http.Request) *answer {
	a := &answer{header: w.Header().Clone()}
	if f.Body == nil && f.Status >= http.StatusBadRequest {
		switch w.entry.Service {
		case ServiceEntra:
			s.writeEntraError(a, r, errEntraStatus(f.Status))
		case ServiceOIDC, ServiceIdentity:
			writeJSON(a, f.Status, map[string]string{"message": http.StatusText(f.Status) + "."})
		default:
			setGraphHeaders(a.header, r)
			e := errForStatus(f.Status)
			if f.Code != "" {
				e = &graphError{f.Status, f.Code, f.Message}
			}
			s.writeGraphError(a, e)
		}
	}
	a.status = max(f.Status, a.status)
	a.WriteHeader(http.StatusOK)
	if f.Body != nil {
		a.header.Set("Content-Type", "text/plain")
		a.body.Write(f.Body)
	}
	if f.ContentType != "" {
		a.header.Set("Content-Type", f.ContentType)
	}
	return a
}

// send sends an answer, whole, in drops, or in part.
func (s *Server) send(f Fault, a *answer, w *recorder, r *http.Request) {
	body := a.body.Bytes()
	maps.Copy(w.Header(), a.header)
	switch f.Cut {
	case NoCut:
	case CutRequest:
		s.cut(w, r)
	case CutHeaders:
		s.cutHeaders(w, r, a)
	case CutBody:
		if len(body) == 0 {
			body = []byte("  ") // something to cut, for answers without a body
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Header().Del("Transfer-Encoding")
		w.WriteHeader(a.status)
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		s.cut(w, r)
	}
	if f.Trickle > 0 {
		if len(body) > 0 {
			w.Header().Del("Content-Length")
		}
		w.WriteHeader(a.status)
		for i := range body {
			_, _ = w.Write(body[i : i+1])
			_ = http.NewResponseController(w).Flush()
			if !s.pause(r, f.Trickle) {
				abort(w)
			}
		}
		return
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}

// pause waits for d, or without end when d is negative. It returns false when
// the client or the server went away in the meantime.
func (s *Server) pause(r *http.Request, d time.Duration) bool {
	var done <-chan time.Time
	switch {
	case d == 0:
		return true
	case d > 0:
		timer := time.NewTimer(d)
		defer timer.Stop()
		done = timer.C
	}
	select {
	case <-done:
		return true
	case <-r.Context().Done():
	case <-s.closing:
	}
	return false
}

// cutHeaders sends the first half of the headers. It writes below net/http,
// which would not do such a thing.
func (s *Server) cutHeaders(w *recorder, r *http.Request, a *answer) {
	conn := connOf(r)
	if r.ProtoMajor == 2 {
		// A HEADERS frame that promises 64 bytes for stream 1, and 1 byte of
		// it (RFC 9113, sections 4.1 and 6.2).
		_, _ = conn.Write([]byte{0, 0, 64, 1, 4, 0, 0, 0, 1, 0x88})
	} else {
		_, _ = conn.Write([]byte("HTTP/1.1 " + strconv.Itoa(a.status) + " " + http.StatusText(a.status) + "\r\nDate: Mon, "))
	}
	s.cut(w, r)
}

// cut resets the connection and ends the handler.
func (s *Server) cut(w *recorder, r *http.Request) {
	w.note(func(entry *Request) { entry.Status = 0 })
	conn := connOf(r)
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // close with RST
	}
	_ = conn.Close()
	panic(http.ErrAbortHandler)
}

// abort ends the handler of a request that nobody waits for any more. Over
// HTTP/2 the connection lives on.
func abort(w *recorder) {
	w.note(func(entry *Request) { entry.Status = 0 })
	panic(http.ErrAbortHandler)
}

// connOf returns the connection that a request came on.
func connOf(r *http.Request) net.Conn {
	return r.Context().Value(connKey{}).(net.Conn) //nolint:forcetypeassert // newService has put it there
}
