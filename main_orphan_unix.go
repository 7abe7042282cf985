//go:build !windows

package main

import (
	"os"
	"time"
)

// orphanCheck is how often the program looks whether the CLI that started it is still there.
const orphanCheck = time.Second

// onceOrphaned calls end when the process that started this one has ended. The CLI ends its
// plugins itself, unless it is killed; then nothing else would, and a plugin that nobody
// talks to would go on with credentials in its memory.
func onceOrphaned(end func()) {
	parent := os.Getppid()
	go func() {
		for range time.Tick(orphanCheck) {
			if os.Getppid() != parent { // the system gives an orphan another one
				end()
				return
			}
		}
	}()
}
