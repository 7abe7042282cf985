package provider

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
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
			l.local = clock.System()                                   // whose waits take as long as they say
			w := newWorkspace(t, l, l.minimal(`wait_for_call = "1s"`)) // with it, the plan looks at nothing
			l.Inject(fault)
			w.interrupted(l, "apply", "-auto-approve")
			l.ClearFaults()
			w.mustRun("apply", "-auto-approve")
			l.expectKeptAliveOnce(t)
		})
	}
}

// So does it in a plan that waits for Graph. An apply without a saved plan is another matter:
// while it plans, Terraform does not hand the interrupt on, and the wait ends with the
// operation's timeout.
func TestInterrupt_endsAPlanAtOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.local = clock.System()
	w := newWorkspace(t, l, l.minimal(""))
	w.mustRun("apply", "-auto-approve")
	l.ResetRequests()
	l.Inject(graphsim.Stalled().To("GET", "").For(-1))
	w.interrupted(l, "plan")
}

// interrupted runs a command of the CLI, interrupts it when the lab's fault has hit it, and
// fails the test unless it ends at once and says why.
func (w *workspace) interrupted(l *lab, args ...string) {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), w.cli, args...)
	cmd.Dir, cmd.Env = w.dir, w.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	for !slices.ContainsFunc(l.Requests(), func(r graphsim.Request) bool { return r.Fault != "" }) {
		time.Sleep(10 * time.Millisecond) // until the fault has happened
	}
	time.Sleep(100 * time.Millisecond) // until its answer has come and the wait has begun
	began := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		w.t.Fatal(err)
	}
	_ = cmd.Wait()
	took := time.Since(began)
	w.t.Logf("Terraform ended %s after the interrupt", took.Round(time.Millisecond))
	if code := cmd.ProcessState.ExitCode(); code != 1 || took > 15*time.Second {
		w.t.Errorf("%q exited %d %s after the interrupt:\n%s", args, code, took, out.String())
	}
	expectText(w.t, out.String(), "Interrupt received", "Error: Interrupted")
}

// expectKeptAliveOnce fails the test unless one keepAlive of the lab's call succeeded.
func (l *lab) expectKeptAliveOnce(t *testing.T) {
	t.Helper()
	if call, _ := l.Call(callID); call.KeepAlives != 1 {
		t.Errorf("the call was kept alive %d times, want once", call.KeepAlives)
	}
}
