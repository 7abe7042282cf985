// Package rig is what the demo and the benchmark both stand on: programs built from this
// repository, and the stand-in for Graph and Entra ID as a process of its own.
package rig

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

// StandIn is internal/cmd/graphsim, running as a process of its own. Its exported fields are
// what the program prints as it starts.
type StandIn struct {
	GraphEndpoint string `json:"graph_endpoint"`
	AuthorityHost string `json:"authority_host"`
	TenantID      string `json:"tenant_id"`
	ClientID      string `json:"client_id"`
	ClientSecret  string `json:"client_secret"`
	Control       string `json:"control"` // the root of its control interface

	process *exec.Cmd
	stdin   io.Closer
	within  time.Duration
}

// StartStandIn starts the program, with more arguments of its own, and has it write the
// certificate that clients have to trust to caFile. Each answer of its control interface may
// take as long as within. The process ends with this one, however that ends: its standard
// input closes.
func StartStandIn(program, caFile string, within time.Duration, more ...string) (*StandIn, error) {
	//nolint:gosec,noctx // what the caller has built; it ends with its standard input
	cmd := exec.Command(program, append([]string{"-exit-on-stdin-close", "-ca-file", caFile}, more...)...)
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
	s := &StandIn{process: cmd, stdin: stdin, within: within}
	if err := json.NewDecoder(stdout).Decode(s); err != nil {
		s.Stop()
		return nil, fmt.Errorf("the stand-in did not start: %w", err)
	}
	return s, nil
}

// Stop ends the process and waits for its end.
func (s *StandIn) Stop() {
	_ = s.stdin.Close()
	impatient := time.AfterFunc(5*time.Second, func() { _ = s.process.Process.Kill() })
	defer impatient.Stop()
	_ = s.process.Wait()
}

// MoveClock moves the stand-in's clock ahead.
func (s *StandIn) MoveClock(ctx context.Context, by time.Duration) error {
	return s.Ask(ctx, http.MethodPost, "/clock", map[string]string{"advance": by.String()}, nil)
}

// ForgetRequests empties the record of requests.
func (s *StandIn) ForgetRequests(ctx context.Context) error {
	return s.Ask(ctx, http.MethodDelete, "/requests", nil, nil)
}

// Ask sends a request to the control interface, with body as JSON unless it is nil, and reads
// the JSON that comes back into answer unless that is nil. Any status but 2xx is an error.
func (s *StandIn) Ask(ctx context.Context, method, path string, body, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
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
