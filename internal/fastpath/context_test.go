package fastpath

import (
	"context"
	"errors"
	"testing"
	"time"
)

type testKey struct{}

func TestReleaseContext_holdsNothingAfterwards(t *testing.T) {
	t.Parallel()
	parent, cancel := context.WithTimeout(context.WithValue(t.Context(), testKey{}, "value"), time.Hour)
	defer cancel()
	var held, child context.Context
	_, err := releaseContext(parent, "request", func(ctx context.Context, _ string) (string, error) {
		deadline, ok := ctx.Deadline()
		want, _ := parent.Deadline()
		if !ok || !deadline.Equal(want) || ctx.Value(testKey{}) != "value" || ctx.Err() != nil || ctx.Done() != parent.Done() {
			t.Errorf("the handler does not get the context of the request: %v", ctx)
		}
		held = ctx //nolint:fatcontext // what the framework does, too
		var stop func()
		child, stop = context.WithCancel(ctx)
		t.Cleanup(stop)
		return "", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := held.Deadline(); ok || held.Value(testKey{}) != nil || child.Value(testKey{}) != nil {
		t.Error("afterwards the context still has its values")
	}
	if !errors.Is(held.Err(), context.Canceled) {
		t.Errorf("afterwards the context has the error %v, want context.Canceled", held.Err())
	}
	<-held.Done()
	cancel()
	<-child.Done() // derived contexts are canceled with the request
}

func TestReleaseContext_cancelReachesTheHandler(t *testing.T) {
	t.Parallel()
	parent, cancel := context.WithCancel(t.Context())
	_, err := releaseContext(parent, "request", func(ctx context.Context, _ string) (string, error) {
		cancel()
		<-ctx.Done()
		return "", ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v, want context.Canceled", err)
	}
}
