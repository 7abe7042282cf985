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
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/provider"
)

// providerVersion is the version of the demo's build. It cannot be a pre-release such as 0.1.0-dev, which the CLI ignores
// unless the configuration names it.
const providerVersion = "0.1.0"

// demo is a run of the demo.
type demo struct {
	*harness.Workspace

	example string // of the current step; oneCall if empty
	skipped int    // number of steps that require a newer CLI
}

// setUp builds the provider, and has everything ready for the first step.
func (d *demo) setUp(ctx context.Context) error {
	fmt.Printf("The msgraph provider keeps Microsoft Teams calls alive, shows in the plan when one has ended, and can\n"+
		"place them. This demo runs it with %s\n"+
		"against a stand-in for Microsoft Graph and Entra ID on this machine. No account is needed, and no\n"+
		"request leaves the machine.\n\n", d.CLI)
	fmt.Print("Building the provider ... ")
	start := time.Now()
	plugin := d.Plugin(addressFor(provider.Address, d.CLI.Product), providerVersion)
	const ldflags = "-X main.version=" + providerVersion // those of `make install`, which then finds everything compiled
	if err := d.Build(ctx, plugin, ".", ldflags); err != nil {
		fmt.Println("failed.")
		return err
	}
	fmt.Printf("done in %d s.\n", int(time.Since(start).Seconds()+0.5))

	if err := d.copyExamples(); err != nil {
		return err
	}
	d.StandIn.PlaceCall(graphsim.Call{ID: callID})
	return d.introduce()
}

func (d *demo) workDir() string { return filepath.Join(d.Dir, cmp.Or(d.example, oneCall)) }

// copyExamples copies the examples into the demo's directory.
func (d *demo) copyExamples() error {
	copied := func(from ...string) error {
		from = append([]string{d.Repository}, from...)
		return os.CopyFS(filepath.Join(d.Dir, from[len(from)-1]), os.DirFS(filepath.Join(from...)))
	}
	return errors.Join(
		copied("examples", oneCall), copied("examples", oneRun), copied("examples", wholeLab), copied("internal", "cmd", "demo", labDir))
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
