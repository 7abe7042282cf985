package harness

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

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
