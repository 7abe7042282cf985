package terraformcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/hashicorp/go-version"
	install "github.com/hashicorp/hc-install"
	hcfs "github.com/hashicorp/hc-install/fs"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/hc-install/src"
)

const (
	// downloadVersion is the Terraform release to download when the machine has no CLI. It is pinned so that a run
	// does not change by itself.
	downloadVersion = "1.11.4"

	// downloadDir, in the module root, holds the downloads. Git ignores it, and so does the go command because of
	// the leading dot.
	downloadDir = ".terraform-cli"

	// downloadTimeout limits the download of about 30 MB to less than the ten minutes after which `go test` stops.
	downloadTimeout = 5 * time.Minute
)

// tofu is OpenTofu as hc-install looks for it. HashiCorp publishes no releases of it, so it is only found, never
// downloaded.
var tofu = product.Product{Name: "tofu", BinaryName: func() string { return executable("tofu") }}

// Find returns the Terraform or OpenTofu executable to run, the first of
//
//  1. the one that TF_ACC_TERRAFORM_PATH names,
//  2. terraform on PATH,
//  3. tofu on PATH,
//  4. Terraform from an earlier download in .terraform-cli in the module root,
//  5. Terraform, downloaded into that directory after its checksum and HashiCorp's signature have been verified.
//
// An executable that is found but does not run is an error, and the next one is not tried: tests must not silently
// use another CLI than expected. Only step 5 needs a network, and it announces the download on standard error. Find
// is safe for concurrent use by several goroutines and processes.
func Find(ctx context.Context) (CLI, error) {
	root, err := ModuleRoot()
	if err != nil {
		return CLI{}, err
	}
	if named := os.Getenv(envPath); named != "" {
		path, err := install.NewInstaller().Ensure(ctx, []src.Source{namedSource(root, named)})
		if err != nil {
			return CLI{}, fmt.Errorf("%s is %q: %w\nSet it to a Terraform or OpenTofu executable, or unset it to have one found",
				envPath, named, err)
		}
		return inspect(ctx, path)
	}
	// The platform is part of the name: a container or a virtual machine may share the checkout.
	dir := filepath.Join(root, downloadDir, fmt.Sprintf("terraform_%s_%s_%s", downloadVersion, runtime.GOOS, runtime.GOARCH))
	path, err := install.NewInstaller().Ensure(ctx, []src.Source{
		&hcfs.AnyVersion{Product: &product.Terraform},
		&hcfs.AnyVersion{Product: &tofu},
		&hcfs.AnyVersion{ExactBinPath: filepath.Join(dir, product.Terraform.BinaryName())},
	})
	if err == nil {
		return inspect(ctx, path)
	}
	fmt.Fprintf(os.Stderr, "Neither terraform nor tofu is on PATH: downloading Terraform %s to %s\n", downloadVersion, dir)
	path, err = installInto(dir, func(temp string) (string, error) { return download(ctx, temp) })
	if err != nil {
		return CLI{}, fmt.Errorf("no Terraform or OpenTofu: %s is not set, neither terraform nor tofu is on PATH, and downloading Terraform %s failed: %w\n"+
			"Install Terraform (1.0 or later) or OpenTofu (1.6 or later) on PATH, or set %s to the executable",
			envPath, downloadVersion, err, envPath)
	}
	return inspect(ctx, path)
}

// namedSource looks for the executable that the environment names.
func namedSource(root, named string) src.Source {
	switch {
	case filepath.IsAbs(named):
		return &hcfs.AnyVersion{ExactBinPath: named}
	case filepath.Base(named) == named:
		return &hcfs.AnyVersion{Product: &product.Product{Name: named, BinaryName: func() string { return executable(named) }}}
	default:
		return &hcfs.AnyVersion{ExactBinPath: filepath.Join(root, named)}
	}
}

// executable adds the suffix of executables on this platform.
func executable(name string) string {
	if runtime.GOOS == "windows" && filepath.Ext(name) == "" {
		return name + ".exe"
	}
	return name
}

// download installs Terraform into dir.
func download(ctx context.Context, dir string) (string, error) {
	return install.NewInstaller().Install(ctx, []src.Installable{&releases.ExactVersion{
		Product:    product.Terraform,
		Version:    version.Must(version.NewVersion(downloadVersion)),
		InstallDir: dir,
		Timeout:    downloadTimeout,
	}})
}

// installInto installs beside dir and renames the result, so that dir is always complete, even when several processes
// download at the same time. It returns the executable in dir.
func installInto(dir string, install func(temp string) (string, error)) (path string, err error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil { //nolint:gosec // readable like the rest of the checkout
		return "", err
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "download-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }() // gone already after the rename
	installed, err := install(temp)
	if err != nil {
		return "", err
	}
	// Only the owner may use both so far; another user of the checkout must be able to as well.
	if err := errors.Join(os.Chmod(temp, 0o755), os.Chmod(installed, 0o755)); err != nil { //nolint:gosec // as above
		return "", err
	}
	path = filepath.Join(dir, filepath.Base(installed))
	if err := os.Rename(temp, dir); err != nil {
		if _, statErr := os.Stat(path); statErr != nil {
			return "", err
		}
		// Another process was faster, and has installed the same release.
	}
	return path, nil
}

// ModuleRoot returns the directory of the go.mod at or above the working directory.
func ModuleRoot() (string, error) {
	start, err := os.Getwd()
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
