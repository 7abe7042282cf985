//go:build unix

package testos

import "syscall"

const (
	suffix = ""
	unix   = true

	connectionReset = syscall.ECONNRESET
)

var needed = []string{"PATH"}
