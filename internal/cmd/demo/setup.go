package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/cmd/harness"
	"terraform-provider-msgraph/internal/provider"
	"terraform-provider-msgraph/internal/terraformcli"
)

// providerVersion is the version of the demo's build. It cannot be a pre-release such as 0.1.0-dev, which the CLI ignores
// unless the configuration names it.
const providerVersion = "0.1.0"

// demo is a run of the demo.
type demo struct {
	dir        string // temporary, removed at the end
	repository string // its root
	cli        terraformcli.CLI
	standIn    *standIn
	example    string // of the current step; oneCall if empty
	skipped    int    // number of steps that require a newer CLI
}

// setUp finds the CLI, builds the programs, and starts the stand-in.
func setUp(ctx context.Context) (_ *demo, err error) {
	d := &demo{}
	if d.cli, err = terraformcli.Find(ctx); err != nil {
		return nil, err
	}
	if d.repository, err = harness.ModuleRoot(ctx); err != nil {
		return nil, err
	}
	if d.dir, err = os.MkdirTemp("", "msgraph-demo-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			d.close()
		}
	}()

	fmt.Printf("The msgraph provider keeps Microsoft Teams calls alive, shows in the plan when one has ended, and can\n"+
		"place them. This demo runs it with %s\n"+
		"against a stand-in for Microsoft Graph and Entra ID on this machine. No account is needed, and no\n"+
		"request leaves the machine.\n\n", d.cli)
	fmt.Print("Building the provider and the stand-in ... ")
	start := time.Now()
	simulator := filepath.Join(d.dir, "graphsim"+harness.ExecutableSuffix())
	if err := errors.Join(d.build(ctx, d.providerFile(), "."), d.build(ctx, simulator, "./internal/cmd/graphsim")); err != nil {
		fmt.Println("failed.")
		return nil, err
	}
	fmt.Printf("done in %d s.\n", int(time.Since(start).Seconds()+0.5))

	if err := d.writeFiles(); err != nil {
		return nil, err
	}
	if d.standIn, err = startStandIn(simulator, d.caFile()); err != nil {
		return nil, err
	}
	return d, d.introduce()
}

func (d *demo) close() {
	if d.standIn != nil {
		d.standIn.Stop()
	}
	if err := os.RemoveAll(d.dir); err != nil {
		fmt.Fprintln(os.Stderr, "demo: removing the temporary directory:", err)
	}
}

func (d *demo) workDir() string    { return filepath.Join(d.dir, cmp.Or(d.example, oneCall)) }
func (d *demo) pluginDir() string  { return filepath.Join(d.dir, "plugins") }
func (d *demo) homeDir() string    { return filepath.Join(d.dir, "home") }
func (d *demo) configFile() string { return filepath.Join(d.dir, "cli.tfrc") }
func (d *demo) caFile() string     { return filepath.Join(d.dir, "ca.pem") }

// providerFile is where `make install` would install the provider, in the demo's own directory.
func (d *demo) providerFile() string {
	return harness.Plugin(d.pluginDir(), addressFor(provider.Address, d.cli.Product), providerVersion)
}

// build builds a package with the flags of `make install`, which then finds everything compiled.
func (d *demo) build(ctx context.Context, output, pkg string) error {
	return harness.Build(ctx, d.repository, output, pkg, append(os.Environ(), "CGO_ENABLED=0"),
		"-trimpath", "-ldflags", "-X main.version="+providerVersion)
}

// writeFiles copies the examples and writes the CLI configuration with the provider's directory, in the form that Terraform
// and OpenTofu share.
func (d *demo) writeFiles() error {
	copied := func(from ...string) error {
		from = append([]string{d.repository}, from...)
		return os.CopyFS(filepath.Join(d.dir, from[len(from)-1]), os.DirFS(filepath.Join(from...)))
	}
	return errors.Join(
		os.Mkdir(d.homeDir(), 0o700),
		copied("examples", oneCall), copied("examples", oneRun), copied("examples", wholeLab), copied("internal", "cmd", "demo", labDir),
		os.WriteFile(d.configFile(), harness.CLIConfig(d.pluginDir()), 0o644),
	)
}

// introduce prints the configuration and the settings that the steps use.
func (d *demo) introduce() error {
	settings := slices.Clone(d.settings())
	for i, setting := range settings {
		if name, _, _ := strings.Cut(setting, "="); strings.HasSuffix(name, "_SECRET") {
			settings[i] = name + "=(hidden)"
		}
	}
	fmt.Print("\nThe configuration is examples/one-call, with this main.tf:\n\n")
	if err := d.printMain(); err != nil {
		return err
	}
	fmt.Print("\nThe settings come from the environment, as in a pipeline. The MSGRAPH_ variables point the\n" +
		"provider at the stand-in; the real Graph needs none of them.\n\n")
	printQuoted(strings.Join(settings, "\n"))
	return nil
}
