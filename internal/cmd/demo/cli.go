package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"terraform-provider-msgraph/internal/cmd/harness"
	"terraform-provider-msgraph/internal/terraformcli"
)

// command is the command that a user types.
func (d *demo) command() string {
	if d.cli.Product == terraformcli.OpenTofu {
		return "tofu"
	}
	return "terraform"
}

// runCLI runs one command of the CLI. Its failure is part of the outcome, not an error.
func (d *demo) runCLI(ctx context.Context, args []string) (outcome, error) {
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, d.cli.Path, args...) //nolint:gosec // the CLI that was found, with the demo's arguments
	cmd.Dir, cmd.Env = d.workDir(), d.environment()
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it stops the provider
	cmd.WaitDelay = 10 * time.Second

	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && (ctx.Err() != nil || !errors.As(err, &exit)) {
		return outcome{}, fmt.Errorf("running %s: %w\n%s", d.cli, err, output.String())
	}
	o := outcome{exitCode: cmd.ProcessState.ExitCode(), output: output.String()}
	if o.requests, err = d.standIn.requests(ctx); err != nil {
		return outcome{}, err
	}
	if o.call, err = d.standIn.call(ctx); err != nil {
		return outcome{}, err
	}
	o.placed, err = d.standIn.placed(ctx)
	return o, err
}

// settings are the environment variables that a user would set.
func (d *demo) settings() []string {
	return append(d.standIn.Settings(d.caFile()), "TF_VAR_call_id="+callID, "TF_VAR_renew_after="+renewAfter.String())
}

// environment is the whole environment of the CLI.
func (d *demo) environment() []string {
	all := append(d.settings(), harness.Environment(d.homeDir(), d.configFile())...)
	if d.example == wholeLab {
		all = append(all, placingSettings...)
	}
	return all
}
