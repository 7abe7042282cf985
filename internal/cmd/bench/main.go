// Command bench measures the provider under the real CLI, beside terraform_data and a provider without logic in the same
// run. `make bench` runs it; the README beside it explains the results.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"terraform-provider-msgraph/internal/cmd/harness"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures and reports what the environment variables select.
func run(ctx context.Context) error {
	settings, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	w, err := harness.NewWorkspace(ctx, "msgraph-bench-")
	if err != nil {
		return err
	}
	defer w.Close()
	b := &bench{settings: settings, Workspace: w}
	if err := b.setUp(ctx); err != nil {
		return err
	}
	for _, n := range settings.sizes() {
		for round := range settings.runs {
			all := b.variantsFor(n)
			for i := range all {
				v := all[(i+round)%len(all)] // each variant is the first equally often
				fmt.Fprintf(os.Stderr, "%d calls, run %d of %d: %s ...\n", n, round+1, settings.runs, v.name)
				if err := b.runVariant(ctx, v, n, round); err != nil {
					return err
				}
			}
		}
	}
	return b.report()
}
