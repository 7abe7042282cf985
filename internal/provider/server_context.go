package provider

import (
	"context"
	"sync/atomic"
	"time"
)

// letGoAfter has handle answer the request with a context that keeps nothing alive once the
// answer is there.
//
// The framework's server remembers the context of every request for as long as it lives, so
// that StopProvider can cancel those under way. The contexts hold the loggers of their
// requests and the whole of the gRPC request: some kilobytes each, which at a few thousand
// requests were most of the provider's memory, and of its garbage collector's work.
func letGoAfter[Request, Response any](
	ctx context.Context, req Request, handle func(context.Context, Request) (Response, error),
) (Response, error) {
	p := &passingContext{}
	p.under.Store(&ctx)
	defer p.letGo()       //nolint:contextcheck // it needs none
	return handle(p, req) //nolint:contextcheck // p is ctx for as long as the request lasts
}

// passingContext is the context of a request. When the request has been answered it is a
// cancelled one, without values.
type passingContext struct {
	under atomic.Pointer[context.Context]
}

func (p *passingContext) letGo() { p.under.Store(nil) }

var passed = func() <-chan struct{} {
	closed := make(chan struct{})
	close(closed)
	return closed
}()

// Deadline implements [context.Context].
func (p *passingContext) Deadline() (deadline time.Time, ok bool) {
	if ctx := p.under.Load(); ctx != nil {
		return (*ctx).Deadline()
	}
	return time.Time{}, false
}

// Done implements [context.Context].
func (p *passingContext) Done() <-chan struct{} {
	if ctx := p.under.Load(); ctx != nil {
		return (*ctx).Done()
	}
	return passed
}

// Err implements [context.Context].
func (p *passingContext) Err() error {
	if ctx := p.under.Load(); ctx != nil {
		return (*ctx).Err()
	}
	return context.Canceled
}

// Value implements [context.Context].
func (p *passingContext) Value(key any) any {
	if ctx := p.under.Load(); ctx != nil {
		return (*ctx).Value(key)
	}
	return nil
}
