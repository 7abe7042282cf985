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
	r.parent.Store(&ctx)
	defer r.release()     //nolint:contextcheck // it needs none
	return handle(r, req) //nolint:contextcheck // r is ctx while the request lasts
}

// releasableContext is its parent until it is released. Then it is canceled and has no values.
type releasableContext struct {
	parent atomic.Pointer[context.Context]
}

func (r *releasableContext) release() { r.parent.Store(nil) }

var closed = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Deadline implements [context.Context].
func (r *releasableContext) Deadline() (deadline time.Time, ok bool) {
	if ctx := r.parent.Load(); ctx != nil {
		return (*ctx).Deadline()
	}
	return time.Time{}, false
}

// Done implements [context.Context].
func (r *releasableContext) Done() <-chan struct{} {
	if ctx := r.parent.Load(); ctx != nil {
		return (*ctx).Done()
	}
	return closed
}

// Err implements [context.Context].
func (r *releasableContext) Err() error {
	if ctx := r.parent.Load(); ctx != nil {
		return (*ctx).Err()
	}
	return context.Canceled
}

// Value implements [context.Context].
func (r *releasableContext) Value(key any) any {
	if ctx := r.parent.Load(); ctx != nil {
		return (*ctx).Value(key)
	}
	return nil
}
