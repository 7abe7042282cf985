package process

import (
	"runtime/debug"
	"testing"
)

func TestTuneGarbageCollector_limitsMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	for limit, want := range map[string]int64{"1GiB": before, "": calmMemory} {
		t.Setenv("GOMEMLIMIT", limit)
		debug.SetMemoryLimit(before)
		TuneGarbageCollector()
		if got := debug.SetMemoryLimit(-1); got != want {
			t.Errorf("with GOMEMLIMIT=%s, the limit is %d, want %d", limit, got, want)
		}
	}
}

func TestTuneGarbageCollector_unlessGOGCIsSet(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // as it was
	t.Setenv("GOGC", "50")
	TuneGarbageCollector()
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("with GOGC set, the heap may grow by %d %%", got)
	}
	t.Setenv("GOGC", "")
	TuneGarbageCollector()
	if got := debug.SetGCPercent(100); got != heapGrowth {
		t.Errorf("the heap may grow by %d %%, want %d", got, heapGrowth)
	}
}
