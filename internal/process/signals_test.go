//go:build !windows

package process_test

import (
	"io"
	"os/exec"
	"syscall"
	"testing"
)

// Terraform gets the signals of its process group as well, and ends the provider when requests in flight have ended.
func TestExecutable_outlivesSignalsToItsGroup(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		cmd := exec.CommandContext(t.Context(), executable)
		client, conn := start(t, cmd, nil, io.Discard)
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		askForMetadata(t, conn)
		client.Kill()
		if code := cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("after %v, the provider ended with %v before Terraform ended it", signal, cmd.ProcessState)
		}
	}
}
