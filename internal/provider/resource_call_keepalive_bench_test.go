package provider

import "testing"

// planOfOne returns what plans one call that is kept already, through the protocol.
func planOfOne(t testing.TB) func() {
	t.Helper()
	p := newLab(t).protocol(t)
	config := attributes{"call_id": callID}
	kept := p.apply(p.none(), config, p.plan(p.none(), config))
	return func() { p.plan(kept, config) }
}

func BenchmarkPlanOfOneCall(b *testing.B) {
	plan := planOfOne(b)
	b.ReportAllocs()
	for b.Loop() {
		plan()
	}
}

// mostAllocations is twice the 16488 that a plan took when this was written, encoding and decoding by the test
// included: it is to catch what makes each plan build anew what is the same for all.
const mostAllocations = 33_000

func TestPlanAllocatesLittle(t *testing.T) {
	plan := planOfOne(t)
	if got := testing.AllocsPerRun(50, plan); got > mostAllocations {
		t.Errorf("a plan of one call makes %.0f allocations, more than %d", got, mostAllocations)
	}
}
