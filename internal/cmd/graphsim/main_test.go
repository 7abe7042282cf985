package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// running is the program in this process.
type running struct {
	ready
	stdin *io.PipeWriter
	ended chan error
}

func startProgram(t *testing.T, ctx context.Context, args ...string) running {
	t.Helper()
	stdin, stdinWriter := io.Pipe()
	stdoutReader, stdout := io.Pipe()
	p := running{stdin: stdinWriter, ended: make(chan error, 1)}
	go func() { p.ended <- run(ctx, args, stdin, stdout, io.Discard) }()
	line, err := bufio.NewReader(stdoutReader).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &p.ready); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return p
}

func (p running) wantEnd(t *testing.T) {
	t.Helper()
	select {
	case err := <-p.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still running")
	}
	if _, err := http.Get(p.Control + "/calls"); err == nil { //nolint:bodyclose // there is to be no answer
		t.Error("the control interface still answers")
	}
}

func TestProgramServesUntilItsContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	p := startProgram(t, ctx, "-ca-file", caFile, "-call", "a", "-call", "b")
	for _, url := range []string{p.GraphEndpoint, p.AuthorityHost} {
		if !strings.HasPrefix(url, "https://127.0.0.1:") {
			t.Errorf("%s is not on loopback", url)
		}
	}
	if !strings.HasPrefix(p.Control, "http://127.0.0.1:") || p.TenantID == "" || p.ClientID == "" || p.ClientSecret == "" {
		t.Errorf("got %+v", p.ready)
	}
	pem, err := os.ReadFile(caFile)
	if err != nil || !x509.NewCertPool().AppendCertsFromPEM(pem) {
		t.Errorf("the CA file: %v", err)
	}
	resp, err := http.Get(p.Control + "/calls/b")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || strings.Join(p.Calls, " ") != "a b" {
		t.Errorf("%d, calls %v", resp.StatusCode, p.Calls)
	}
	_ = p.stdin.Close() // means nothing without the flag
	cancel()
	p.wantEnd(t)
}

func TestProgramEndsWithItsStandardInput(t *testing.T) {
	p := startProgram(t, t.Context(), "-exit-on-stdin-close")
	_ = p.stdin.Close()
	p.wantEnd(t)
}

func TestProgramRefusesMistakes(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"extra"}, {"-call", ""}, {"-ca-file", "/nonexistent/ca.pem"}} {
		if err := run(t.Context(), args, nil, io.Discard, io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

func TestExitCode(t *testing.T) {
	var said bytes.Buffer
	if code := start([]string{"extra"}, nil, io.Discard, &said); code != 1 || !strings.HasPrefix(said.String(), "graphsim: unexpected argument") {
		t.Errorf("a mistake: %d, %q", code, &said)
	}
	if code := start([]string{"-exit-on-stdin-close"}, strings.NewReader(""), io.Discard, &said); code != 0 {
		t.Errorf("an end of its own: %d", code)
	}
}

// Whoever started it has gone: it must not stay behind.
func TestProgramEndsWhenNobodyReads(t *testing.T) {
	reader, stdout := io.Pipe()
	_ = reader.Close()
	if err := run(t.Context(), nil, nil, stdout, io.Discard); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

func TestHelp(t *testing.T) {
	var help bytes.Buffer
	if code := start([]string{"-h"}, nil, io.Discard, &help); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	for _, want := range []string{"Usage: graphsim", "-ca-file path", "-call id", "-exit-on-stdin-close", "$control/clock"} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("no %q in\n%s", want, help.String())
		}
	}
}
