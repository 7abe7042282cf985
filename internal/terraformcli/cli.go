// Package terraformcli finds the Terraform or OpenTofu executable that the tests, the demo and the benchmark run,
// and downloads Terraform when the machine has neither. The provider never imports it.
//
// A test package that runs Terraform calls it from TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(terraformcli.Main(m)) }
package terraformcli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Product is the CLI that an executable belongs to.
type Product string

// The two CLIs that can run the provider.
const (
	Terraform Product = "terraform"
	OpenTofu  Product = "opentofu"
)

// Environment variables of terraform-plugin-testing.
const (
	// envPath names the executable to run. A bare name is looked up on PATH; a relative path is relative to the
	// module root, where make runs.
	envPath = "TF_ACC_TERRAFORM_PATH"

	// envProviderHost is the host in the provider's source address. terraform-plugin-testing assumes Terraform's
	// default, which OpenTofu does not share.
	envProviderHost = "TF_ACC_PROVIDER_HOST"
)

// openTofuProviderHost is the host that OpenTofu assumes for a provider without a source address.
const openTofuProviderHost = "registry.opentofu.org"

// versionTimeout limits one `version` command. A cold start from a slow disk takes a few seconds.
const versionTimeout = time.Minute

// CLI is an executable whose `version` command has been run.
type CLI struct {
	Path    string  // absolute
	Product Product // Terraform or OpenTofu
	Version string  // without the "v": "1.11.4", "1.15.0-alpha20260101"
}

// String describes the CLI: "Terraform 1.11.4 (/usr/local/bin/terraform)".
func (c CLI) String() string {
	name := "Terraform"
	if c.Product == OpenTofu {
		name = "OpenTofu"
	}
	return fmt.Sprintf("%s %s (%s)", name, c.Version, c.Path)
}

// setenv sets the variables that terraform-plugin-testing needs to run this CLI.
func (c CLI) setenv() error {
	if c.Product == OpenTofu {
		if err := os.Setenv(envProviderHost, openTofuProviderHost); err != nil {
			return err
		}
	}
	return os.Setenv(envPath, c.Path)
}

// Main runs a package's tests with the CLI that [Find] returns, and returns the exit code. Without a CLI no test
// runs: the reason goes to standard error and the exit code is 1, so that a run without Terraform never passes.
func Main(m interface{ Run() int }) int { return runTests(context.Background(), m, os.Stderr) }

func runTests(ctx context.Context, m interface{ Run() int }, stderr io.Writer) int {
	cli, err := Find(ctx)
	if err == nil {
		err = cli.setenv()
	}
	if err != nil {
		fmt.Fprintf(stderr, "The tests of this package cannot run: %v\n", err)
		return 1
	}
	return m.Run()
}

// versionLine is the first line of `terraform version` and `tofu version`.
var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)`)

// inspect runs `version` and returns what it reports.
func inspect(ctx context.Context, path string) (CLI, error) {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "version") //nolint:gosec // the CLI that was found
	cmd.Env = plainEnvironment()
	cmd.WaitDelay = time.Second // a wrapper script may leave a child that holds the pipes open
	out, err := cmd.CombinedOutput()
	if err != nil {
		return CLI{}, fmt.Errorf("%s version: %w\n%s", path, err, out)
	}
	match := versionLine.FindSubmatch(out)
	if match == nil {
		return CLI{}, fmt.Errorf("%s is neither Terraform nor OpenTofu; its version command printed:\n%s", path, out)
	}
	return CLI{Path: path, Product: Product(strings.ToLower(string(match[1]))), Version: string(match[2])}, nil
}

// plainEnvironment is the environment without the user's TF_ variables, which add flags or attach to providers, and
// without the check for newer releases.
func plainEnvironment() []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "TF_") })
	return append(env, "CHECKPOINT_DISABLE=1")
}
