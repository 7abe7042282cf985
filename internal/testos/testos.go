// Package testos lets tests run on any operating system: its words for what went wrong, and what programs need.
package testos

import (
	"errors"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// ReadError returns how this system says that a file, or a directory in its place, cannot be read.
func ReadError(path string) string {
	_, err := os.ReadFile(path) //nolint:gosec // the test says which file
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		return failed.Err.Error()
	}
	return "no error, but a file"
}

// ConnectionRefused returns how this system says that nobody listens.
func ConnectionRefused() string {
	conn, err := net.Dial("tcp", "127.0.0.1:1") // the system hands the port out to no one
	if err == nil {
		_ = conn.Close()
		return "no error, but a connection"
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number.Error()
	}
	return err.Error()
}

// Executable returns the name of an executable file.
func Executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// NeedsUnix skips a test whose programs are shell scripts, or which sends signals.
func NeedsUnix(t testing.TB) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows runs no shell scripts, and has no signals to send")
	}
}

// Environ returns the variables without which programs do not run on this system, and PATH.
func Environ() []string {
	needed := []string{"PATH"}
	if runtime.GOOS == "windows" {
		needed = append(needed, "SYSTEMROOT", "TEMP", "APPDATA", "USERPROFILE")
	}
	var variables []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		for _, n := range needed {
			if strings.EqualFold(n, name) {
				variables = append(variables, variable)
			}
		}
	}
	return variables
}
