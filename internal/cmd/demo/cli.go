package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"terraform-provider-msgraph/internal/terraformcli"
)

// command is the command that a user types.
func (d *demo) command() string {
	if d.CLI.Product == terraformcli.OpenTofu {
		return "tofu"
	}
	return "terraform"
}

// runCLI runs one command of the CLI. Its failure is part of the outcome, not an error.
func (d *demo) runCLI(ctx context.Context, args []string) (outcome, error) {
	cmd, output := d.Command(ctx, d.workDir(), append(d.settings(), placingSettings...), args...)
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && (ctx.Err() != nil || !errors.As(err, &exit)) {
		return outcome{}, fmt.Errorf("running %s: %w\n%s", d.CLI, err, output.String())
	}
	o := outcome{exitCode: cmd.ProcessState.ExitCode(), output: output.String(), requests: d.StandIn.Requests()}
	o.call, _ = d.StandIn.Call(callID)
	for _, placed := range d.StandIn.Placed() {
		call, _ := d.StandIn.Call(placed.ID)
		o.placed = append(o.placed, call)
	}
	return o, nil
}

// settings are the environment variables that a user would set.
func (d *demo) settings() []string {
	return append(d.StandIn.Settings(), "TF_VAR_call_id="+callID)
}
