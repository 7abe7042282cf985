package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sample is one measurement of one step of a variant.
type sample struct {
	variant, step string
	calls, round  int
	usage
	traffic
}

// usage is what one command of the CLI used from start to end.
type usage struct {
	wall                time.Duration
	cliCPU, providerCPU time.Duration
	providerMemory      int64 // peak, in bytes; 0 where the system does not show it
}

// pastRenewal is longer than the default of renew_after, and shorter than the life of a call.
const pastRenewal = 15 * time.Minute

// runVariant measures every step of a variant, one after the other, in a directory of its own.
func (b *bench) runVariant(ctx context.Context, v variant, n, round int) error {
	dir, err := os.MkdirTemp(b.Dir, "work-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(v.config), 0o600); err != nil {
		return err
	}
	if v.requests != nil {
		b.placeCalls(n)
		if err := writeCalls(filepath.Join(dir, callsFile), n); err != nil {
			return err
		}
	}
	if _, err := b.measure(ctx, dir, n, "1", "init"); err != nil {
		return err
	}
	latency := b.latency
	if v.noLatency {
		latency = 0
	}
	b.delay(latency)
	generation := 1
	steps, multiplied := b.stepsFor(v, n)
	if multiplied {
		if _, err := b.measure(ctx, dir, 1, "1", "apply", "-auto-approve"); err != nil {
			return err
		}
		if err := multiplyState(filepath.Join(dir, "terraform.tfstate"), n); err != nil {
			return err
		}
	}
	for _, step := range steps {
		if step.due {
			generation++
			b.StandIn.Clock.Advance(pastRenewal)
		}
		if step.throttled {
			b.throttle(n)
		}
		s := sample{variant: v.name, step: step.name, calls: n, round: round}
		b.resetTraffic()
		if s.usage, err = b.measure(ctx, dir, n, strconv.Itoa(generation), step.args...); err != nil {
			return err
		}
		s.traffic = b.traffic()
		if v.requests != nil && s.graph != v.requests(step, n) {
			return fmt.Errorf("%s of %d calls: Graph received %d requests instead of %d, so the measurement is not valid",
				step.name, n, s.graph, v.requests(step, n))
		}
		b.samples = append(b.samples, s)
	}
	return nil
}

// measure runs one command of the CLI, which must succeed.
func (b *bench) measure(ctx context.Context, dir string, n int, generation string, args ...string) (usage, error) {
	env := append(b.StandIn.Settings(), "TF_VAR_n="+strconv.Itoa(n), "TF_VAR_generation="+generation)
	cmd, output := b.Command(ctx, dir, env, args...)
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	stop := monitorChildren(cmd.Process.Pid)
	err := cmd.Wait()
	u := usage{wall: time.Since(start)}
	u.providerCPU, u.providerMemory = stop()
	if err != nil {
		return usage{}, fmt.Errorf("%s %s: %w\n%s", b.CLI, args[0], err, tail(output.String()))
	}
	// The times of a process include those of the children that it has waited for.
	u.cliCPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() - u.providerCPU
	return u, nil
}

// tail returns the last lines of an output, where errors are.
func tail(output string) string {
	lines := strings.Split(output, "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}
