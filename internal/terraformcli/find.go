package terraformcli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/httpclient"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

const (
	// fetchedVersion is the Terraform release that is fetched when the machine has no CLI. It is pinned, and
	// not the newest, so that a run does not change by itself; 1.11.4 is the one that the project is tested with.
	fetchedVersion = "1.11.4"

	// downloadDir, under the module root, holds what was fetched. Git ignores it, and so does the go command
	// because of the dot.
	downloadDir = ".terraform-cli"

	// downloadTimeout bounds one download of about 30 MB, so that a network which swallows packets ends in
	// an error before `go test` gives up after its ten minutes.
	downloadTimeout = 5 * time.Minute
)

// Find returns the Terraform or OpenTofu executable to drive: the first there is of
//
//  1. the one that TF_ACC_TERRAFORM_PATH names,
//  2. terraform on PATH,
//  3. tofu on PATH,
//  4. Terraform, fetched earlier into .terraform-cli at the module root,
//  5. Terraform, fetched now into that folder, its checksum and HashiCorp's signature verified.
//
// One that is there and does not run is an error, and is not passed over for the next: tests that quietly
// ran with another CLI than expected would mislead. So is finding none; that error says what was looked
// for, why the download failed and what to do. Only step 5 needs a network; it says on standard error
// what it does. Calls may run at the same time, in one process or in several.
func Find(ctx context.Context) (CLI, error) { return newFinder().find(ctx) }

// finder is Find with its surroundings as fields, so that tests can show every branch.
type finder struct {
	getenv   func(string) string
	lookPath func(string) (string, error)
	startDir string    // where the search for the module root begins; "" is the working directory
	notify   io.Writer // told before a download

	releasesURL string // "" is HashiCorp's release site
	publicKey   string // armored; "" is HashiCorp's key
}

func newFinder() *finder {
	return &finder{getenv: os.Getenv, lookPath: exec.LookPath, notify: os.Stderr}
}

func (f *finder) find(ctx context.Context) (CLI, error) {
	if named := f.getenv(EnvPath); named != "" {
		return f.findNamed(ctx, named)
	}
	for _, name := range []string{"terraform", "tofu"} {
		path, err := f.lookPath(name)
		if errors.Is(err, exec.ErrNotFound) {
			continue
		}
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil {
			return CLI{}, fmt.Errorf("looking for %s on PATH: %w", name, err)
		}
		cli, err := inspect(ctx, path)
		if err != nil {
			return CLI{}, fmt.Errorf("%s, found on PATH, does not run: %w\n"+
				"Repair it, take it off PATH, or set %s to another Terraform or OpenTofu", path, err, EnvPath)
		}
		return cli, nil
	}
	return f.findFetched(ctx)
}

// findNamed returns the CLI that the environment names.
func (f *finder) findNamed(ctx context.Context, named string) (CLI, error) {
	path, err := named, error(nil)
	switch {
	case filepath.IsAbs(named):
	case filepath.Base(named) == named:
		if path, err = f.lookPath(named); err == nil {
			path, err = filepath.Abs(path)
		}
	default:
		var root string
		if root, err = moduleRoot(f.startDir); err == nil {
			path = filepath.Join(root, named)
		}
	}
	var cli CLI
	if err == nil {
		cli, err = inspect(ctx, path)
	}
	if err != nil {
		return CLI{}, fmt.Errorf("%s is %q, which does not run: %w\n"+
			"Set it to a Terraform or OpenTofu executable, or unset it to have one looked for", EnvPath, named, err)
	}
	return cli, nil
}

// findFetched returns the Terraform in the project's folder, and fetches it if it is not there.
func (f *finder) findFetched(ctx context.Context) (CLI, error) {
	root, err := moduleRoot(f.startDir)
	if err != nil {
		return CLI{}, fmt.Errorf("%s is not set, neither terraform nor tofu is on PATH, and there is no folder to fetch Terraform into: %w",
			EnvPath, err)
	}
	// The platform is part of the name: a checkout may be shared with a container or a virtual machine.
	dir := filepath.Join(root, downloadDir, fmt.Sprintf("terraform_%s_%s_%s", fetchedVersion, runtime.GOOS, runtime.GOARCH))
	path := filepath.Join(dir, product.Terraform.BinaryName())

	_, err = os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.fetch(ctx, dir); err != nil {
			return CLI{}, fmt.Errorf("there is no Terraform or OpenTofu to run.\n"+
				"Looked for: %s (not set), terraform and tofu on PATH (not there), an earlier download in %s (none).\n"+
				"Fetching Terraform %s failed: %s\n"+
				"Install Terraform (1.0 or newer) or OpenTofu (1.6 or newer) so that it is on PATH, or set %s to the executable",
				EnvPath, dir, fetchedVersion, oneLine(err.Error()), EnvPath)
		}
		err = nil
	}
	var cli CLI
	if err == nil {
		cli, err = inspect(ctx, path)
	}
	if err != nil {
		return CLI{}, fmt.Errorf("%s, fetched earlier, does not run: %w\nDelete %s to have it fetched again", path, err, dir)
	}
	return cli, nil
}

// fetch installs Terraform as dir. It is unpacked and tried out beside dir and then renamed, so that dir
// is never there in part, whoever else fetches at the same time.
func (f *finder) fetch(ctx context.Context, dir string) (err error) {
	wanted, err := version.NewVersion(fetchedVersion)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil { //nolint:gosec // for every user, like the rest of a checkout
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "fetching-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }() // renamed, it is not there any more

	fmt.Fprintf(f.notify, "Neither terraform nor tofu is on PATH: fetching Terraform %s into %s\n", fetchedVersion, dir)
	source := &releases.ExactVersion{
		Product:          product.Terraform,
		Version:          wanted,
		InstallDir:       temp,
		Timeout:          downloadTimeout,
		ApiBaseURL:       f.releasesURL,
		ArmoredPublicKey: f.publicKey,
		HTTPClient: httpclient.New(func(c *retryablehttp.Client) {
			// One more try. The default of four has someone without a network wait 15 s for the reason.
			c.RetryMax, c.RetryWaitMax = 1, time.Second
		}),
	}
	var steps strings.Builder
	source.SetLogger(log.New(&steps, "", 0))
	path, err := source.Install(ctx)
	if err != nil {
		return installError(err, steps.String())
	}
	cli, err := inspect(ctx, path)
	if err != nil {
		return fmt.Errorf("what was fetched does not run: %w", err)
	}
	if cli.Version != fetchedVersion {
		return fmt.Errorf("what was fetched says that it is version %s", cli.Version)
	}
	// Both are the owner's alone so far; a cache made by root in a container should serve the next user too.
	if err := errors.Join(os.Chmod(temp, 0o755), os.Chmod(path, 0o755)); err != nil { //nolint:gosec // the same
		return err
	}
	if err := os.Rename(temp, dir); err != nil {
		if _, there := os.Stat(filepath.Join(dir, filepath.Base(path))); there != nil {
			return err
		}
		// Someone else was quicker, and fetched the same.
	}
	return nil
}

// installError returns why hc-install failed. Up to v0.10.0 it loses the error of an archive that was cut
// short or has the wrong checksum, unpacks nothing, and then complains that there is no file to make
// executable; the reason stands in its log alone.
func installError(err error, steps string) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for line := range strings.Lines(steps) {
		if strings.HasPrefix(line, "checksum does not match") || strings.HasPrefix(line, "failed to calculate hash") {
			return errors.New(strings.TrimSpace(line))
		}
	}
	return err
}

// moduleRoot returns the folder of the go.mod at or above start, or above the working directory.
func moduleRoot(start string) (string, error) {
	start, err := filepath.Abs(start) // "" is the working directory
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && info.Mode().IsRegular() {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod in %s or above it", start)
		}
	}
}
