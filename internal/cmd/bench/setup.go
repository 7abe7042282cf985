package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"terraform-provider-msgraph/internal/cmd/harness"
	"terraform-provider-msgraph/internal/provider"
	"terraform-provider-msgraph/internal/terraformcli"
)

// bench is one run of the benchmark.
type bench struct {
	settings
	cli        terraformcli.CLI
	dir        string // temporary, removed at the end
	repository string // its root
	size       int64  // of the provider's executable, in bytes
	standIn    *standIn
	samples    []sample
}

// setUp builds the programs as a release does and starts the stand-in.
func setUp(ctx context.Context, s settings) (_ *bench, err error) {
	b := &bench{settings: s}
	if b.cli, err = terraformcli.Find(ctx); err != nil {
		return nil, err
	}
	if b.repository, err = harness.ModuleRoot(ctx); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "msgraph-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	graphsim := filepath.Join(b.dir, "graphsim"+harness.ExecutableSuffix())
	if err := errors.Join(
		b.build(ctx, b.plugin(provider.Address), "."),
		b.build(ctx, b.plugin(baselineAddress), "./internal/cmd/baseline"),
		b.build(ctx, graphsim, "./internal/cmd/graphsim"),
		os.Mkdir(b.homeDir(), 0o700),
		os.WriteFile(b.configFile(), harness.CLIConfig(b.pluginDir()), 0o600),
	); err != nil {
		return nil, err
	}
	info, err := os.Stat(b.plugin(provider.Address))
	if err != nil {
		return nil, err
	}
	b.size = info.Size()
	if b.standIn, err = startStandIn(graphsim, b.caFile()); err != nil {
		return nil, err
	}
	// With Graph's clock ahead of this machine's, every apply finds a due call due by both, and need not ask for the time.
	return b, b.standIn.AdvanceClock(ctx, pastRenewal)
}

func (b *bench) close() {
	if b.standIn != nil {
		b.standIn.Stop()
	}
	if err := os.RemoveAll(b.dir); err != nil {
		fmt.Fprintln(os.Stderr, "bench: removing the temporary directory:", err)
	}
}

func (b *bench) pluginDir() string  { return filepath.Join(b.dir, "plugins") }
func (b *bench) homeDir() string    { return filepath.Join(b.dir, "home") }
func (b *bench) configFile() string { return filepath.Join(b.dir, "cli.tfrc") }
func (b *bench) caFile() string     { return filepath.Join(b.dir, "ca.pem") }

func (b *bench) plugin(address string) string { return harness.Plugin(b.pluginDir(), address, "0.1.0") }

func (b *bench) build(ctx context.Context, output, pkg string) error {
	return harness.Build(ctx, b.repository, output, pkg, append(os.Environ(), "CGO_ENABLED=0"), "-trimpath", "-ldflags", "-s -w")
}
