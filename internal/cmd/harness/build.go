package harness

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
)

// moduleRoot returns the root of the repository around the working directory.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("finding the repository: %w", err)
	}
	return string(bytes.TrimSpace(out)), nil
}

// Build builds a package of the repository to the file output, with the flags of `make install` and further ones for
// the linker.
func (w *Workspace) Build(ctx context.Context, output, pkg, ldflags string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", ldflags, "-o", output, pkg) //nolint:gosec // paths of the caller
	cmd.Dir, cmd.Env = w.Repository, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return nil
}
