package main

import (
	"context"
	"errors"
	"os"

	"terraform-provider-msgraph/internal/cmd/harness"
	"terraform-provider-msgraph/internal/provider"
)

// version is that of the providers. It has no meaning.
const version = "0.1.0"

// bench is one run of the benchmark.
type bench struct {
	settings
	*harness.Workspace

	size    int64  // of the provider's executable, in bytes
	before  counts // at the start of the step
	samples []sample
}

// setUp builds the programs as a release does.
func (b *bench) setUp(ctx context.Context) error {
	const stripped = "-s -w"
	plugin := b.Plugin(provider.Address, version)
	if err := errors.Join(
		b.Build(ctx, plugin, ".", stripped),
		b.Build(ctx, b.Plugin(baselineAddress, version), "./internal/cmd/baseline", stripped),
	); err != nil {
		return err
	}
	info, err := os.Stat(plugin)
	if err != nil {
		return err
	}
	b.size = info.Size()
	// With Graph's clock ahead of this machine's, every apply finds a due call due by both, and need not ask for the time.
	b.StandIn.Clock.Advance(pastRenewal)
	return nil
}
