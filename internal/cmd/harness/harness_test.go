package harness

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
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
