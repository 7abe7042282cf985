package graphsim

import (
	"net/http"
	"sync"
	"sync/atomic"
)

// late tells the requests of clients that are gone from all others.
type late struct {
	begun sync.RWMutex // held for reading by each request
	drops atomic.Int64 // of DropLate
}

// lateKey is the key of how many drops there were before a connection, in a request's context.
type lateKey struct{}

// DropLate waits for the requests that have begun, and drops those that begin later on a connection of before. It is for
// when all clients are gone: what they have sent can still be on its way.
func (s *Server) DropLate() {
	s.late.drops.Add(1)
	s.late.begun.Lock()
	defer s.late.begun.Unlock()
}

// begin notes that a request begins, and returns what is to be called at its end. A request that comes too late goes no
// further.
func (l *late) begin(r *http.Request) (end func()) {
	l.begun.RLock()
	if r.Context().Value(lateKey{}) != l.drops.Load() {
		l.begun.RUnlock()
		panic(http.ErrAbortHandler)
	}
	return l.begun.RUnlock
}
