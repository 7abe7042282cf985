// Command bench measures the provider under the real CLI, beside the CLI's own
// terraform_data and beside a provider that does nothing, all in the same run; see the
// README beside it. `make bench` runs it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
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

// run measures what the environment asks for, and reports it.
func run(ctx context.Context) error {
	settings, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	b, err := setUp(ctx, settings)
	if err != nil {
		return err
	}
	defer b.tearDown()
	for _, n := range settings.calls {
		for round := range settings.runs {
			all := b.subjects()
			for i := range all {
				// Each subject is the first as often as the others.
				s := all[(i+round)%len(all)]
				fmt.Fprintf(os.Stderr, "%d calls, run %d of %d: %s ...\n", n, round+1, settings.runs, s.name)
				if err := b.play(ctx, s, n, round); err != nil {
					return err
				}
			}
		}
	}
	return b.report()
}
