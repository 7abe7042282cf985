package provider

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
)

// goneWithin bounds how long a struck run and its provider may take to end. Terraform itself
// is quick; a machine under load is not.
const goneWithin = time.Minute

// stalledRead is what a read may take. Terraform keeps an interrupt to itself while it plans
// in an apply, so that one that is delayed then ends by this.
const stalledRead = 10 * time.Second

// blow is what happens to a run.
type blow string

const (
	killProvider  blow = "SIGKILL of the provider"
	killTerraform blow = "SIGKILL of Terraform"
	interruptBoth blow = "SIGINT to both, as Ctrl-C sends it"
)

// strike is a blow, and when it falls: at that moment of the number-th request of the run.
type strike struct {
	number int
	moment graphsim.Moment
	blow   blow
}

var (
	moments = []graphsim.Moment{graphsim.Arrived, graphsim.Responding, graphsim.Responded}
	blows   = []blow{killProvider, killTerraform, interruptBoth}
)

// aim has land called at the strike's moment. The request goes no further.
func (s strike) aim(w *workspace, l *lab, land func()) {
	w.t.Helper()
	l.Watch(func(ctx context.Context, number int, at graphsim.Moment) {
		if number != s.number || at != s.moment {
			return
		}
		land()
		select {
		case <-ctx.Done():
		case <-time.After(goneWithin):
			w.t.Errorf("%s after the blow, the client of request %d is still there", goneWithin, number)
		}
	})
}

// newKillWorkspace is newWorkspaceOf with the build in built by a name of its own, which tells
// the processes of this run from all others.
func newKillWorkspace(t *testing.T, built, config string, env ...string) *workspace {
	t.Helper()
	const program = "terraform-provider-msgraph"
	bin := t.TempDir()
	if err := os.Link(filepath.Join(built, program), filepath.Join(bin, program)); err != nil {
		t.Fatal(err)
	}
	w := newWorkspaceOf(t, bin, config, env...)
	w.bin, w.stored = filepath.Join(bin, program), fileState(filepath.Join(w.dir, "terraform.tfstate"))
	return w
}

// struckApply runs an apply until all of its processes have ended. aim has land called when the blow is to fall; with
// mayMiss, the run may be over by then.
func (w *workspace) struckApply(
	t *testing.T, l *lab, b blow, mayMiss bool, aim func(w *workspace, l *lab, land func()),
) (output string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), w.cli, "apply", "-auto-approve")
	cmd.Dir, cmd.Env = w.dir, w.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	struck, started := make(chan struct{}), make(chan struct{})
	var once sync.Once
	aim(w, l, func() {
		<-started
		switch b {
		case killProvider:
			pids := w.providers(t)
			if len(pids) == 0 && !mayMiss {
				t.Error("no provider was found to kill")
			}
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		case killTerraform:
			_ = cmd.Process.Kill()
		case interruptBoth:
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		}
		once.Do(func() { close(struck) })
	})
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	_ = cmd.Wait()
	select {
	case <-struck:
	case <-time.After(goneWithin):
		t.Fatalf("the run ended before it was struck:\n%s", out.String())
	}
	w.expectProvidersGone(t)
	l.DropLate() // what the provider has sent may be on its way
	l.Watch(nil)
	if b == killTerraform {
		w.mendState(t)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// providers are the ids of the provider's processes.
func (w *workspace) providers(t *testing.T) (pids []int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if program, err := os.Readlink(filepath.Join("/proc", entry.Name(), "exe")); err == nil && program == w.bin {
			pids = append(pids, pid)
		}
	}
	return pids
}

// expectProvidersGone waits until no provider is left: one that outlives Terraform holds
// credentials, and nobody ends it.
func (w *workspace) expectProvidersGone(t *testing.T) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		left := w.providers(t)
		if len(left) == 0 {
			t.Logf("the provider was gone %s after Terraform's end", time.Since(began).Round(time.Millisecond))
			return
		}
		if time.Since(began) > goneWithin {
			t.Errorf("%s after Terraform's end, the provider still runs", goneWithin)
			for _, pid := range left {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			return
		}
	}
}

// expectNoSecretLeft fails the test if a secret is in the output, in the state, or in a file of the workspace's directory. With
// traced, there has to be a log at TRACE among them.
func (w *workspace) expectNoSecretLeft(t *testing.T, output string, traced bool) {
	t.Helper()
	all := w.written()
	if traced && !bytes.Contains(all["trace.log#0"], []byte("HTTP request sent")) {
		t.Error("there is no log of the provider's at TRACE")
	}
	all["the output"], all["the state"] = []byte(output), w.readState(t)
	delete(all, "main.tf#0") // it has the secret, by the user's hand
	for where, content := range all {
		expectNoSecret(t, where, string(content), graphsim.ClientSecret)
		if token := redact.Token.Find(content); token != nil {
			t.Errorf("%s shows the token %q", where, token)
		}
	}
}

// awaitStop waits until the provider has been told of an interrupt, by its log at TRACE. The run may be over before that.
func (w *workspace) awaitStop() {
	w.t.Helper()
	for began := time.Now(); time.Since(began) < 2*time.Second; time.Sleep(5 * time.Millisecond) {
		if log, _ := os.ReadFile(filepath.Join(w.dir, "trace.log")); bytes.Contains(log, []byte("tf_rpc=StopProvider")) {
			return
		}
	}
}

// trace has the CLI and the provider log at TRACE from now on.
func (w *workspace) trace() { w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log") }
