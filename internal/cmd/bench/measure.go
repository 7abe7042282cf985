package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is what one command of the CLI took, from its start to its end.
type usage struct {
	wall              time.Duration
	cliCPU, pluginCPU time.Duration // of the CLI; of all providers that it started
	cliRSS, pluginRSS int64         // the most at any time, in bytes; 0 where it cannot be told
}

// measure runs one command of the CLI, which has to succeed.
func (b *bench) measure(ctx context.Context, dir string, n int, generation string, args ...string) (usage, error) {
	cmd := exec.CommandContext(ctx, b.cli.Path, args...) //nolint:gosec // the CLI that was found
	cmd.Dir, cmd.Env = dir, b.environment(n, generation)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it ends the provider
	cmd.WaitDelay = 10 * time.Second
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output

	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	watched := watch(cmd.Process.Pid)
	err := cmd.Wait()
	u := usage{wall: time.Since(start)}
	plugins := watched.stop()
	if err != nil {
		return usage{}, fmt.Errorf("%s %s: %w\n%s", b.cli, args[0], err, tail(output.String()))
	}
	// The times of a process are those of the children that it has waited for, too.
	u.pluginCPU, u.pluginRSS, u.cliRSS = plugins.cpu, plugins.rss, plugins.parentRSS
	u.cliCPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() - plugins.cpu
	return u, nil
}

// kept are the variables that a program may need to run at all. The user's others stay away:
// TF_..., ARM_..., GOGC and such would change what is measured.
var kept = []string{"PATH", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL", "SystemRoot", "SystemDrive", "windir"}

// environment is the whole environment of the CLI.
func (b *bench) environment(n int, generation string) []string {
	home := filepath.Join(b.dir, "home")
	env := []string{
		"ARM_TENANT_ID=" + b.standIn.TenantID,
		"ARM_CLIENT_ID=" + b.standIn.ClientID,
		"ARM_CLIENT_SECRET=" + b.standIn.ClientSecret,
		"MSGRAPH_GRAPH_ENDPOINT=" + b.standIn.GraphEndpoint,
		"MSGRAPH_AUTHORITY_HOST=" + b.standIn.AuthorityHost,
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true",
		"MSGRAPH_CA_CERTIFICATE_FILE=" + b.caFile(),
		"TF_VAR_n=" + strconv.Itoa(n), "TF_VAR_generation=" + generation,
		"HOME=" + home, "USERPROFILE=" + home, "APPDATA=" + filepath.Join(home, "AppData"),
		"TF_CLI_CONFIG_FILE=" + b.configFile(),
		"TF_CLI_ARGS=-no-color", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1",
	}
	for _, name := range kept {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// tail is the end of a long output, where errors are.
func tail(output string) string {
	lines := strings.Split(output, "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}
