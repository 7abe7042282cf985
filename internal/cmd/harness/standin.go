// Package harness has what the demo and the benchmark share: programs built from this repository, the CLI's environment, and the
// stand-in for Graph and Entra ID as a process.
package harness

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

// StandIn is a running internal/cmd/graphsim. The program prints the exported fields when it starts.
type StandIn struct {
	GraphEndpoint string `json:"graph_endpoint"`
	AuthorityHost string `json:"authority_host"`
	TenantID      string `json:"tenant_id"`
	ClientID      string `json:"client_id"`
	ClientSecret  string `json:"client_secret"`
	Control       string `json:"control"` // base URL of the control interface

	process *exec.Cmd
	stdin   io.Closer
	timeout time.Duration // of one request to the control interface
}

// StartStandIn starts the program with further arguments and makes it write the certificate that clients must trust to
// caFile. timeout limits each request to its control interface. The process ends when this one does, however that ends,
// because its standard input closes.
func StartStandIn(program, caFile string, timeout time.Duration, args ...string) (*StandIn, error) {
	//nolint:gosec,noctx // built by the caller; it ends when its standard input closes
	cmd := exec.Command(program, append([]string{"-exit-on-stdin-close", "-ca-file", caFile}, args...)...)
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
	s := &StandIn{process: cmd, stdin: stdin, timeout: timeout}
	if err := json.NewDecoder(stdout).Decode(s); err != nil {
		s.Stop()
		return nil, fmt.Errorf("the stand-in did not start: %w", err)
	}
	return s, nil
}

// Settings are the environment variables that point the provider at the stand-in.
func (s *StandIn) Settings(caFile string) []string {
	return []string{
		"ARM_TENANT_ID=" + s.TenantID,
		"ARM_CLIENT_ID=" + s.ClientID,
		"ARM_CLIENT_SECRET=" + s.ClientSecret,
		"MSGRAPH_GRAPH_ENDPOINT=" + s.GraphEndpoint,
		"MSGRAPH_AUTHORITY_HOST=" + s.AuthorityHost,
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true",
		"MSGRAPH_CA_CERTIFICATE_FILE=" + caFile,
	}
}

// Stop ends the process and waits until it has ended.
func (s *StandIn) Stop() {
	_ = s.stdin.Close()
	kill := time.AfterFunc(5*time.Second, func() { _ = s.process.Process.Kill() })
	defer kill.Stop()
	_ = s.process.Wait()
}

// PlaceCall puts a call there, as a bot would place it.
func (s *StandIn) PlaceCall(ctx context.Context, id string) error {
	return s.Send(ctx, http.MethodPost, "/calls", map[string]string{"id": id}, nil)
}

// AdvanceClock moves the stand-in's clock forward.
func (s *StandIn) AdvanceClock(ctx context.Context, by time.Duration) error {
	return s.Send(ctx, http.MethodPost, "/clock", map[string]string{"advance": by.String()}, nil)
}

// ClearRequests clears the recorded requests.
func (s *StandIn) ClearRequests(ctx context.Context) error {
	return s.Send(ctx, http.MethodDelete, "/requests", nil, nil)
}

// Send sends a request to the control interface, with body as JSON unless it is nil, and decodes the JSON of the response
// into result unless that is nil. A status other than 2xx is an error.
func (s *StandIn) Send(ctx context.Context, method, path string, body, result any) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
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
		return fmt.Errorf("request to the stand-in: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("request to the stand-in: %w", err)
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the stand-in responded to %s %s with %s: %s", method, path, resp.Status, text)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(text, result)
}
