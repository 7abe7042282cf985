package provider

import (
	"debug/buildinfo"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// What `make install` installs starts in the image of the Kubernetes and GitLab examples: it needs no C library, which
// Alpine has under another name. The environment is that of `make test`, which asks for one.
func TestSchedulers_installedProviderNeedsNoCLibrary(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "make", "go", "install")
	plugins := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "make", "-C", "../..", "install", "PLUGINS="+plugins)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make install: %v\n%s", err, out)
	}
	installed, err := filepath.Glob(filepath.Join(plugins, "*", "*", "*", "*", "*", "terraform-provider-msgraph_v*"))
	if err != nil || len(installed) != 1 {
		t.Fatalf("%v, installed: %q", err, installed)
	}
	info, err := buildinfo.ReadFile(installed[0])
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	if settings["CGO_ENABLED"] != "0" || settings["-trimpath"] != "true" {
		t.Errorf("it was built with CGO_ENABLED=%s and -trimpath=%s", settings["CGO_ENABLED"], settings["-trimpath"])
	}
	if runtime.GOOS != "linux" {
		return
	}
	program, err := elf.Open(installed[0])
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close() //nolint:errcheck // it was only read
	for _, header := range program.Progs {
		if header.Type == elf.PT_INTERP {
			t.Error("it asks for a dynamic linker")
		}
	}
}
