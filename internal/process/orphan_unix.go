//go:build !windows

package process

import (
	"os"
	"time"
)

// orphanCheck is how often the program checks that the CLI that started it is still running.
const orphanCheck = time.Second

// OnOrphaned calls end when the process that started this one has ended. The CLI stops its
// plugins, but not when it is killed: the plugin would go on forever, with credentials in its
// memory.
func OnOrphaned(end func()) {
	go watchParent(os.Getppid(), os.Getppid, time.Tick(orphanCheck), end)
}

// watchParent calls end at the first tick at which the parent is another than the first: the system gives an orphan one.
func watchParent(first int, parent func() int, ticks <-chan time.Time, end func()) {
	for range ticks {
		if parent() != first {
			end()
			return
		}
	}
}
