package harness

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want an error with %q", err, text)
	}
}

func TestStandIn_lifecycle(t *testing.T) {
	ctx := t.Context()
	w, err := NewWorkspace(ctx, "harness-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Remove()
	program, caFile := w.Program("graphsim"), w.CAFile()
	if err := w.Build(ctx, program, "./internal/cmd/graphsim", ""); err != nil {
		t.Fatal(err)
	}
	s, err := StartStandIn(program, caFile, 10*time.Second, "-call", "x")
	if err != nil {
		t.Fatal(err)
	}
	var before, after struct{ Now time.Time }
	if err := s.Send(ctx, http.MethodGet, "/clock", nil, &before); err != nil {
		t.Error(err)
	}
	if err := s.AdvanceClock(ctx, time.Hour); err != nil {
		t.Error(err)
	}
	if err := s.Send(ctx, http.MethodGet, "/clock", nil, &after); err != nil {
		t.Error(err)
	}
	if moved := after.Now.Sub(before.Now); moved < time.Hour || moved > 2*time.Hour {
		t.Errorf("the clock advanced by %s", moved)
	}
	if err := s.ClearRequests(ctx); err != nil {
		t.Error(err)
	}
	wantError(t, s.Send(ctx, http.MethodGet, "/calls/none", nil, nil), "GET /calls/none with 404")
	if _, err := os.Stat(caFile); err != nil {
		t.Error(err)
	}
	s.Stop()
	wantError(t, s.ClearRequests(ctx), "request to the stand-in: ")
}

func TestBuild_errors(t *testing.T) {
	w := &Workspace{Dir: t.TempDir()}
	wantError(t, w.Build(t.Context(), w.Program("none"), "./internal/none", ""), "building ./internal/none: ")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := NewWorkspace(ctx, "harness-test-")
	wantError(t, err, "finding the repository: ")
}

func TestStartStandIn_errors(t *testing.T) {
	if _, err := StartStandIn(filepath.Join(t.TempDir(), "none"+executableSuffix()), "", time.Second); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing program: %v", err)
	}
	// The go command rejects the flags and prints nothing on standard output.
	program, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	_, err = StartStandIn(program, "", time.Second)
	wantError(t, err, "the stand-in did not start: EOF")
}

func TestSend_errors(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/short" {
			w.Header().Set("Content-Length", "100")
		}
		_, _ = w.Write([]byte("{"))
	}))
	defer server.Close()
	s := &StandIn{Control: server.URL, timeout: 10 * time.Second}
	var result any
	wantError(t, s.Send(t.Context(), http.MethodGet, "/", nil, &result), "unexpected end of JSON input")
	wantError(t, s.Send(t.Context(), http.MethodGet, "/short", nil, nil), "request to the stand-in: unexpected EOF")
	wantError(t, s.Send(t.Context(), http.MethodPost, "/", func() {}, nil), "unsupported type")
	wantError(t, s.Send(t.Context(), "NO METHOD", "/", nil, nil), "invalid method")
}

func TestEnvironment_hidesTheUsers(t *testing.T) {
	for _, name := range []string{
		"TF_LOG", "TF_CLI_ARGS_plan", "TF_VAR_call_id", "TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR",
		"ARM_TENANT_ID", "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_AUTHORITY_HOST", "MSGRAPH_GRAPH_ENDPOINT", "HOME", "GOGC",
	} {
		t.Setenv(name, "the user's")
	}
	entries := append((&Workspace{Dir: t.TempDir()}).environment(), new(StandIn).Settings("ca.pem")...)
	if path := "PATH=" + os.Getenv("PATH"); !slices.Contains(entries, path) {
		t.Errorf("the CLI does not get %s", path)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry, "=the user's") {
			t.Errorf("the CLI gets %s", entry)
		}
	}
}
