package testos_test

import (
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
