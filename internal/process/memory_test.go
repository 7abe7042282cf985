package process

import (
	"runtime/debug"
	"testing"
)

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
