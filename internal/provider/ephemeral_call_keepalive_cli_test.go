package provider

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// longRun is a configuration with the ephemeral resource and one that depends on it, whose
// creation takes until the file is there.
//
// This binary waits, since each system has another shell: see [TestMain].
func (l *lab) longRun(t *testing.T, file string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return l.config(`
ephemeral "msgraph_call_keepalive" "lab" { call_id = %q }

resource "terraform_data" "long" {
  depends_on = [ephemeral.msgraph_call_keepalive.lab]

  provisioner "local-exec" {
    interpreter = [%q]
    command     = %q
    environment = { %s = "yes", GORACE = "atexit_sleep_ms=0" }
  }
}
`, callID, self, file, waitVariable)
}

// waitVariable has this binary wait, with a minute to spare, for the file that is its argument.
const waitVariable = "MSGRAPH_TEST_WAIT"

func waitMain() int {
	for range 2 * time.Minute / (10 * time.Millisecond) {
		if _, err := os.Stat(os.Args[1]); err == nil {
			return 0
		}
		time.Sleep(10 * time.Millisecond)
	}
	return 1
}

// finishWhen lets the long run come to its end once done says so.
func finishWhen(t *testing.T, file string, done func() bool) {
	t.Helper()
	go func() {
		for deadline := time.Now().Add(5 * time.Minute); !done() && time.Now().Before(deadline); {
			time.Sleep(10 * time.Millisecond)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Error(err)
		}
	}()
}

// responses counts the responses of Graph to keepAlives with that status.
func (l *lab) responses(status int) int {
	n := 0
	for _, r := range l.KeepAlives(callID) {
		if r.Status == status {
			n++
		}
	}
	return n
}

func TestEphemeralCLI_renewsWhileSomethingDependsOnIt(t *testing.T) {
	t.Parallel()
	const step = 10 * time.Minute
	l := newLab(t).hurried(t, step)
	file := filepath.Join(t.TempDir(), "done")
	w := newWorkspace(t, l, l.longRun(t, file))
	const want = 8 // one for the plan, one as the apply opens it, and six renewals
	held := func() time.Duration { call, _ := l.Call(callID); return call.LastKeepAlive.Sub(start) }
	finishWhen(t, file, func() bool { return l.responses(http.StatusOK) >= want && held() >= graphsim.InactivityLimit+step })
	out := w.mustRun("apply", "-auto-approve")
	expectText(t, out, "msgraph_call_keepalive.lab: Opening...", "msgraph_call_keepalive.lab: Renewing...",
		"msgraph_call_keepalive.lab: Closing...", "Apply complete! Resources: 1 added")

	call, _ := l.Call(callID)
	if call.KeepAlives < want || !call.EndedAt.IsZero() {
		t.Errorf("the call got %d keepAlives and ended at %v; requests: %q", call.KeepAlives, call.EndedAt, l.graphRequests())
	}
	if held() < graphsim.InactivityLimit+step {
		t.Errorf("by Graph's clock it was held for %s only, which shows little", held())
	}
	requests := l.graphRequests()
	if last := requests[len(requests)-1]; !strings.HasPrefix(last, "GET ") {
		t.Errorf("the last request is %q, want that of the close", last)
	}
	if n := l.sent(http.MethodDelete); n != 0 {
		t.Errorf("%d DELETEs were sent", n)
	}
	if state := w.state(); state["call_id"] != nil {
		t.Errorf("something of the ephemeral resource is in state: %v", state)
	}
}

func TestEphemeralCLI_callEndsDuringTheRun(t *testing.T) {
	t.Parallel()
	l := newLab(t).hurried(t, time.Minute)
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	file := filepath.Join(t.TempDir(), "done")
	w := newWorkspace(t, l, l.longRun(t, file))
	ended := false
	finishWhen(t, file, func() bool {
		if !ended && l.responses(http.StatusOK) >= 4 {
			ended = l.EndCall(callID, 200, 5002, "")
		}
		return l.responses(http.StatusNotFound) > 0
	})
	out, code := w.run("apply", "-auto-approve")
	if code != 1 {
		t.Errorf("apply exited %d", code)
	}
	expectText(t, out, "Error: Call Has Ended", "Call "+callID+" ended during this run", "all other participants have left", "found that it had ended")
	if n := strings.Count(out, "Error:"); n != 1 {
		t.Errorf("%d errors, want one:\n%s", n, out)
	}
	if n := l.responses(http.StatusNotFound); n != 1 {
		t.Errorf("after its end the call was asked for %d times, want once", n)
	}
}

// Transient failures do not show, and the last one is a warning if none has succeeded since.
func TestEphemeralCLI_failuresAtTheEnd(t *testing.T) {
	t.Parallel()
	l := newLab(t).hurried(t, time.Minute)
	file := filepath.Join(t.TempDir(), "done")
	w := newWorkspace(t, l, l.longRun(t, file))
	l.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Method: http.MethodPost, Skip: 3, Times: -1, Status: http.StatusForbidden})
	finishWhen(t, file, func() bool { return l.responses(http.StatusForbidden) >= 2 })
	out := w.mustRun("apply", "-auto-approve")
	expectText(t, out, "Warning: Call May End Soon", "403 Forbidden", "Graph still shows the call as alive")
	if n := strings.Count(out, "Warning:"); n != 1 {
		t.Errorf("%d warnings, want one:\n%s", n, out)
	}
}

// dependsOn is a resource that changes in each apply and depends on an ephemeral one: without such a dependent, OpenTofu does
// not open that in an apply.
func dependsOn(ephemeral string) string {
	return `
resource "terraform_data" "dependent" {
  triggers_replace = timestamp()
  depends_on       = [` + ephemeral + `]
}
`
}

// A plan opens and closes it; one whose call is not known yet does neither, so that what the
// apply places is hung up by the apply only.
func TestEphemeralCLI_planAndDeferral(t *testing.T) {
	t.Parallel()
	l := newLab(t).realTime()
	w := newWorkspace(t, l, l.config("ephemeral \"msgraph_call_keepalive\" \"lab\" { call_id = %q }\n", callID))
	w.mustRun("validate")
	if n := len(l.Requests()); n != 0 {
		t.Errorf("validate sent %d requests", n)
	}
	w.mustRun("plan")
	l.expectSent(t, 1)

	w.write(l.config(`
resource "terraform_data" "bot" { input = %q }
ephemeral "msgraph_call_keepalive" "lab" {
  call_id          = terraform_data.bot.output
  hang_up_on_close = true
}
`, callID) + dependsOn("ephemeral.msgraph_call_keepalive.lab"))
	l.ResetRequests()
	w.mustRun("plan")
	if requests := l.graphRequests(); len(requests) != 0 {
		t.Errorf("a plan that does not know the call sent %q", requests)
	}
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 1)
	if n := l.sent(http.MethodDelete); n != 1 {
		t.Errorf("the call was hung up %d times", n)
	}

	// The next run finds the call that the last one has hung up.
	out, code := w.run("plan")
	if code != 1 {
		t.Errorf("plan exited %d", code)
	}
	expectText(t, out, "Error: Call Not Found", "with ephemeral.msgraph_call_keepalive.lab", "cannot be revived")
}

// What becomes known only in the apply is refused there, before anything is sent.
func TestEphemeralCLI_badValuesKnownLate(t *testing.T) {
	t.Parallel()
	l := newLab(t).realTime()
	w := newWorkspace(t, l, l.config(`
resource "terraform_data" "late" { input = "a/b" }
ephemeral "msgraph_call_keepalive" "lab" { call_id = terraform_data.late.output }
`)+dependsOn("ephemeral.msgraph_call_keepalive.lab"))
	out, code := w.run("apply", "-auto-approve")
	if code != 1 {
		t.Errorf("apply exited %d", code)
	}
	expectText(t, out, "Invalid Call ID", `must not contain "/"`)
	l.expectSent(t, 0)
}

// Without Close, which Terraform leaves out when something that depends on the ephemeral
// resource fails, nothing is in the way of the next run, not even in the same process.
func TestEphemeralCLI_withoutClose(t *testing.T) {
	t.Parallel()
	l := newLab(t).realTime()
	config := func(command string) string {
		return l.config(`
ephemeral "msgraph_call_keepalive" "lab" { call_id = %q }
resource "terraform_data" "dependent" {
  depends_on = [ephemeral.msgraph_call_keepalive.lab]
  provisioner "local-exec" { command = %q }
}
`, callID, command)
	}
	w := newWorkspace(t, l, config("exit 1"))
	if out, code := w.run("apply", "-auto-approve"); code != 1 || strings.Contains(out, "Call Has Ended") {
		t.Errorf("apply exited %d:\n%s", code, out)
	}
	w.write(config("exit 0"))
	expectText(t, w.mustRun("apply", "-auto-approve"), "Apply complete!")
}
