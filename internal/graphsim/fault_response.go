package graphsim

import (
	"bytes"
	"cmp"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"time"
)

// connKey is the key of the connection in a request's context.
type connKey struct{}

// serveFault applies a fault to a request. next is the service.
func (s *Server) serveFault(f Fault, w *recorder, r *http.Request, next http.Handler) {
	// The effect of a request comes before the delay if the fault is to the
	// response, and after it otherwise.
	var held *httptest.ResponseRecorder
	if f.AfterProcessing {
		held = processed(w, r, next)
	}
	if !s.pause(r, f.Delay) {
		abort(w)
	}
	switch {
	case f.madeUp():
		held = s.madeUpResponse(f, w, r)
	case held == nil:
		held = processed(w, r, next)
	}
	for name, values := range f.Header {
		if len(values) == 0 {
			values = nil // keeps net/http from adding a Date of its own
		}
		held.Header()[http.CanonicalHeaderKey(name)] = values
	}
	if f.Stall {
		s.pause(r, -1)
		abort(w)
	}
	s.send(f, held, w, r)
}

// processed lets the service respond and holds the response back, so that a fault can be applied to it.
func processed(w *recorder, r *http.Request, next http.Handler) *httptest.ResponseRecorder {
	held := httptest.NewRecorder()
	maps.Copy(held.Header(), w.Header())
	next.ServeHTTP(held, r)
	return held
}

// madeUpResponse is the response that the fault describes.
func (s *Server) madeUpResponse(f Fault, w *recorder, r *http.Request) *httptest.ResponseRecorder {
	held := httptest.NewRecorder()
	maps.Copy(held.Header(), w.Header())
	switch {
	case f.Body != nil:
		held.Header().Set("Content-Type", "text/plain")
		held.Body = bytes.NewBuffer(slices.Clip(f.Body)) // not a copy: it may have many megabytes
	case f.Status < http.StatusBadRequest && w.entry.Service == ServiceGraph:
		setGraphHeaders(held.Header(), r)
		held.Header().Set("Content-Type", "text/plain")
	case f.Status < http.StatusBadRequest:
	case w.entry.Service == ServiceEntra:
		s.writeEntraError(held, r, errEntraStatus(f.Status))
	case w.entry.Service == ServiceGraph:
		setGraphHeaders(held.Header(), r)
		e := errForStatus(f.Status)
		if f.Code != "" {
			e = &graphError{f.Status, f.Code, f.Message}
		}
		s.writeGraphError(held, e)
	default:
		writeJSON(held, f.Status, object{"message": http.StatusText(f.Status) + "."})
	}
	held.Code = cmp.Or(f.Status, http.StatusOK)
	if f.ContentType != "" {
		held.Header().Set("Content-Type", f.ContentType)
	}
	return held
}

// send sends a response: whole, one byte at a time, or in part.
func (s *Server) send(f Fault, held *httptest.ResponseRecorder, w *recorder, r *http.Request) {
	body := held.Body.Bytes()
	maps.Copy(w.Header(), held.Header())
	switch f.Cut {
	case NoCut:
	case CutRequest:
		s.cut(w, r)
	case CutHeaders:
		s.cutHeaders(w, r, held)
	case CutBody:
		if len(body) == 0 {
			body = []byte("  ") // something to cut, for responses without a body
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(held.Code)
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		s.cut(w, r)
	}
	w.WriteHeader(held.Code)
	if f.Trickle == 0 {
		_, _ = w.Write(body)
		return
	}
	for i := range body {
		_, _ = w.Write(body[i : i+1])
		_ = http.NewResponseController(w).Flush()
		if !s.pause(r, f.Trickle) {
			abort(w)
		}
	}
}

// pause waits for d, or without end when d is negative. It returns false when
// the client or the server went away in the meantime.
func (s *Server) pause(r *http.Request, d time.Duration) bool {
	if d == 0 {
		return true
	}
	var done <-chan time.Time
	if d > 0 {
		done = time.After(d)
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
func (s *Server) cutHeaders(w *recorder, r *http.Request, held *httptest.ResponseRecorder) {
	conn := connOf(r)
	if r.ProtoMajor == 2 {
		// A HEADERS frame that promises 64 bytes for stream 1, and 1 byte of
		// it (RFC 9113, sections 4.1 and 6.2).
		_, _ = conn.Write([]byte{0, 0, 64, 1, 4, 0, 0, 0, 1, 0x88})
	} else {
		_, _ = conn.Write([]byte("HTTP/1.1 " + strconv.Itoa(held.Code) + " " + http.StatusText(held.Code) + "\r\nDate: Mon, "))
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

// abort ends the handler of a request whose client no longer waits. Over
// HTTP/2 the connection lives on.
func abort(w *recorder) {
	w.note(func(entry *Request) { entry.Status = 0 })
	panic(http.ErrAbortHandler)
}

// connOf returns the connection that a request came on.
func connOf(r *http.Request) net.Conn {
	return r.Context().Value(connKey{}).(net.Conn) //nolint:forcetypeassert // newService has put it there
}
