// Command demo shows what the provider does, without an account. `make demo` runs it.
//
// It builds the provider, starts the stand-in for Entra ID and Graph, and runs the real Terraform or OpenTofu with
// examples/one-call through the life of one call, with a lab of many, and with examples/whole-lab, which places calls. Each
// step prints its command, the CLI's output, and the facts that it has checked. The first step that fails a check ends the
// demo with exit code 1.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"terraform-provider-msgraph/internal/cmd/harness"
)

func main() { os.Exit(execute(run, os.Stderr)) }

// execute runs the demo until it ends or is interrupted, reports a failure, and returns the exit code.
func execute(run func(context.Context) error, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := run(ctx)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(stderr, "\nThe demo was interrupted. Its files have been removed.")
	case errors.Is(err, errUnexpected):
		_, _ = fmt.Fprintln(stderr, "\nThe demo failed: the check marked ✗ above did not pass.")
	default:
		_, _ = fmt.Fprintln(stderr, "\nThe demo failed:", err)
	}
	return 1
}

// run sets up the demo, runs every step, and always removes the demo's files.
func run(ctx context.Context) error {
	w, err := harness.NewWorkspace(ctx, "msgraph-demo-")
	if err != nil {
		return err
	}
	defer w.Close()
	d := &demo{Workspace: w}
	if err := d.setUp(ctx); err != nil {
		return err
	}

	start := time.Now()
	for number, s := range steps {
		if err := d.runStep(ctx, number+1, s); err != nil {
			return err
		}
	}
	passed := fmt.Sprintf("All %d steps", len(steps))
	if d.skipped > 0 {
		passed = fmt.Sprintf("%d of %d steps", len(steps)-d.skipped, len(steps))
	}
	fmt.Printf("\n%s passed their checks in %d seconds. The demo's files have been removed.\n",
		passed, int(time.Since(start).Seconds()+0.5))
	return nil
}
