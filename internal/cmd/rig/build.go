package rig

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

// ModuleRoot returns the root of the repository that the program runs in.
func ModuleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("looking for the repository: %w", err)
	}
	return string(bytes.TrimSpace(out)), nil
}

// Build builds a package of the repository at root into the file to. env is the go command's
// environment, this process's own when it is nil.
func Build(ctx context.Context, root, to, pkg string, env []string, flags ...string) error {
	arguments := append([]string{"build"}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(arguments, "-o", to, pkg)...) //nolint:gosec // the caller's own paths
	cmd.Dir, cmd.Env = root, env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// ExecutableSuffix ends the names of programs on this system.
func ExecutableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
