package provider

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/graphsim"
)

// Ctrl-C ends a wait at once, whatever the provider waits for, and leaves the lock released
// and the state as it was.
func TestInterrupt_endsAWaitAtOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"Graph asks to wait":    graphsim.Throttled("100").To("POST", "/keepAlive").For(-1),
		"Graph hangs":           graphsim.Stalled().To("POST", "/keepAlive").For(-1),
		"Entra ID asks to wait": graphsim.Throttled("100").ToEntra().For(-1),
		"Entra ID hangs":        graphsim.Stalled().ToEntra().For(-1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.local = clock.System() // whose waits take as long as they say
			w := newWorkspace(t, l, l.minimal(""))
			l.Inject(fault)
			cmd := exec.CommandContext(t.Context(), w.cli, "apply", "-auto-approve")
			cmd.Dir, cmd.Env = w.dir, w.env
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for len(l.Requests()) == 0 || l.Requests()[len(l.Requests())-1].Fault == "" {
				time.Sleep(10 * time.Millisecond) // until the fault has happened
			}
			time.Sleep(100 * time.Millisecond) // until its answer has come and the wait has begun
			began := time.Now()
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			took := time.Since(began)
			t.Logf("Terraform ended %s after the interrupt", took.Round(time.Millisecond))
			if code := cmd.ProcessState.ExitCode(); code != 1 || took > 15*time.Second {
				t.Errorf("apply exited %d %s after the interrupt:\n%s", code, took, out.String())
			}
			expectText(t, out.String(), "Interrupt received", "Error: Interrupted")
			l.ClearFaults()
			w.mustRun("apply", "-auto-approve")
			l.expectKeptAliveOnce(t)
		})
	}
}

// expectKeptAliveOnce fails the test unless one keepAlive of the lab's call succeeded.
func (l *lab) expectKeptAliveOnce(t *testing.T) {
	t.Helper()
	if call, _ := l.Call(callID); call.KeepAlives != 1 {
		t.Errorf("the call was kept alive %d times, want once", call.KeepAlives)
	}
}
