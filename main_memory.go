package main

import (
	"os"
	"runtime/debug"
)

// heapGrowth is by how many percent the heap may grow before garbage is collected. What the
// provider keeps is small, and most of what it makes is garbage at once: at Go's default of
// 100 the collector ran after each few megabytes.
const heapGrowth = 400

// calmGarbageCollector has the garbage collector run less often, unless GOGC says how often.
func calmGarbageCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
}
