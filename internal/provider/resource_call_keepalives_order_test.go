package provider

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graphsim"
)

// slowLab is a lab of eight calls, with time for three of them in each apply.
func slowLab(t *testing.T) *manyKeeper {
	t.Helper()
	l := newLab(t)
	l.block = attributes{"max_concurrent_requests": 1}
	return l.keeps(t, "abcdefgh", "timeouts", attributes{"create": "10s", "update": "10s"}, "wait_for_call", "0s")
}

// hurriedApply is an apply in which the time is up after three keepAlives. It returns which calls got one.
func (m *manyKeeper) hurriedApply(t *testing.T) (kept []string) {
	t.Helper()
	m.lab.ClearFaults()
	m.lab.Inject(graphsim.Stalled().To(http.MethodPost, "/keepAlive").AfterFirst(3).For(-1))
	m.lab.outlast(t, []time.Duration{10 * time.Second}, m.lab.stalled, func() { m.apply() })
	for _, r := range m.lab.KeepAlives("") {
		if r.Status == http.StatusOK {
			kept = append(kept, r.Path)
		}
	}
	if len(kept) != 3 {
		t.Errorf("%d calls were kept alive: %s", len(kept), said(m.diags))
	}
	return kept
}

// If no apply has time for all calls, each begins with those whose last keepAlive is the oldest. What was sent and failed may
// hang again, and what has ended is not kept alive anyway.
func TestCallKeepalives_theOldestComeFirst(t *testing.T) {
	t.Parallel()
	k := keepAlivesApply{wasEnded: map[string]attr.Value{"ended": types.StringValue("")}}
	for i, id := range []string{"ended", "hangs", "oldest", "old", "not tried", "recent"} {
		k.kept.Kept(id, start.Add(time.Duration(i)*time.Minute))
	}
	k.kept.Failed("hangs", true)
	k.kept.Failed("not tried", false)
	want := []string{"new", "oldest", "old", "not tried", "recent", "hangs", "ended"}
	calls := make([]namedCall, len(want))
	for i, name := range slices.Sorted(slices.Values(want)) {
		calls[i] = namedCall{name, name}
	}
	k.sortByTurn(calls)
	for i, call := range calls {
		if call.name != want[i] {
			t.Fatalf("got %v, want %v", calls, want)
		}
	}
}

// Those that have ended wait for the others.
func TestCallKeepalives_theEndedComeLast(t *testing.T) {
	t.Parallel()
	m := slowLab(t).mustApply()
	for _, id := range []string{"id-a", "id-b", "id-c"} {
		m.lab.EndCall(id, 200, 5001, "")
	}
	m.lab.clock.Advance(11 * time.Minute)
	m.refresh()
	m.hurriedApply(t)
}

// A create that fails leaves no record, so its order is another each time, and the next has time for others.
func TestCallKeepalives_aCreateHasNoFixedOrder(t *testing.T) {
	t.Parallel()
	m := slowLab(t)
	first := m.hurriedApply(t)
	for range 8 {
		if again := m.hurriedApply(t); slices.ContainsFunc(again, func(path string) bool { return !slices.Contains(first, path) }) {
			return
		}
	}
	t.Errorf("nine creates kept only %v alive", first)
}
