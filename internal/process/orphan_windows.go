package process

import (
	"os"

	"golang.org/x/sys/windows"
)

// OnOrphaned calls end when the process that started this one has ended. The CLI stops its
// plugins, but not when it is killed: the plugin would go on forever, with credentials in its
// memory.
func OnOrphaned(end func()) {
	parent, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(os.Getppid())) //nolint:gosec // a process ID
	if err != nil {
		return // no permission: then there is nothing to wait for
	}
	go func() {
		if event, err := windows.WaitForSingleObject(parent, windows.INFINITE); err == nil && event == windows.WAIT_OBJECT_0 {
			end()
		}
	}()
}
