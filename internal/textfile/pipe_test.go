//go:build !windows

package textfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A pipe gives what is written to it, once, and one that nobody writes to holds nobody up.
func TestRead_pipe(t *testing.T) {
	t.Parallel()
	path := pipe(t)
	if !IsPipe(path) || IsPipe(t.TempDir()) || IsPipe(path+"x") {
		t.Error("a pipe is not told from what is none")
	}
	go func() { _ = os.WriteFile(path, []byte("s3cret\n"), 0o600) }()
	if got, err := ReadText(path); err != nil || got != "s3cret" {
		t.Errorf("got %q, %v", got, err)
	}
	_, err := readWithin(path, 10*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "did not end within 10ms") {
		t.Errorf("got %v, want it given up", err)
	}
	if w, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil { // ends the read that still waits
		_ = w.Close()
	}
}
