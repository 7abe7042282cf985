// Package terraformcli finds the Terraform or OpenTofu executable that the tests and the demo drive,
// and fetches Terraform when the machine has neither.
//
// It is support for `make test` and `make demo` alone: the provider never imports it.
//
// A test package that runs Terraform hands its TestMain over:
//
//	func TestMain(m *testing.M) { os.Exit(terraformcli.Main(m)) }
package terraformcli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Product says whose CLI an executable is.
type Product string

// The two products that can drive the provider.
const (
	Terraform Product = "terraform"
	OpenTofu  Product = "opentofu"
)

// Environment variables of terraform-plugin-testing, under the names that it documents.
const (
	// EnvPath names the executable to drive. A bare name is looked up on PATH, a relative path is taken
	// from the module root, where make runs.
	EnvPath = "TF_ACC_TERRAFORM_PATH"

	// EnvProviderHost is the host in the source address under which terraform-plugin-testing offers the
	// provider; by default the one that Terraform assumes when a configuration names none.
	EnvProviderHost = "TF_ACC_PROVIDER_HOST"
)

// openTofuProviderHost is the host that OpenTofu assumes for a provider without a source address.
// terraform-plugin-testing has to be told: it assumes Terraform's.
const openTofuProviderHost = "registry.opentofu.org"

// versionTimeout bounds one `version` command. A cold start from a slow disk takes a few seconds.
const versionTimeout = time.Minute

// CLI is an executable that has been run and has said what it is.
type CLI struct {
	Path    string  // absolute
	Product Product // Terraform or OpenTofu
	Version string  // as in `version -json`: "1.11.4", "1.15.0-alpha20260101"
}

// String names the CLI for people: "Terraform 1.11.4 (/usr/local/bin/terraform)".
func (c CLI) String() string {
	name := "Terraform"
	if c.Product == OpenTofu {
		name = "OpenTofu"
	}
	return fmt.Sprintf("%s %s (%s)", name, c.Version, c.Path)
}

// Environment returns what terraform-plugin-testing needs to drive this CLI, as "KEY=value" entries for
// [exec.Cmd.Env].
func (c CLI) Environment() []string {
	env := []string{EnvPath + "=" + c.Path}
	if c.Product == OpenTofu {
		env = append(env, EnvProviderHost+"="+openTofuProviderHost)
	}
	return env
}

// Setenv puts [CLI.Environment] into this process's environment. A provider host that is set already
// stays: tests that name a source address of their own need it.
func (c CLI) Setenv() error {
	for _, entry := range c.Environment() {
		key, value, _ := strings.Cut(entry, "=")
		if key == EnvProviderHost && os.Getenv(key) != "" {
			continue
		}
		if err := os.Setenv(key, value); err != nil {
			return err
		}
	}
	return nil
}

// Main runs a package's tests against the CLI that [Find] returns and gives back the exit code. Without a
// CLI no test runs: the reason goes to standard error and the exit code is 1, so that a run that could
// show nothing never passes for one that did.
func Main(m interface{ Run() int }) int {
	return runTests(context.Background(), newFinder(), m, os.Stderr)
}

func runTests(ctx context.Context, f *finder, m interface{ Run() int }, stderr io.Writer) int {
	cli, err := f.find(ctx)
	if err == nil {
		err = cli.Setenv()
	}
	if err != nil {
		fmt.Fprintf(stderr, "The tests of this package cannot run: %v\n", err)
		return 1
	}
	return m.Run()
}

// inspect runs the executable at path, an absolute path, and asks what it is. `version -json` gives the
// version, and gives it under the same key in both products, so the product comes from `version`.
func inspect(ctx context.Context, path string) (CLI, error) {
	out, err := runVersion(ctx, path, "-json")
	if err != nil {
		return CLI{}, err
	}
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &answer); err != nil || answer.Version == "" {
		return CLI{}, fmt.Errorf("`version -json` gave no version but %q", oneLine(string(out)))
	}
	out, err = runVersion(ctx, path)
	if err != nil {
		return CLI{}, err
	}
	for line := range strings.Lines(string(out)) {
		switch {
		case strings.HasPrefix(line, "Terraform v"):
			return CLI{Path: path, Product: Terraform, Version: answer.Version}, nil
		case strings.HasPrefix(line, "OpenTofu v"):
			return CLI{Path: path, Product: OpenTofu, Version: answer.Version}, nil
		}
	}
	return CLI{}, fmt.Errorf("it is neither Terraform nor OpenTofu: `version` gave %q", oneLine(string(out)))
}

// runVersion returns the standard output of `<path> version <args>`.
func runVersion(ctx context.Context, path string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()

	for {
		var stdout, stderr bytes.Buffer
		cmd := exec.CommandContext(ctx, path, append([]string{"version"}, args...)...) //nolint:gosec // the CLI that was found
		cmd.Env = plainEnvironment()
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		cmd.WaitDelay = time.Second // a killed wrapper script may leave a child that holds the pipes

		err := cmd.Run()
		if errors.Is(err, syscall.ETXTBSY) && ctx.Err() == nil {
			// Another goroutine forked while the download was being written; its child lets go at its exec.
			time.Sleep(10 * time.Millisecond)
			continue
		}
		if err == nil {
			return stdout.Bytes(), nil
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		err = fmt.Errorf("`%s` failed: %w", strings.Join(append([]string{"version"}, args...), " "), err)
		if said := oneLine(stderr.String()); said != "" {
			err = fmt.Errorf("%w: %s", err, said)
		}
		return nil, err
	}
}

// plainEnvironment is this process's environment without what someone has set for their own runs: flags, a
// CLI configuration file, providers to attach to. And no look-up of newer releases on the network.
func plainEnvironment() []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "TF_") })
	return append(env, "CHECKPOINT_DISABLE=1")
}

// oneLine folds white space into single blanks and cuts what is too long for one line of an error.
func oneLine(s string) string {
	const most = 400
	line := []rune(strings.Join(strings.Fields(s), " "))
	if len(line) > most {
		line = append(line[:most], '…')
	}
	return string(line)
}
