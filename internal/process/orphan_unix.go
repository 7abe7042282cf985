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
	parent := os.Getppid()
	go func() {
		for range time.Tick(orphanCheck) {
			if os.Getppid() != parent { // the system gives an orphan another parent
				end()
				return
			}
		}
	}()
}
