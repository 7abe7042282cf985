package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"time"

	"terraform-provider-msgraph/internal/cmd/rig"
	"terraform-provider-msgraph/internal/provider"
	"terraform-provider-msgraph/internal/terraformcli"
)

// bench is a run.
type bench struct {
	settings
	cli     terraformcli.CLI
	dir     string // of its own, removed at the end
	module  string // the root of the repository
	size    int64  // of the provider's executable, in bytes
	standIn *standIn
	samples []sample
}

// sample is one step of one subject, measured once.
type sample struct {
	subject, step string
	calls, round  int
	usage
	traffic
}

// setUp builds what is measured as a release does, and starts the stand-in.
func setUp(ctx context.Context, s settings) (_ *bench, err error) {
	b := &bench{settings: s}
	if b.cli, err = terraformcli.Find(ctx); err != nil {
		return nil, err
	}
	if b.module, err = rig.ModuleRoot(ctx); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "msgraph-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.tearDown()
		}
	}()
	simulator := filepath.Join(b.dir, "graphsim"+rig.ExecutableSuffix())
	if err := errors.Join(
		b.build(ctx, b.plugin(provider.Address), "."),
		b.build(ctx, b.plugin("terraform.local/local/empty"), "./internal/cmd/emptyprovider"),
		b.build(ctx, b.plugin("terraform.local/local/twin"), "./internal/cmd/twinprovider"),
		b.build(ctx, simulator, "./internal/cmd/graphsim"),
		os.Mkdir(filepath.Join(b.dir, "home"), 0o700),
		os.WriteFile(b.configFile(),
			fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", b.plugins()),
			0o600),
	); err != nil {
		return nil, err
	}
	info, err := os.Stat(b.plugin(provider.Address))
	if err != nil {
		return nil, err
	}
	b.size = info.Size()
	b.standIn, err = startStandIn(simulator, b.caFile())
	return b, err
}

func (b *bench) tearDown() {
	if b.standIn != nil {
		b.standIn.Stop()
	}
	if err := os.RemoveAll(b.dir); err != nil {
		fmt.Fprintln(os.Stderr, "bench: cleaning up:", err)
	}
}

func (b *bench) plugins() string    { return filepath.Join(b.dir, "plugins") }
func (b *bench) configFile() string { return filepath.Join(b.dir, "cli.tfrc") }
func (b *bench) caFile() string     { return filepath.Join(b.dir, "ca.pem") }

// plugin is where the CLI finds the provider of that address.
func (b *bench) plugin(address string) string {
	return filepath.Join(b.plugins(), filepath.FromSlash(address), "0.1.0", runtime.GOOS+"_"+runtime.GOARCH,
		"terraform-provider-"+path.Base(address)+"_v0.1.0"+rig.ExecutableSuffix())
}

func (b *bench) build(ctx context.Context, to, pkg string) error {
	return rig.Build(ctx, b.module, to, pkg, append(os.Environ(), "CGO_ENABLED=0"), "-trimpath", "-ldflags", "-s -w")
}

// play measures all steps of a subject, one after the other, in a folder of their own.
func (b *bench) play(ctx context.Context, s subject, n, round int) error {
	work, err := os.MkdirTemp(b.dir, "work-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(s.config), 0o600); err != nil {
		return err
	}
	if s.ours {
		if err := b.standIn.placeCalls(ctx, n); err != nil {
			return err
		}
	}
	if _, err := b.measure(ctx, work, n, "1", "init"); err != nil {
		return err
	}
	latency := b.latency
	if s.prompt {
		latency = 0
	}
	if err := b.standIn.slow(ctx, latency); err != nil {
		return err
	}
	generation, steps := "1", steps
	if n > b.applied {
		steps = []step{planStep}
		if _, err := b.measure(ctx, work, 1, generation, "apply", "-auto-approve"); err != nil {
			return err
		}
		if err := multiplyState(filepath.Join(work, "terraform.tfstate"), n); err != nil {
			return err
		}
	}
	for _, step := range steps {
		if step.due {
			generation = "2"
			if err := b.standIn.MoveClock(ctx, pastRenewal); err != nil {
				return err
			}
		}
		if err := b.standIn.forget(ctx); err != nil {
			return err
		}
		used, err := b.measure(ctx, work, n, generation, step.args...)
		if err != nil {
			return err
		}
		seen, err := b.standIn.traffic(ctx)
		if err != nil {
			return err
		}
		if s.ours && seen.graph != n*step.requests {
			return fmt.Errorf("%s of %d calls: Graph got %d requests, want %d: what was measured is not what was meant",
				step.name, n, seen.graph, n*step.requests)
		}
		b.samples = append(b.samples, sample{subject: s.name, step: step.name, calls: n, round: round, usage: used, traffic: seen})
	}
	return nil
}

// pastRenewal is how long after a keepAlive a call is due for the next, by the default of
// renew_after, and has not ended.
const pastRenewal = 15 * time.Minute
