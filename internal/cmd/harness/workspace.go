// Package harness has what the demo and the benchmark share: programs built from this repository, the CLI's environment, and
// the stand-in for Graph and Entra ID.
package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"time"

	"terraform-provider-msgraph/internal/terraformcli"
)

// Workspace is a CLI with a temporary directory, which has providers, a home directory and a configuration for it, and with
// a stand-in.
type Workspace struct {
	Repository string // the root of the repository that programs are built from
	CLI        terraformcli.CLI
	Dir        string
	StandIn    *StandIn
}

// NewWorkspace creates a workspace for the repository around the working directory. Its directory is named after pattern,
// see [os.MkdirTemp].
func NewWorkspace(ctx context.Context, pattern string) (_ *Workspace, err error) {
	w := &Workspace{}
	if w.Repository, err = terraformcli.ModuleRoot(); err != nil {
		return nil, err
	}
	if w.CLI, err = terraformcli.Find(ctx); err != nil {
		return nil, err
	}
	if w.Dir, err = os.MkdirTemp("", pattern); err != nil {
		return nil, err
	}
	err = errors.Join(os.Mkdir(w.home(), 0o700), os.WriteFile(w.configFile(), w.cliConfig(), 0o600))
	if err == nil {
		w.StandIn, err = startStandIn(filepath.Join(w.Dir, "ca.pem"))
	}
	if err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Close stops the stand-in and removes the directory.
func (w *Workspace) Close() {
	if w.StandIn != nil {
		w.StandIn.Close()
	}
	if err := os.RemoveAll(w.Dir); err != nil {
		fmt.Fprintln(os.Stderr, "Removing the temporary directory:", err)
	}
}

func (w *Workspace) home() string       { return filepath.Join(w.Dir, "home") }
func (w *Workspace) configFile() string { return filepath.Join(w.Dir, "cli.tfrc") }
func (w *Workspace) plugins() string    { return filepath.Join(w.Dir, "plugins") }

// Plugin is the file in which the CLI finds a provider.
func (w *Workspace) Plugin(address, version string) string {
	name := "terraform-provider-" + path.Base(address) + "_v" + version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(w.plugins(), filepath.FromSlash(address), version, runtime.GOOS+"_"+runtime.GOARCH, name)
}

// cliConfig is a CLI configuration, for Terraform and OpenTofu, that installs providers only from the workspace.
func (w *Workspace) cliConfig() []byte {
	return fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", w.plugins())
}

// inherited are the variables that a program may need to run at all. The user's others, such as TF_, ARM_, AZURE_ and GOGC,
// would change what the CLI and the provider do.
var inherited = []string{"PATH", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL", "SystemRoot", "SystemDrive", "windir"}

// environment is that of a CLI without further variables. It hides the user's variables and home directory.
func (w *Workspace) environment() []string {
	env := []string{
		"HOME=" + w.home(), "USERPROFILE=" + w.home(), "APPDATA=" + filepath.Join(w.home(), "AppData"),
		"TF_CLI_CONFIG_FILE=" + w.configFile(),
		"TF_CLI_ARGS=-no-color", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1",
	}
	for _, name := range inherited {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// Command returns a command of the CLI, to be run in dir with further environment variables, and the buffer for its
// output. If ctx ends, the CLI gets an interrupt, so that it stops the provider.
func (w *Workspace) Command(ctx context.Context, dir string, env []string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, w.CLI.Path, args...) //nolint:gosec // the CLI that was found, with the caller's arguments
	cmd.Dir, cmd.Env = dir, append(w.environment(), env...)
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd, &output
}
