package testos_test

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/testos"
)

func TestReadError_isThisSystemsOwn(t *testing.T) {
	t.Parallel()
	missing, directory := testos.ReadError(filepath.Join(t.TempDir(), "missing")), testos.ReadError(t.TempDir())
	if missing == directory || missing == "" || directory == "" {
		t.Errorf("got %q and %q, want two reasons", missing, directory)
	}
	if runtime.GOOS == "linux" && (missing != "no such file or directory" || directory != "is a directory") {
		t.Errorf("got %q and %q", missing, directory)
	}
}

func TestConnectionRefused_isThisSystemsOwn(t *testing.T) {
	t.Parallel()
	if got := testos.ConnectionRefused(); !strings.Contains(got, "refused") {
		t.Errorf("got %q", got)
	}
}

func TestEnviron_hasThePath(t *testing.T) {
	t.Parallel()
	if !slices.ContainsFunc(testos.Environ(), func(v string) bool { return strings.HasPrefix(strings.ToUpper(v), "PATH=") }) {
		t.Errorf("got %q", testos.Environ())
	}
	if name := testos.Executable("x"); (name == "x.exe") != (runtime.GOOS == "windows") {
		t.Errorf("got %q", name)
	}
}

func TestNeedsUnix_skipsOnWindows(t *testing.T) {
	t.Parallel()
	testos.NeedsUnix(t)
	if runtime.GOOS == "windows" {
		t.Error("it was not skipped")
	}
}

func TestConnectionReset_isNoEnd(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		if conn, err := l.Accept(); err == nil {
			_, _ = conn.Read(make([]byte, 1))    // until the other side is connected
			_ = conn.(*net.TCPConn).SetLinger(0) // a reset in place of an end
			_ = conn.Close()
		}
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); !testos.ConnectionReset(err) || errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
	if testos.ConnectionReset(os.ErrDeadlineExceeded) {
		t.Error("a timeout is taken for a reset")
	}
}

// recorder is a test that notes that it has failed, and goes on.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()      {}
func (r *recorder) Fatal(...any) { r.failed = true }

func TestWriteProgram_failsTheTest(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{filepath.Join(t.TempDir(), "program"): false, filepath.Join(t.TempDir(), "missing", "program"): true} {
		r := &recorder{TB: t}
		if testos.WriteProgram(r, path, "#!/bin/sh\n"); r.failed != want {
			t.Errorf("%s: the test fails: %t, want %t", path, r.failed, want)
		}
	}
}
