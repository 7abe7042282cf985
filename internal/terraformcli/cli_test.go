package terraformcli

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// On this machine Find finds what `make test` is about to drive.
func TestFindHere(t *testing.T) {
	cli, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(cli.Path) || cli.Version == "" || (cli.Product != Terraform && cli.Product != OpenTofu) {
		t.Errorf("found %+v", cli)
	}
}

// What someone set for their own runs does not keep a CLI from being found, and nothing is looked up on
// the network.
func TestFindRunsWithAnEnvironmentOfItsOwn(t *testing.T) {
	t.Setenv("TF_CLI_ARGS", "-input=false")
	t.Setenv("TF_CLI_ARGS_version", "-no-such-flag")
	t.Setenv("CHECKPOINT_DISABLE", "")
	script := strings.Replace(fakeScript("Terraform", "1.2.3"), "case",
		`[ "$TF_CLI_ARGS,$TF_CLI_ARGS_version,$CHECKPOINT_DISABLE" = ",,1" ] || exit 65`+"\ncase", 1)
	path := writeScript(t, filepath.Join(t.TempDir(), "terraform"), script)
	wantCLI(t, machine(t, nil, map[string]string{"terraform": path}), CLI{path, Terraform, "1.2.3"})
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		cli  CLI
		want []string
	}{
		{CLI{"/bin/terraform", Terraform, "1.2.3"}, []string{"TF_ACC_TERRAFORM_PATH=/bin/terraform"}},
		{CLI{"/bin/tofu", OpenTofu, "1.9.0"}, []string{"TF_ACC_TERRAFORM_PATH=/bin/tofu", "TF_ACC_PROVIDER_HOST=registry.opentofu.org"}},
	} {
		if got := tc.cli.Environment(); !slices.Equal(got, tc.want) {
			t.Errorf("%v: got %q, want %q", tc.cli, got, tc.want)
		}
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	if got, want := (CLI{"/b/terraform", Terraform, "1.2.3"}).String(), "Terraform 1.2.3 (/b/terraform)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (CLI{"/b/tofu", OpenTofu, "1.9.0"}).String(), "OpenTofu 1.9.0 (/b/tofu)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSetenvKeepsAHostThatIsSet(t *testing.T) {
	t.Setenv(EnvPath, "before")
	t.Setenv(EnvProviderHost, "provider.example.test")
	if err := (CLI{"/b/tofu", OpenTofu, "1.9.0"}).Setenv(); err != nil {
		t.Fatal(err)
	}
	if got := os.Getenv(EnvPath); got != "/b/tofu" {
		t.Errorf("%s is %q", EnvPath, got)
	}
	if got := os.Getenv(EnvProviderHost); got != "provider.example.test" {
		t.Errorf("%s is %q", EnvProviderHost, got)
	}
}

type testRun func() int

func (r testRun) Run() int { return r() }

func TestMainRunsWithTheEnvironmentSet(t *testing.T) {
	t.Setenv(EnvPath, "")
	t.Setenv(EnvProviderHost, "")
	tofu := writeScript(t, filepath.Join(t.TempDir(), "tofu"), fakeScript("OpenTofu", "1.9.0"))
	var path, host string
	var stderr bytes.Buffer
	code := runTests(t.Context(), machine(t, nil, map[string]string{"tofu": tofu}), testRun(func() int {
		path, host = os.Getenv(EnvPath), os.Getenv(EnvProviderHost)
		return 42
	}), &stderr)
	if code != 42 || path != tofu || host != "registry.opentofu.org" || stderr.Len() > 0 {
		t.Errorf("code %d, path %q, host %q, said %q", code, path, host, stderr.String())
	}
}

func TestMainFailsWithoutCLI(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	code := runTests(t.Context(), machine(t, nil, nil), testRun(func() int {
		t.Error("the tests ran without a CLI")
		return 0
	}), &stderr)
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if said := stderr.String(); !strings.Contains(said, "cannot run") || !strings.Contains(said, "Install Terraform") {
		t.Errorf("standard error does not say why: %s", said)
	}
}
