package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// onceOrphaned calls end when the process that started this one has ended. The CLI ends its
// plugins itself, unless it is killed; then nothing else would, and a plugin that nobody
// talks to would go on with credentials in its memory.
func onceOrphaned(end func()) {
	parent, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(os.Getppid())) //nolint:gosec // a process's number
	if err != nil {
		return // it may not be looked at; then there is nothing to wait for
	}
	go func() {
		if event, err := windows.WaitForSingleObject(parent, windows.INFINITE); err == nil && event == windows.WAIT_OBJECT_0 {
			end()
		}
	}()
}
