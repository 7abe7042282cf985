package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// hotPaths are what Terraform asks for each object of a clean plan, by name, of one call that
// was kept alive just now. Each is answered by a server of the same provider.
func hotPaths(t testing.TB) map[string]func() error {
	t.Helper()
	p := newLab(t).protocol(t)
	config := p.encode(p.resource, attributes{"call_id": callID})
	kept := p.apply(p.none(), attributes{"call_id": callID}, p.plan(p.none(), attributes{"call_id": callID}))
	return map[string]func() error{
		"validate": func() error {
			_, err := p.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: keepaliveType, Config: config})
			return err
		},
		"read": func() error { // with its request to Graph
			_, err := p.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: keepaliveType, CurrentState: kept.state, Private: kept.private})
			return err
		},
		"plan": func() error {
			_, err := p.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: keepaliveType, PriorState: kept.state, ProposedNewState: kept.state, Config: config, PriorPrivate: kept.private,
			})
			return err
		},
	}
}

func BenchmarkHotPaths(b *testing.B) {
	for name, ask := range hotPaths(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// mostAllocations is about twice what each took when this was written: it is to catch that
// the framework answers again, which takes thousands.
var mostAllocations = map[string]float64{"validate": 250, "read": 2000, "plan": 1000}

func TestHotPathsAllocateLittle(t *testing.T) {
	for name, ask := range hotPaths(t) {
		got := testing.AllocsPerRun(50, func() {
			if err := ask(); err != nil {
				t.Fatal(err)
			}
		})
		if got > mostAllocations[name] {
			t.Errorf("%s makes %.0f allocations, more than %.0f", name, got, mostAllocations[name])
		}
	}
}
