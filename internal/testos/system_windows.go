package testos

import "syscall"

const (
	suffix = ".exe"
	unix   = false

	errReset = syscall.WSAECONNRESET // syscall.ECONNRESET is a number of Go's own here
)

var needed = []string{"PATH", "SYSTEMROOT", "TEMP", "APPDATA", "USERPROFILE"}
