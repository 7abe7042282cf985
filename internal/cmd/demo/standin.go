package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// standIn is internal/cmd/graphsim, running as a process of its own.
type standIn struct {
	GraphEndpoint string `json:"graph_endpoint"`
	AuthorityHost string `json:"authority_host"`
	TenantID      string `json:"tenant_id"`
	ClientID      string `json:"client_id"`
	ClientSecret  string `json:"client_secret"`
	Control       string `json:"control"` // the root of its control interface

	process *exec.Cmd
	stdin   io.Closer
}

// call is a call as the stand-in tells it.
type call struct {
	State         string    `json:"state"`
	LastKeepAlive time.Time `json:"last_keepalive_at"`
	KeepAlives    int       `json:"keepalives"`
}

// request is one that has reached the stand-in.
type request struct {
	Service string `json:"service"` // graph or entra
	Method  string `json:"method"`
	Path    string `json:"path"`
	Status  int    `json:"status"`
}

// startStandIn starts the program with one call placed, and writes the certificate that
// clients have to trust to caFile. The process ends with this one, however that ends: its
// standard input closes.
func startStandIn(program, caFile string) (*standIn, error) {
	cmd := exec.Command(program, "-exit-on-stdin-close", "-ca-file", caFile, "-call", callID) //nolint:gosec,noctx // what the demo has built; it ends with its standard input
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &standIn{process: cmd, stdin: stdin}
	if err := json.NewDecoder(stdout).Decode(s); err != nil {
		s.stop()
		return nil, fmt.Errorf("the stand-in did not start: %w", err)
	}
	return s, nil
}

// stop ends the process and waits for its end.
func (s *standIn) stop() {
	_ = s.stdin.Close()
	impatient := time.AfterFunc(5*time.Second, func() { _ = s.process.Process.Kill() })
	defer impatient.Stop()
	_ = s.process.Wait()
}

// The control interface, as far as the demo needs it.

func (s *standIn) call(ctx context.Context) (c call, err error) {
	err = s.ask(ctx, http.MethodGet, "/calls/"+callID, nil, &c)
	return c, err
}

func (s *standIn) requests(ctx context.Context) (r []request, err error) {
	err = s.ask(ctx, http.MethodGet, "/requests", nil, &r)
	return r, err
}

func (s *standIn) forgetRequests(ctx context.Context) error {
	return s.ask(ctx, http.MethodDelete, "/requests", nil, nil)
}

func (s *standIn) now(ctx context.Context) (time.Time, error) {
	var clock struct{ Now time.Time }
	err := s.ask(ctx, http.MethodGet, "/clock", nil, &clock)
	return clock.Now, err
}

func (s *standIn) moveClock(ctx context.Context, by time.Duration) error {
	return s.ask(ctx, http.MethodPost, "/clock", map[string]string{"advance": by.String()}, nil)
}

// showEndedCalls has the stand-in go on showing a call that has ended, as terminated, for
// that long; then it does not know it any more.
func (s *standIn) showEndedCalls(ctx context.Context, terminated time.Duration) error {
	return s.ask(ctx, http.MethodPut, "/ended", map[string]string{"terminated": terminated.String(), "terminating": "0s"}, nil)
}

func (s *standIn) ask(ctx context.Context, method, path string, body, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var payload bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&payload).Encode(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, s.Control+path, &payload)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking the stand-in: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("asking the stand-in: %w", err)
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the stand-in answered %s %s with %s: %s", method, path, resp.Status, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
