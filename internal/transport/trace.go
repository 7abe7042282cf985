package transport

import (
	"context"
	"net/http"
)

// Trace is what the sender of a request tells the transport and hears from it. It travels in the
// request's context, because a credential passes nothing else on.
type Trace struct {
	// HiddenHeaders are the names of headers, in canonical form, whose values the log must not show.
	HiddenHeaders []string
	// Attempt returns which attempt at the same thing the request is, for the log; nil for a log without.
	Attempt func(*http.Request) int
	// Done is called when the request has ended, and may replace the response's body; nil for none.
	Done func(*http.Request, *http.Response, error)
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
