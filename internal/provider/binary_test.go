package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"terraform-provider-msgraph/internal/testos"
)

// newBuiltWorkspace is newWorkspace with the provider as it is released: built, and started
// by the CLI, with the environment and the clock of the machine. It shows what is written
// where, which a provider that stays in the test does not.
func newBuiltWorkspace(t *testing.T, config string, env ...string) *workspace {
	t.Helper()
	return newWorkspaceOf(t, builtProvider(t), config, env...)
}

// buildDir is where the provider was built; empty as long as no test has asked for it.
var buildDir string

var buildOnce = sync.OnceValue(func() (err error) {
	if buildDir, err = os.MkdirTemp("", "msgraph-test"); err != nil {
		return err
	}
	build := goBuild("-o", filepath.Join(buildDir, testos.Executable("terraform-provider-msgraph")), "terraform-provider-msgraph")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
})

// goBuild builds as a release is built, and as the tests of other packages build: all of them together compile once.
func goBuild(args ...string) *exec.Cmd {
	cmd := exec.Command("go", append([]string{"build", "-trimpath"}, args...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd
}

// builtProvider returns the directory of the provider's executable, which is built once per test run.
func builtProvider(t *testing.T) string {
	t.Helper()
	if err := buildOnce(); err != nil {
		t.Fatal(err)
	}
	return buildDir
}

// newWorkspaceOf is newBuiltWorkspace with the build that is in the directory bin.
func newWorkspaceOf(t *testing.T, bin, config string, env ...string) *workspace {
	t.Helper()
	w := &workspace{t: t, cli: findCLI(t).Path, dir: t.TempDir()}
	settings := filepath.Join(t.TempDir(), "cli.tfrc") // not in bin, which tests share
	overwrite(t, settings, fmt.Sprintf("provider_installation {\n  dev_overrides { %q = %q }\n}\n", Address, bin))
	w.env = slices.Concat(testos.Environ(), []string{
		"HOME=" + w.dir, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_ARGS=-no-color", "TF_CLI_CONFIG_FILE=" + settings,
	}, env)
	w.write(config)
	return w
}

// written returns all that there is in the workspace's directory, by file; archives with what
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
