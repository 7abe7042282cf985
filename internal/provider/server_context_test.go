package provider

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type testKey struct{}

// While a request is being answered, its context is what it was; then it holds nothing.
func TestLetGoAfter(t *testing.T) {
	t.Parallel()
	parent, cancel := context.WithTimeout(context.WithValue(t.Context(), testKey{}, "value"), time.Hour)
	defer cancel()
	var kept, child context.Context
	_, err := letGoAfter(parent, "request", func(ctx context.Context, _ string) (string, error) {
		deadline, ok := ctx.Deadline()
		want, _ := parent.Deadline()
		if !ok || !deadline.Equal(want) || ctx.Value(testKey{}) != "value" || ctx.Err() != nil || ctx.Done() != parent.Done() {
			t.Errorf("the context of the request is not passed on: %v", ctx)
		}
		kept = ctx //nolint:fatcontext // what the framework does, too
		var stop func()
		child, stop = context.WithCancel(ctx)
		t.Cleanup(stop)
		return "", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := kept.Deadline(); ok || kept.Value(testKey{}) != nil || child.Value(testKey{}) != nil {
		t.Error("after the answer the context still holds what it held")
	}
	if !errors.Is(kept.Err(), context.Canceled) {
		t.Errorf("after the answer the context says %v, want that it is cancelled", kept.Err())
	}
	<-kept.Done()
	cancel()
	<-child.Done() // the end of the request ends what was made of its context
}

// The end of a request reaches what answers it.
func TestLetGoAfter_cancelled(t *testing.T) {
	t.Parallel()
	parent, cancel := context.WithCancel(t.Context())
	_, err := letGoAfter(parent, "request", func(ctx context.Context, _ string) (string, error) {
		cancel()
		<-ctx.Done()
		return "", ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v, want that it was cancelled", err)
	}
}

// mostPerRequest is how much of a request may stay in memory, in bytes: what the framework
// keeps of a context of which nothing else is left. The contexts as they come were some 10000.
const mostPerRequest = 400

// What a provider remembers does not grow with what it has answered.
func TestServerForgetsRequests(t *testing.T) {
	p := newLab(t).protocol(t)
	config := p.encode(p.resource, attributes{"call_id": callID, "renew_after": "20m"}) // no quick answer
	ask := func(times int) {
		for range times {
			ctx, end := context.WithCancel(context.WithValue(t.Context(), testKey{}, make([]byte, 10_000)))
			if _, err := p.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: keepaliveType, Config: config}); err != nil {
				t.Fatal(err)
			}
			end()
		}
	}
	inUse := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const requests = 1000
	ask(requests)
	before := inUse()
	ask(requests)
	after := inUse()
	runtime.KeepAlive(p)
	t.Logf("%d bytes stay of each request", (int64(after)-int64(before))/requests)
	if after > before+requests*mostPerRequest {
		t.Errorf("%d requests left %d bytes behind, more than %d each", requests, after-before, mostPerRequest)
	}
}
