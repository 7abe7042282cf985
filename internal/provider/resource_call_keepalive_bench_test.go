package provider

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// hotPaths are the requests of a clean plan for one call that was kept alive just now, by name.
// With logged, the framework handles them all.
func hotPaths(t testing.TB, logged bool) map[string]func() error {
	t.Helper()
	l := newLab(t)
	provider := l.provider()
	provider.silent = !logged
	p := l.protocolOf(t, newServer(provider, logged))
	config := p.encode(p.resource, attributes{"call_id": callID})
	kept := p.mustCreate(set())
	rawState, err := json.Marshal(map[string]any{"id": callID, "call_id": callID, "alive": true})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]func() error{
		"validate": func() error {
			_, err := p.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: keepaliveType, Config: config})
			return err
		},
		"upgrade": func() error {
			_, err := p.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{TypeName: keepaliveType, RawState: &tfprotov6.RawState{JSON: rawState}})
			return err
		},
		"read": func() error { // with its GET
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

// maxAllocations is a third to a half above what each takes today. For validate and plan the framework
// takes 2300 and 7900; of a read and an upgrade it does most, and a model decoded and set again would show.
var maxAllocations = map[string]float64{"validate": 200, "upgrade": 1300, "read": 5000, "plan": 1700}

func BenchmarkHotPaths(b *testing.B) {
	for path, logged := range map[string]bool{"fastpath": false, "framework": true} {
		for name, ask := range hotPaths(b, logged) {
			b.Run(name+"/"+path, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := ask(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func TestHotPaths_allocateLittle(t *testing.T) {
	for name, ask := range hotPaths(t, false) {
		got := testing.AllocsPerRun(50, func() {
			if err := ask(); err != nil {
				t.Fatal(err)
			}
		})
		if got > maxAllocations[name] {
			t.Errorf("%s: %.0f allocations, more than %.0f", name, got, maxAllocations[name])
		}
	}
}
