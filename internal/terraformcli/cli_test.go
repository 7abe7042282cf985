package terraformcli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/testos"
)

// project makes an empty module the working directory, with nothing on PATH and no way to the network, and returns
// its root and the directory on PATH.
func project(t *testing.T) (root, bin string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins for the CLIs are shell scripts")
	}
	root, bin = t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	t.Setenv("PATH", bin)
	t.Setenv(envPath, "")
	t.Setenv(envProviderHost, "")
	return root, bin
}

// script writes an executable that prints text.
func script(t *testing.T, path, text string) string {
	t.Helper()
	testos.NeedsUnix(t)
	content := "#!/bin/sh\necho '" + text + "'\n"
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	testos.WriteProgram(t, path, content)
	return path
}

func wantCLI(t *testing.T, want CLI) {
	t.Helper()
	if got, err := Find(t.Context()); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestFind_precedence(t *testing.T) {
	root, bin := project(t)
	platform := downloadVersion + "_" + runtime.GOOS + "_" + runtime.GOARCH
	path := script(t, filepath.Join(root, downloadDir, "terraform_"+platform, "terraform"), "Terraform v1.11.4\non linux_amd64")
	wantCLI(t, CLI{path, Terraform, "1.11.4"})

	path = script(t, filepath.Join(bin, "tofu"), "OpenTofu v1.9.0")
	wantCLI(t, CLI{path, OpenTofu, "1.9.0"})

	path = script(t, filepath.Join(bin, "terraform"), "Terraform v1.15.0-alpha20260101")
	wantCLI(t, CLI{path, Terraform, "1.15.0-alpha20260101"})

	path = script(t, filepath.Join(root, "dir", "other"), "Terraform v1.0.0")
	for _, named := range []string{path, "dir/other"} {
		t.Setenv(envPath, named)
		wantCLI(t, CLI{path, Terraform, "1.0.0"})
	}
	path = script(t, filepath.Join(bin, "other"), "OpenTofu v1.6.0")
	t.Setenv(envPath, "other")
	wantCLI(t, CLI{path, OpenTofu, "1.6.0"})
}

func TestFind_errors(t *testing.T) {
	root, bin := project(t)
	wantError := func(ctx context.Context, parts ...string) {
		t.Helper()
		_, err := Find(ctx)
		for _, part := range parts {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("got %v, want an error with %q", err, part)
			}
		}
	}
	t.Run("download fails", func(t *testing.T) {
		t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")                  // nobody listens there
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // hc-install retries for 15 s
		defer cancel()
		wantError(ctx, envPath, "downloading Terraform "+downloadVersion+" failed", "Install Terraform")
		if left, err := os.ReadDir(filepath.Join(root, downloadDir)); err != nil || len(left) > 0 {
			t.Errorf("the failed download left %v, %v", left, err)
		}
	})
	t.Run("another program", func(t *testing.T) {
		path := script(t, filepath.Join(bin, "terraform"), "Packer v1.11.0")
		wantError(t.Context(), path, "neither Terraform nor OpenTofu", "Packer")
	})
	t.Run("broken", func(t *testing.T) {
		path := script(t, filepath.Join(bin, "terraform"), "'; exit 3; '")
		wantError(t.Context(), path, "exit status 3")
	})
	t.Run("missing", func(t *testing.T) {
		t.Setenv(envPath, filepath.Join(root, "missing"))
		wantError(t.Context(), envPath, "missing", "unset it")
	})
	t.Run("no module", func(t *testing.T) {
		t.Chdir(string(filepath.Separator)) // any other directory may have a stray go.mod above it
		wantError(t.Context(), "no go.mod in")
	})
}

// The user's settings for runs of their own do not affect the version command.
func TestFind_plainEnvironment(t *testing.T) {
	_, bin := project(t)
	t.Setenv("TF_CLI_ARGS", "-input=false")
	t.Setenv("CHECKPOINT_DISABLE", "")
	path := script(t, filepath.Join(bin, "terraform"), `Terraform v1.2.3'"$TF_CLI_ARGS-$CHECKPOINT_DISABLE"'`)
	wantCLI(t, CLI{path, Terraform, "1.2.3-1"})
}

// Test processes of several packages install at the same time.
func TestInstallInto_concurrently(t *testing.T) {
	root, _ := project(t)
	dir := filepath.Join(root, downloadDir, "terraform")
	const n = 4
	var all, arrived sync.WaitGroup
	arrived.Add(n)
	for range n {
		all.Go(func() {
			path, err := installInto(dir, func(temp string) (string, error) {
				arrived.Done()
				arrived.Wait()
				path := filepath.Join(temp, "terraform")
				return path, os.WriteFile(path, nil, 0o700)
			})
			if err != nil || path != filepath.Join(dir, "terraform") {
				t.Errorf("got %s, %v", path, err)
			}
		})
	}
	all.Wait()
	if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) != 1 {
		t.Errorf("it left %v, %v, want one directory", left, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "terraform")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("got %v, %v, want an executable for every user", info, err)
	}
}

func TestCLI_string(t *testing.T) {
	for want, cli := range map[string]CLI{
		"Terraform 1.2.3 (/b/terraform)": {"/b/terraform", Terraform, "1.2.3"},
		"OpenTofu 1.9.0 (/b/tofu)":       {"/b/tofu", OpenTofu, "1.9.0"},
	} {
		if got := cli.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

type testRun func() int

func (r testRun) Run() int { return r() }

func TestMain_setsEnvironment(t *testing.T) {
	_, bin := project(t)
	tofu := script(t, filepath.Join(bin, "tofu"), "OpenTofu v1.9.0")
	code := Main(testRun(func() int {
		if path, host := os.Getenv(envPath), os.Getenv(envProviderHost); path != tofu || host != openTofuProviderHost {
			t.Errorf("path %q, host %q", path, host)
		}
		return 42
	}))
	if code != 42 {
		t.Errorf("exit code %d, want that of the tests", code)
	}
}

func TestMain_failsWithoutCLI(t *testing.T) {
	project(t)
	t.Setenv(envPath, "missing")
	var stderr bytes.Buffer
	code := runTests(t.Context(), testRun(func() int {
		t.Error("the tests ran without a CLI")
		return 0
	}), &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "cannot run: "+envPath) {
		t.Errorf("exit code %d, standard error %q", code, &stderr)
	}
}
