package graphsim

import (
	"context"
	"maps"
	"net/http"
	"sync/atomic"
)

// Moment is a point in the life of a request.
type Moment string

// The moments of a request, in their order.
const (
	// Arrived is when a request is there and has not taken effect.
	Arrived Moment = "arrived"
	// Responding is when a request has taken effect and half of its response is sent: the status,
	// the headers, and half of the body. The client waits for the rest.
	Responding Moment = "responding"
	// Responded is when all of the response is sent.
	Responded Moment = "responded"
)

// A Watcher is called at each moment of a request, and the request waits for it. number counts
// the requests, from 1, in the order in which they came. ctx is done when the client has
// gone, and at [Responded].
type Watcher func(ctx context.Context, number int, at Moment)

// watch is a watcher and how many requests it has seen.
type watch struct {
	look Watcher
	seen atomic.Int64
}

// Watch shows w the requests from now on, to any service, except those for which there is a fault;
// nil ends that. A request that its client cancels while w looks at its arrival takes no effect.
func (s *Server) Watch(w Watcher) {
	if w == nil {
		s.watch.Store(nil)
		return
	}
	s.watch.Store(&watch{look: w})
}

// serve lets next respond to a request, under watch.
func (w *watch) serve(rec *recorder, r *http.Request, next http.Handler) {
	ctx, number := r.Context(), int(w.seen.Add(1))
	w.look(ctx, number, Arrived)
	if ctx.Err() != nil {
		abort(rec)
	}
	a := processed(rec, r, next)
	body := a.Body.Bytes()
	maps.Copy(rec.Header(), a.Header())
	rec.WriteHeader(a.Code)
	_, _ = rec.Write(body[:len(body)/2])
	_ = http.NewResponseController(rec).Flush()
	w.look(ctx, number, Responding)
	_, _ = rec.Write(body[len(body)/2:])
	go func() {
		<-ctx.Done() // net/http ends it when the last of the response is written
		w.look(ctx, number, Responded)
	}()
}
