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

// standIn is internal/cmd/graphsim, as a process of its own: its work is not the provider's.
type standIn struct {
	GraphEndpoint string `json:"graph_endpoint"`
	AuthorityHost string `json:"authority_host"`
	TenantID      string `json:"tenant_id"`
	ClientID      string `json:"client_id"`
	ClientSecret  string `json:"client_secret"`
	Control       string `json:"control"`

	process *exec.Cmd
	stdin   io.Closer
	before  counted // at the last forget
}

// traffic is what reached the stand-in during a step.
type traffic struct {
	graph       int // requests to Graph
	tokens      int // handed out
	connections int // to Graph
}

// counted is what the stand-in has counted since its start.
type counted struct {
	Graph  int `json:"graph_connections"`
	Tokens int `json:"tokens"`
}

// startStandIn starts the program. It ends with this process, however that ends: its standard
// input closes.
func startStandIn(program, caFile string) (*standIn, error) {
	//nolint:gosec,noctx // what was built; it ends with its standard input
	cmd := exec.Command(program, "-exit-on-stdin-close", "-ca-file", caFile)
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

func (s *standIn) stop() {
	_ = s.stdin.Close()
	impatient := time.AfterFunc(5*time.Second, func() { _ = s.process.Process.Kill() })
	defer impatient.Stop()
	_ = s.process.Wait()
}

// placeCalls places n calls anew, under the ids that the configuration makes.
func (s *standIn) placeCalls(ctx context.Context, n int) error {
	for i := range n {
		id := fmt.Sprintf("00000000-0000-4000-8000-%012x", i)
		if err := s.ask(ctx, http.MethodPost, "/calls", map[string]string{"id": id}, nil); err != nil {
			return err
		}
	}
	return nil
}

// slow has every answer take that much longer.
func (s *standIn) slow(ctx context.Context, by time.Duration) error {
	if err := s.ask(ctx, http.MethodDelete, "/faults", nil, nil); err != nil || by == 0 {
		return err
	}
	return s.ask(ctx, http.MethodPost, "/faults", map[string]any{"delay": by.String(), "times": -1}, nil)
}

func (s *standIn) moveClock(ctx context.Context, by time.Duration) error {
	return s.ask(ctx, http.MethodPost, "/clock", map[string]string{"advance": by.String()}, nil)
}

// forget begins what traffic counts.
func (s *standIn) forget(ctx context.Context) error {
	if err := s.ask(ctx, http.MethodDelete, "/requests", nil, nil); err != nil {
		return err
	}
	return s.ask(ctx, http.MethodGet, "/counts", nil, &s.before)
}

// traffic is what came since forget.
func (s *standIn) traffic(ctx context.Context) (t traffic, err error) {
	var requests []struct{ Service string }
	var now counted
	if err := s.ask(ctx, http.MethodGet, "/requests", nil, &requests); err != nil {
		return t, err
	}
	if err := s.ask(ctx, http.MethodGet, "/counts", nil, &now); err != nil {
		return t, err
	}
	for _, r := range requests {
		if r.Service == "graph" {
			t.graph++
		}
	}
	t.tokens, t.connections = now.Tokens-s.before.Tokens, now.Graph-s.before.Graph
	return t, nil
}

func (s *standIn) ask(ctx context.Context, method, path string, body, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
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
