package repotest

import (
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/provider"
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

// The guide's commands for Windows without make build as `make install` does, and into the same directory.
func TestGuide_installsOnWindowsLikeMake(t *testing.T) {
	t.Parallel()
	_, version, _ := strings.Cut(read(t, "GNUmakefile"), "\nVERSION ?= ")
	version, _, _ = strings.Cut(version, "\n")
	_, block, _ := strings.Cut(read(t, "templates/guides/getting-started.md"), "\n```powershell\n$env:CGO_ENABLED = \"0\"\n")
	block, _, _ = strings.Cut(block, "```")
	for _, want := range []string{
		`$env:APPDATA\terraform.d\plugins\` + strings.ReplaceAll(provider.Address, "/", `\`) + `\` + version + `\windows_$(go env GOARCH)"`,
		`go build -trimpath -ldflags "-X main.version=` + version + `" -o "$dir\terraform-provider-msgraph_v` + version + `.exe" .`,
	} {
		if !strings.Contains(block, want) {
			t.Errorf("the guide does not have %s, but\n%s", want, block)
		}
	}
}
