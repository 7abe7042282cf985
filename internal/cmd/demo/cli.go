package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

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
	o.call, err = d.standIn.call(ctx)
	return o, err
}

// settings are the environment variables that a user would set.
func (d *demo) settings() []string {
	return []string{
		"ARM_TENANT_ID=" + d.standIn.TenantID,
		"ARM_CLIENT_ID=" + d.standIn.ClientID,
		"ARM_CLIENT_SECRET=" + d.standIn.ClientSecret,
		"MSGRAPH_GRAPH_ENDPOINT=" + d.standIn.GraphEndpoint,
		"MSGRAPH_AUTHORITY_HOST=" + d.standIn.AuthorityHost,
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true",
		"MSGRAPH_CA_CERTIFICATE_FILE=" + d.caFile(),
		"TF_VAR_call_id=" + callID,
		"TF_VAR_renew_after=" + renewAfter.String(),
	}
}

// inherited are the variables that a program may need to run at all. The user's others, such as TF_, ARM_ and AZURE_,
// would change what the CLI does.
var inherited = []string{"PATH", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL", "SystemRoot", "SystemDrive", "windir"}

// environment is the whole environment of the CLI. It hides the user's home directory and the CLI configuration in it.
func (d *demo) environment() []string {
	env := d.settings()
	for _, name := range inherited {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return append(env,
		"HOME="+d.homeDir(), "USERPROFILE="+d.homeDir(), "APPDATA="+filepath.Join(d.homeDir(), "AppData"),
		"TF_CLI_CONFIG_FILE="+d.configFile(),
		"TF_CLI_ARGS=-no-color", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1",
	)
}
