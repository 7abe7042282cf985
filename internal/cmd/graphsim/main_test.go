package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// running is the program in this process.
type running struct {
	ready
	interrupt context.CancelFunc
	ended     chan error
}

func startProgram(t *testing.T, args ...string) running {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	stdoutReader, stdout := io.Pipe()
	p := running{interrupt: interrupt, ended: make(chan error, 1)}
	go func() { p.ended <- run(ctx, args, stdout, io.Discard) }()
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
	p.interrupt()
	select {
	case err := <-p.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("still running")
	}
	if _, err := http.Get(p.Control + "/calls"); err == nil { //nolint:bodyclose // there is to be no response
		t.Error("the control interface still responds")
	}
}

func TestProgram_servesUntilItsContextEnds(t *testing.T) {
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	p := startProgram(t, "-ca-file", caFile, "-call", "a", "-call", "b")
	for _, root := range []string{p.GraphEndpoint, p.AuthorityHost} {
		if !strings.HasPrefix(root, "https://127.0.0.1:") {
			t.Errorf("%s is not on loopback", root)
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
	p.wantEnd(t)
}

// A call that a client places is established only after a while.
func TestProgram_establishesPlacedCalls(t *testing.T) {
	for after, want := range map[string]string{"0s": "established", "1h": "establishing"} {
		caFile := filepath.Join(t.TempDir(), "ca.pem")
		p := startProgram(t, "-ca-file", caFile, "-establish-after", after)
		client := clientOf(t, caFile)
		post := func(url, token, kind, body string) map[string]any {
			r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Authorization", "Bearer "+token)
			return responseOf(t, client, r)
		}
		token, _ := post(p.AuthorityHost+"/"+p.TenantID+"/oauth2/v2.0/token", "", "application/x-www-form-urlencoded", url.Values{
			"grant_type": {"client_credentials"}, "client_id": {p.ClientID}, "client_secret": {p.ClientSecret},
			"scope": {p.GraphEndpoint + "/.default"},
		}.Encode())["access_token"].(string)
		placed := post(p.GraphEndpoint+"/v1.0/communications/calls", token, "application/json", `{
			"callbackUri": "https://bot.contoso.com/callback", "requestedModalities": ["audio"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
			"targets": [{"identity": {"user": {"id": "112f7296-5fa4-42ca-bae8-6a692b15d4b8"}}}]}`)
		r, err := http.NewRequest(http.MethodGet, p.Control+"/calls/"+placed["id"].(string), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := responseOf(t, client, r)["state"]; placed["state"] != "establishing" || got != want {
			t.Errorf("after %s: was %v, is %v, want %s", after, placed["state"], got, want)
		}
		p.wantEnd(t)
	}
}

func clientOf(t *testing.T, caFile string) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(caFile)
	roots := x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func responseOf(t *testing.T, client *http.Client, r *http.Request) (o map[string]any) {
	t.Helper()
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestProgram_refusesMistakes(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"extra"}, {"-call", ""}, {"-ca-file", "/nonexistent/ca.pem"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

func TestProgram_exitCode(t *testing.T) {
	var said bytes.Buffer
	if code := start([]string{"extra"}, io.Discard, &said); code != 1 || !strings.HasPrefix(said.String(), "graphsim: unexpected argument") {
		t.Errorf("a mistake: %d, %q", code, &said)
	}
}

// The process that started it has ended: it must not stay behind.
func TestProgram_endsWhenNobodyReads(t *testing.T) {
	reader, stdout := io.Pipe()
	_ = reader.Close()
	if err := run(t.Context(), nil, stdout, io.Discard); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

func TestProgram_help(t *testing.T) {
	var help bytes.Buffer
	if code := start([]string{"-h"}, io.Discard, &help); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	for _, want := range []string{"Usage: graphsim", "-ca-file path", "-call ID", "MSGRAPH_CA_CERTIFICATE_FILE", "MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true", "$control/clock", "$control/placed", "-establish-after duration"} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("no %q in\n%s", want, help.String())
		}
	}
}
