// Command demo shows what the provider does, on this machine alone: `make demo` runs it.
//
// It builds the provider, starts the stand-in for Entra ID and Graph as a process of its
// own, and drives the real Terraform or OpenTofu against examples/one-call through the life
// of one call. Each step prints its command, what the CLI said, and what came of it, and
// checks that; the first check that fails ends the demo with exit code 1.
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
)

func main() { os.Exit(perform(run, os.Stderr)) }

// perform runs the demo until it ends or is interrupted, says how it failed if it did, and returns the exit code.
func perform(run func(context.Context) error, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	err := run(ctx)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(stderr, "\nThe demo was interrupted. Nothing of it is left behind.")
	case errors.Is(err, errClaimFailed):
		_, _ = fmt.Fprintln(stderr, "\nThe demo failed: a check above did not hold.")
	default:
		_, _ = fmt.Fprintln(stderr, "\nThe demo failed:", err)
	}
	return 1
}

// run sets the stage, plays every step, and cleans up whatever happens.
func run(ctx context.Context) error {
	d, err := setUp(ctx)
	if err != nil {
		return err
	}
	defer d.tearDown()

	start := time.Now()
	for number, s := range steps {
		if err := d.play(ctx, number+1, s); err != nil {
			return err
		}
	}
	played := fmt.Sprintf("All %d steps", len(steps))
	if d.leftOut > 0 {
		played = fmt.Sprintf("%d of %d steps", len(steps)-d.leftOut, len(steps))
	}
	fmt.Printf("\n%s did what they claim, in %d seconds. Nothing of them is left behind.\n",
		played, int(time.Since(start).Seconds()+0.5))
	return nil
}
