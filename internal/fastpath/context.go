package fastpath

import (
	"context"
	"sync/atomic"
	"time"
)

// releaseContext calls handle with a context that references nothing once handle has returned.
//
// The framework's server keeps the context of every request until the process ends, so that
// StopProvider can cancel those in flight. A context holds the request's loggers and the whole
// gRPC request, some 10 KiB: at a few thousand requests, most of the provider's memory.
func releaseContext[Request, Response any](
	ctx context.Context, req Request, handle func(context.Context, Request) (Response, error),
) (Response, error) {
	r := &releasableContext{}
	r.current.Store(&ctx)
	defer r.current.Store(&released) //nolint:contextcheck // it needs none
	return handle(r, req)            //nolint:contextcheck // r is ctx while the request lasts
}

// released is what a context is after its release: canceled, and without values.
var released = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// releasableContext is the context of a request until that is over, and then [released].
type releasableContext struct {
	current atomic.Pointer[context.Context]
}

// Deadline implements [context.Context].
func (r *releasableContext) Deadline() (time.Time, bool) { return (*r.current.Load()).Deadline() }

// Done implements [context.Context].
func (r *releasableContext) Done() <-chan struct{} { return (*r.current.Load()).Done() }

// Err implements [context.Context].
func (r *releasableContext) Err() error { return (*r.current.Load()).Err() }

// Value implements [context.Context].
func (r *releasableContext) Value(key any) any { return (*r.current.Load()).Value(key) }
