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
func setUp(ctx context.Context, s settings) (_ *bench, err error) {
	b := &bench{settings: s}
	if b.Workspace, err = harness.NewWorkspace(ctx, "msgraph-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.Close()
		}
	}()
	const stripped = "-s -w"
	plugin := b.Plugin(provider.Address, version)
	if err := errors.Join(
		b.Build(ctx, plugin, ".", stripped),
		b.Build(ctx, b.Plugin(baselineAddress, version), "./internal/cmd/baseline", stripped),
	); err != nil {
		return nil, err
	}
	info, err := os.Stat(plugin)
	if err != nil {
		return nil, err
	}
	b.size = info.Size()
	// With Graph's clock ahead of this machine's, every apply finds a due call due by both, and need not ask for the time.
	b.StandIn.Clock.Advance(pastRenewal)
	return b, nil
}
