package provider

import (
	"context"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type testKey struct{}

// maxPerRequest is how much of a request may stay in memory, in bytes: what the framework keeps of
// a released context. An unreleased one holds some 10000.
const maxPerRequest = 400

func TestServer_releasesRequests(t *testing.T) {
	p := newLab(t).protocol(t)
	config := p.encode(p.resource, attributes{"call_id": callID, "renew_after": "20m"}) // which the hook leaves to the framework
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
	if after > before+requests*maxPerRequest {
		t.Errorf("%d requests left %d bytes behind, more than %d each", requests, after-before, maxPerRequest)
	}
}
