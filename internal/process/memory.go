package process

import (
	"os"
	"runtime/debug"
)

// heapGrowth is the GOGC percentage. The live heap is small and most allocations are garbage at
// once: at Go's default of 100 the collector runs after every few megabytes.
const heapGrowth = 400

// TuneGarbageCollector has the garbage collector run less often, unless GOGC is set.
func TuneGarbageCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
}
