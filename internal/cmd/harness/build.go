package harness

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

// ModuleRoot returns the root of the repository around the working directory.
func ModuleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("finding the repository: %w", err)
	}
	return string(bytes.TrimSpace(out)), nil
}

// Build builds a package of the repository at root to the file output. env is the go command's environment; nil means
// that of this process.
func Build(ctx context.Context, root, output, pkg string, env []string, flags ...string) error {
	arguments := append([]string{"build"}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(arguments, "-o", output, pkg)...) //nolint:gosec // paths of the caller
	cmd.Dir, cmd.Env = root, env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// ExecutableSuffix is the suffix of executables on this platform.
func ExecutableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
