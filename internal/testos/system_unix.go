//go:build unix

package testos

import "syscall"

const (
	suffix = ""
	unix   = true

	errReset = syscall.ECONNRESET
)

var needed = []string{"PATH"}
