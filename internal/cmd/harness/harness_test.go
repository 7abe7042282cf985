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

func startStandIn(t *testing.T, w *Workspace) *StandIn {
	t.Helper()
	s, err := w.StartStandIn()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// The certificate in the file of the settings is the one that clients must trust.
func TestStandIn_settings(t *testing.T) {
	settings := map[string]string{}
	for _, setting := range startStandIn(t, &Workspace{Dir: t.TempDir()}).Settings() {
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
	w := &Workspace{Dir: t.TempDir()}
	err := w.Build(t.Context(), filepath.Join(w.Dir, "none"), "./internal/none", "")
	if err == nil || !strings.Contains(err.Error(), "building ./internal/none: ") {
		t.Errorf("got %v, want an error about the build", err)
	}
	missing := &Workspace{Dir: filepath.Join(w.Dir, "missing")}
	if _, err := missing.StartStandIn(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want an error about the missing directory", err)
	}
}

func TestEnvironment_hidesTheUsers(t *testing.T) {
	for _, name := range []string{
		"TF_LOG", "TF_CLI_ARGS_plan", "TF_VAR_call_id", "TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR",
		"ARM_TENANT_ID", "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_AUTHORITY_HOST", "MSGRAPH_GRAPH_ENDPOINT", "HOME", "GOGC",
	} {
		t.Setenv(name, "the user's")
	}
	w := &Workspace{Dir: t.TempDir()}
	entries := append(w.environment(), startStandIn(t, w).Settings()...)
	if path := "PATH=" + os.Getenv("PATH"); !slices.Contains(entries, path) {
		t.Errorf("the CLI does not get %s", path)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry, "=the user's") {
			t.Errorf("the CLI gets %s", entry)
		}
	}
}
