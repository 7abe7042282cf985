// Package testos lets tests run on any operating system: its words for what went wrong, and what programs need.
package testos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

const windows = runtime.GOOS == "windows"

// ReadError returns how this system says that a file, or a directory in its place, cannot be read.
func ReadError(path string) string {
	_, err := os.ReadFile(path) //nolint:gosec // the test says which file
	failed := &fs.PathError{}
	errors.As(err, &failed)
	return fmt.Sprint(failed.Err)
}

// ConnectionRefused returns how this system says that nobody listens, without the full stop that Windows puts after it.
func ConnectionRefused() string {
	_, err := new(net.Dialer).DialContext(context.Background(), "tcp", "127.0.0.1:1") // the system hands the port out to no one
	var failed *os.SyscallError
	errors.As(err, &failed)
	return strings.TrimSuffix(failed.Error(), ".")
}

// ConnectionReset reports whether err is that the other side has cut the connection.
func ConnectionReset(err error) bool {
	const wsaECONNRESET = syscall.Errno(10054) // what Windows returns, where syscall.ECONNRESET is a number of Go's own
	return errors.Is(err, syscall.ECONNRESET) || windows && errors.Is(err, wsaECONNRESET) || errors.Is(err, io.EOF)
}

// extension is that of executable files; most systems have none.
var extension = map[string]string{"windows": ".exe"}[runtime.GOOS]

// Executable returns the name of an executable file.
func Executable(name string) string { return name + extension }

// WriteProgram writes a script that a test runs. No other test starts a program meanwhile: until that program runs, it has
// the script open for writing as well, and Linux runs no file that is open for writing.
func WriteProgram(t testing.TB, path, text string) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
}

// NeedsUnix skips a test whose programs are shell scripts, which sends signals, or which makes a ticket cache.
func NeedsUnix(t testing.TB) {
	t.Helper()
	if windows {
		t.Skip("this system runs no shell scripts, has no signals to send, or another store of tickets")
	}
}

// PathWithoutPrograms returns a PATH with nothing to run but the shell that Windows needs to run anything.
func PathWithoutPrograms(t testing.TB) string {
	t.Helper()
	if windows {
		return filepath.Join(os.Getenv("SystemRoot"), "System32")
	}
	return t.TempDir()
}

// Environ returns PATH and the variables without which programs do not run on Windows.
func Environ() []string {
	needed := []string{"PATH", "SYSTEMROOT", "TEMP", "APPDATA", "USERPROFILE"}
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return !slices.Contains(needed, strings.ToUpper(name))
	})
}
