package provider

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
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

// interrupted is interruptedWhen for a command that the lab's fault hits, and fails the test unless the CLI ends at once and
// says why.
func (w *workspace) interrupted(l *lab, args ...string) {
	w.t.Helper()
	hit := func() bool {
		if len(l.RequestsWhere(func(r graphsim.Request) bool { return r.Fault != "" })) == 0 {
			return false
		}
		time.Sleep(100 * time.Millisecond) // the wait begins meanwhile, as a rule; the interrupt ends the request otherwise
		return true
	}
	w.expectInterrupted(w.interruptedWhen(hit, args...))
}

// ended is how a command of the CLI ended after an interrupt.
type ended struct {
	output string
	code   int
	took   time.Duration
}

// interruptedWhen runs a command of the CLI, and sends it SIGINT once it is ready for that.
func (w *workspace) interruptedWhen(ready func() bool, args ...string) ended {
	w.t.Helper()
	testos.NeedsUnix(w.t)
	needsCLI(w.t, "1.1.0", "1.6.0") // Terraform 1.0 runs in a child, which only a terminal interrupts with its parent
	cmd := exec.CommandContext(w.t.Context(), w.cli, args...)
	cmd.Dir, cmd.Env = w.dir, w.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	for !ready() {
		time.Sleep(10 * time.Millisecond)
	}
	began := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		w.t.Fatal(err)
	}
	_ = cmd.Wait()
	e := ended{out.String(), cmd.ProcessState.ExitCode(), time.Since(began)}
	w.t.Logf("Terraform ended %s after the interrupt", e.took.Round(time.Millisecond))
	return e
}

// expectInterrupted fails the test unless the CLI ended at once and says why.
func (w *workspace) expectInterrupted(e ended) {
	w.t.Helper()
	if e.code != 1 || e.took > time.Minute { // less than Graph asks to wait, and than the operation may take
		w.t.Errorf("it exited %d %s after the interrupt:\n%s", e.code, e.took, e.output)
	}
	expectText(w.t, e.output, "Interrupt received", "Error: Interrupted")
}

// expectKeptAliveOnce fails the test unless one keepAlive of the lab's call succeeded.
func (l *lab) expectKeptAliveOnce(t *testing.T) {
	t.Helper()
	if call, _ := l.Call(callID); call.KeepAlives != 1 {
		t.Errorf("the call was kept alive %d times, want once", call.KeepAlives)
	}
}
