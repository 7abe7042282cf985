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
	if d.cli.Product == terraformcli.OpenTofu {
		return "tofu"
	}
	return "terraform"
}

// runCLI runs one command of the CLI. Its failure is part of the outcome, not an error.
func (d *demo) runCLI(ctx context.Context, args []string) (outcome, error) {
	env := d.settings()
	if d.example == wholeLab {
		env = append(env, placingSettings...)
	}
	cmd, output := d.Command(ctx, d.cli.Path, d.workDir(), env, args...)
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && (ctx.Err() != nil || !errors.As(err, &exit)) {
		return outcome{}, fmt.Errorf("running %s: %w\n%s", d.cli, err, output.String())
	}
	o := outcome{exitCode: cmd.ProcessState.ExitCode(), output: output.String(), requests: d.standIn.Requests()}
	o.call, _ = d.standIn.Call(callID)
	for _, placed := range d.standIn.Placed() {
		call, _ := d.standIn.Call(placed.ID)
		o.placed = append(o.placed, call)
	}
	return o, nil
}

// settings are the environment variables that a user would set.
func (d *demo) settings() []string {
	return append(d.standIn.Settings(), "TF_VAR_call_id="+callID, "TF_VAR_renew_after="+renewAfter.String())
}
