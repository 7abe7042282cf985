package transport

import (
	"context"
	"net/http"
)

// Trace connects the sender of a request with the transport. It is passed in the request's
// context, because a credential passes on nothing else.
type Trace struct {
	// HiddenHeaders are the names of headers, in canonical form, whose values the log must not show.
	HiddenHeaders []string
	// Attempt returns which attempt the request is, for the log; nil to log none.
	Attempt func(*http.Request) int
}

type traceKey struct{}

// WithTrace returns ctx with the trace, which replaces any other.
func WithTrace(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// traceOf returns the request's trace, an empty one if there is none.
func traceOf(req *http.Request) *Trace {
	if t, ok := req.Context().Value(traceKey{}).(*Trace); ok {
		return t
	}
	return &Trace{}
}
