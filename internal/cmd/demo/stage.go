package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/cmd/rig"
	"terraform-provider-msgraph/internal/provider"
	"terraform-provider-msgraph/internal/terraformcli"
)

// providerVersion is the version that the demo's build gets in the folder that the CLI
// installs it from. A pre-release, such as 0.1.0-dev, would not do: without a version in
// the configuration the CLI passes it over.
const providerVersion = "0.1.0"

// stage is everything that the steps play on.
type stage struct {
	dir     string // the demo's own, removed at the end
	module  string // the root of the repository
	cli     terraformcli.CLI
	standIn *standIn
	folder  string // of the step; oneCall when empty
	leftOut int    // how many steps the CLI is too old for
}

// setUp finds the CLI, builds, and starts the stand-in.
func setUp(ctx context.Context) (_ *stage, err error) {
	d := &stage{}
	if d.cli, err = terraformcli.Find(ctx); err != nil {
		return nil, err
	}
	if d.module, err = rig.ModuleRoot(ctx); err != nil {
		return nil, err
	}
	if d.dir, err = os.MkdirTemp("", "msgraph-demo-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			d.tearDown()
		}
	}()

	fmt.Printf("This is the msgraph provider at work: it keeps a Microsoft Teams call alive, and shows in the plan\n"+
		"when the call has ended. %s runs it against a stand-in for\n"+
		"Microsoft Graph and Entra ID on this machine, so no account is needed, and nothing is sent elsewhere.\n\n", d.cli)
	fmt.Print("Building the provider and the stand-in (the first time takes a minute or two) ... ")
	start := time.Now()
	simulator := filepath.Join(d.dir, "graphsim"+rig.ExecutableSuffix())
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

func (d *stage) tearDown() {
	if d.standIn != nil {
		d.standIn.Stop()
	}
	if err := os.RemoveAll(d.dir); err != nil {
		fmt.Fprintln(os.Stderr, "demo: cleaning up:", err)
	}
}

func (d *stage) workDir() string    { return filepath.Join(d.dir, cmp.Or(d.folder, oneCall)) }
func (d *stage) pluginDir() string  { return filepath.Join(d.dir, "plugins") }
func (d *stage) homeDir() string    { return filepath.Join(d.dir, "home") }
func (d *stage) configFile() string { return filepath.Join(d.dir, "cli.tfrc") }
func (d *stage) caFile() string     { return filepath.Join(d.dir, "ca.pem") }

// providerFile is where `make install` would put the provider, in a folder of the demo's own.
func (d *stage) providerFile() string {
	address := soughtAt(provider.Address, d.cli.Product)
	return filepath.Join(d.pluginDir(), filepath.FromSlash(address), providerVersion,
		runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-msgraph_v"+providerVersion+rig.ExecutableSuffix())
}

func (d *stage) build(ctx context.Context, to, pkg string) error {
	return rig.Build(ctx, d.module, to, pkg, nil, "-ldflags", "-X main.version="+providerVersion)
}

// writeFiles copies the examples, and tells the CLI where to find the provider, in words
// that Terraform and OpenTofu both read.
func (d *stage) writeFiles() error {
	return errors.Join(
		os.Mkdir(d.homeDir(), 0o700),
		os.CopyFS(filepath.Join(d.dir, oneCall), os.DirFS(filepath.Join(d.module, "examples", oneCall))),
		os.CopyFS(filepath.Join(d.dir, oneRun), os.DirFS(filepath.Join(d.module, "examples", oneRun))),
		os.WriteFile(d.configFile(), fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", d.pluginDir()), 0o644),
	)
}

// introduce prints what the steps work on: the configuration and its settings.
func (d *stage) introduce() error {
	configuration, err := os.ReadFile(filepath.Join(d.workDir(), "main.tf"))
	if err != nil {
		return err
	}
	settings := slices.Clone(d.settings())
	for i, setting := range settings {
		if name, _, _ := strings.Cut(setting, "="); strings.HasSuffix(name, "_SECRET") {
			settings[i] = name + "=(not shown)"
		}
	}
	fmt.Print("\nThe configuration is examples/one-call. This is its main.tf:\n\n")
	printQuoted(string(configuration))
	fmt.Print("\nThe settings come from the environment, as in a pipeline. Those named MSGRAPH_... point the\n" +
		"provider at the stand-in; the real Graph needs none of them.\n\n")
	printQuoted(strings.Join(settings, "\n"))
	return nil
}
