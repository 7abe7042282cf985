package rig

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want an error that says %q", err, text)
	}
}

// The real stand-in starts, does what it is asked, and ends.
func TestStandIn(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	root, err := ModuleRoot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	program, caFile := filepath.Join(dir, "graphsim"+ExecutableSuffix()), filepath.Join(dir, "ca.pem")
	if err := Build(ctx, root, program, "./internal/cmd/graphsim", nil); err != nil {
		t.Fatal(err)
	}
	s, err := StartStandIn(program, caFile, 10*time.Second, "-call", "x")
	if err != nil {
		t.Fatal(err)
	}
	var before, after struct{ Now time.Time }
	if err := s.Ask(ctx, http.MethodGet, "/clock", nil, &before); err != nil {
		t.Error(err)
	}
	if err := s.MoveClock(ctx, time.Hour); err != nil {
		t.Error(err)
	}
	if err := s.Ask(ctx, http.MethodGet, "/clock", nil, &after); err != nil {
		t.Error(err)
	}
	if moved := after.Now.Sub(before.Now); moved < time.Hour || moved > 2*time.Hour {
		t.Errorf("the clock has moved by %s", moved)
	}
	if err := s.ForgetRequests(ctx); err != nil {
		t.Error(err)
	}
	wantError(t, s.Ask(ctx, http.MethodGet, "/calls/none", nil, nil), "GET /calls/none with 404")
	if _, err := os.Stat(caFile); err != nil {
		t.Error(err)
	}
	s.Stop()
	wantError(t, s.ForgetRequests(ctx), "asking the stand-in: ")
}

func TestBuild_says(t *testing.T) {
	root, err := ModuleRoot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, Build(t.Context(), root, filepath.Join(t.TempDir(), "none"), "./internal/none", nil), "building ./internal/none: ")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ModuleRoot(ctx)
	wantError(t, err, "looking for the repository: ")
}

func TestStartStandIn_says(t *testing.T) {
	if _, err := StartStandIn(filepath.Join(t.TempDir(), "none"), "", time.Second); !os.IsNotExist(err) {
		t.Errorf("a program that is not there: %v", err)
	}
	// The go command knows no such flags, and ends without a word on standard output.
	program, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	_, err = StartStandIn(program, "", time.Second)
	wantError(t, err, "the stand-in did not start: EOF")
}

func TestAsk_says(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/short" {
			w.Header().Set("Content-Length", "100")
		}
		_, _ = w.Write([]byte("{"))
	}))
	defer server.Close()
	s := &StandIn{Control: server.URL, within: 10 * time.Second}
	var answer any
	wantError(t, s.Ask(t.Context(), http.MethodGet, "/", nil, &answer), "unexpected end of JSON input")
	wantError(t, s.Ask(t.Context(), http.MethodGet, "/short", nil, nil), "asking the stand-in: unexpected EOF")
	wantError(t, s.Ask(t.Context(), http.MethodPost, "/", func() {}, nil), "unsupported type")
	wantError(t, s.Ask(t.Context(), "NO METHOD", "/", nil, nil), "invalid method")
}
