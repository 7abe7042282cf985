package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// newBuiltWorkspace is newWorkspace with the provider as it is released: built, and started
// by the CLI, with the environment and the clock of the machine. It shows what is written
// where, which a provider that stays in the test does not.
func newBuiltWorkspace(t *testing.T, config string, env ...string) *workspace {
	t.Helper()
	bin := t.TempDir()
	buildProvider(t, bin)
	return newWorkspaceOf(t, bin, config, env...)
}

// buildProvider puts the provider into the folder bin.
func buildProvider(t *testing.T, bin string) {
	t.Helper()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(bin, "terraform-provider-msgraph"), "terraform-provider-msgraph")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

// newWorkspaceOf is newBuiltWorkspace with the build that is in the folder bin.
func newWorkspaceOf(t *testing.T, bin, config string, env ...string) *workspace {
	t.Helper()
	w := &workspace{t: t, cli: findCLI(t).Path, dir: t.TempDir()}
	settings := filepath.Join(bin, "cli.tfrc")
	overwrite(t, settings, fmt.Sprintf("provider_installation {\n  dev_overrides { %q = %q }\n}\n", Address, bin))
	w.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_CLI_ARGS=-no-color", "TF_CLI_CONFIG_FILE=" + settings,
	}, env...)
	w.write(config)
	return w
}

// written returns all that there is in the workspace's folder, by file; archives with what
// is in them.
func (w *workspace) written() map[string][]byte {
	w.t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(w.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, part := range unzipped(w.t, content) {
			all[fmt.Sprintf("%s#%d", entry.Name(), i)] = part
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}
