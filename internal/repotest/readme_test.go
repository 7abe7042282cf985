package repotest

import (
	"strings"
	"testing"
)

// README is what a newcomer reads first; the tables of arguments and credentials are in docs.
func TestReadme_isShort(t *testing.T) {
	t.Parallel()
	const limit = 900
	if n := len(strings.Fields(read(t, "README.md"))); n > limit {
		t.Errorf("README.md has %d words, want at most %d", n, limit)
	}
}

// Otherwise the one compiles again what the other has compiled: these flags are part of the key of Go's build cache.
func TestMakefile_demoAndInstallShareWhatTheyCompile(t *testing.T) {
	t.Parallel()
	makefile := read(t, "GNUmakefile")
	for _, command := range []string{"CGO_ENABLED=0 go build -trimpath -ldflags", "CGO_ENABLED=0 go run -trimpath ./internal/cmd/demo\n"} {
		if !strings.Contains(makefile, command) {
			t.Errorf("GNUmakefile does not have %q", command)
		}
	}
	for _, flag := range []string{`"CGO_ENABLED=0"`, `"-trimpath"`} {
		if !strings.Contains(read(t, "internal/cmd/harness/build.go"), flag) {
			t.Errorf("the demo builds without %s", flag)
		}
	}
}
