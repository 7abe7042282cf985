package harness

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/testos"
)

func newWorkspace(t *testing.T) *Workspace {
	t.Helper()
	w, err := NewWorkspace(t.Context(), "harness-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// The certificate in the file of the settings is the one that clients must trust.
func TestStandIn_settings(t *testing.T) {
	settings := map[string]string{}
	for _, setting := range newWorkspace(t).StandIn.Settings() {
		name, value, _ := strings.Cut(setting, "=")
		settings[name] = value
	}
	pem, err := os.ReadFile(settings["MSGRAPH_CA_CERTIFICATE_FILE"])
	roots := x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		t.Fatalf("%s, %v", pem, err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	for _, name := range []string{"MSGRAPH_GRAPH_ENDPOINT", "MSGRAPH_AUTHORITY_HOST"} {
		resp, err := client.Get(settings[name])
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
}

func TestWorkspace_errors(t *testing.T) {
	w := newWorkspace(t)
	err := w.Build(t.Context(), filepath.Join(w.Dir, "none"), "./internal/none", "")
	if err == nil || !strings.Contains(err.Error(), "building ./internal/none: ") {
		t.Errorf("got %v, want an error about the build", err)
	}
	if _, err := startStandIn(filepath.Join(w.Dir, "missing", "ca.pem")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want an error about the missing directory", err)
	}
}

func TestNewWorkspace_errors(t *testing.T) {
	t.Run("no temporary directory", func(t *testing.T) {
		t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
		if _, err := NewWorkspace(t.Context(), "harness-test-"); runtime.GOOS != "windows" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want an error about the missing directory", err)
		}
	})
	t.Run("no repository", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if _, err := NewWorkspace(t.Context(), "harness-test-"); err == nil {
			t.Error("there is no error")
		}
	})
}

func TestCommand_isInterruptedWithItsContext(t *testing.T) {
	testos.NeedsUnix(t)
	w := newWorkspace(t)
	w.CLI.Path = "sleep"
	ctx, cancel := context.WithCancel(t.Context())
	cmd, _ := w.Command(ctx, w.Dir, nil, "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := cmd.Wait(); err == nil || cmd.ProcessState.String() != "signal: interrupt" {
		t.Errorf("got %v, %s, want an interrupt", err, cmd.ProcessState)
	}
}

func TestEnvironment_hidesTheUsers(t *testing.T) {
	w := newWorkspace(t)
	for _, name := range []string{
		"TF_LOG", "TF_CLI_ARGS_plan", "TF_VAR_call_id", "TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR",
		"ARM_TENANT_ID", "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_AUTHORITY_HOST", "MSGRAPH_GRAPH_ENDPOINT", "HOME", "GOGC",
	} {
		t.Setenv(name, "the user's")
	}
	entries := append(w.environment(), w.StandIn.Settings()...)
	if path := "PATH=" + os.Getenv("PATH"); !slices.Contains(entries, path) {
		t.Errorf("the CLI does not get %s", path)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry, "=the user's") {
			t.Errorf("the CLI gets %s", entry)
		}
	}
}
