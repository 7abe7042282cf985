package process

import (
	"os"
	"runtime/debug"
)

// heapGrowth is the GOGC percentage. The live heap is small and most allocations are garbage at
// once: at Go's default of 100 the collector runs after every few megabytes.
const heapGrowth = 300

// calmMemory is the soft memory limit, in bytes. Above it, the collector runs as often as it must to stay below,
// whatever heapGrowth says. A resource of 20,000 calls has up to 45 MiB in use.
const calmMemory = 144 << 20

// TuneGarbageCollector makes the garbage collector run less often, unless GOGC or GOMEMLIMIT is set.
func TuneGarbageCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(calmMemory)
	}
}
