package provider

import (
	"context"
	"errors"
	"sync"

	"terraform-provider-msgraph/internal/graph"
)

// callOutcome is the outcome of one call of many.
type callOutcome[T any] struct {
	call  namedCall
	value T
	err   error
}

// notTriedError is the error of a call for which no request was sent before the operation ended.
type notTriedError struct{ error }

// Error says so, in place of the context's own words.
func (e notTriedError) Error() string {
	if errors.Is(e.error, context.Canceled) {
		return "no request was sent before the operation was interrupted"
	}
	return "no request was sent before the operation timed out"
}

// Unwrap returns why the operation was over.
func (e notTriedError) Unwrap() error { return e.error }

// forEachCall does something to each call, side by side, and returns the outcome of each, in the same order.
// What is done passes the option to each of its operations on the call: so every call gets its first try
// before any gets a second one.
//
// A failure of what all calls have in common, the token or the proxy, ends the rest at once, with the same
// error for each, including those that were not tried before the timeout. It is not one of all when only this call's own time
// is up.
func forEachCall[T any](
	ctx context.Context, d *providerData, calls []namedCall,
	do func(context.Context, namedCall, graph.OperationOption) (T, error),
) []callOutcome[T] {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	outcomes := make([]callOutcome[T], len(calls))
	batch := graph.NewBatch(len(calls), 2*d.maxConcurrent)
	var all sync.WaitGroup
	var once sync.Once
	var shared error // the first failure of what all have in common
	for i, call := range calls {
		outcomes[i].call = call
		member, err := batch.Join(ctx)
		if err != nil {
			outcomes[i].err = notTriedError{err}
			continue
		}
		all.Go(func() {
			defer member.Leave()
			o := &outcomes[i]
			o.value, o.err = do(ctx, call, graph.InBatch(member))
			if ownTime := errors.Is(o.err, context.DeadlineExceeded) && ctx.Err() == nil; isShared(o.err) && !ownTime {
				once.Do(func() { shared = o.err })
				cancel()
			}
		})
	}
	all.Wait()
	if shared == nil {
		return outcomes
	}
	for i := range outcomes {
		err := outcomes[i].err
		if isShared(err) || errors.Is(err, context.Canceled) || errors.As(err, new(notTriedError)) {
			outcomes[i].err = shared
		}
	}
	return outcomes
}

// isShared reports whether err is a failure of the token or of the proxy.
func isShared(err error) bool {
	failure, ok := errors.AsType[*graph.Error](err)
	return ok && failure.Shared()
}

// failuresOf returns the failures among outcomes.
func failuresOf[T any](outcomes []callOutcome[T]) []callFailure {
	var failures []callFailure
	for _, o := range outcomes {
		if o.err != nil {
			failures = append(failures, callFailure{o.call, o.err})
		}
	}
	return failures
}
