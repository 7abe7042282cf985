package provider

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// longRunOfMany is [lab.longRun] with the ephemeral resource of many calls: the lab's own, and one more.
func (l *lab) longRunOfMany(t *testing.T, file, arguments string) string {
	t.Helper()
	config := strings.ReplaceAll(l.longRun(t, file), "msgraph_call_keepalive", "msgraph_call_keepalives")
	return strings.ReplaceAll(config, fmt.Sprintf("{ call_id = %q }", callID), fmt.Sprintf("{\n  calls = { lab = %q, other = \"id-b\" }\n  %s\n}", callID, arguments))
}

func TestEphemeralOfManyCLI_renewsWhileSomethingDependsOnIt(t *testing.T) {
	t.Parallel()
	l := newLab(t).hurried(t, 10*time.Minute)
	l.PlaceCall(graphsim.Call{ID: "id-b"})
	file := filepath.Join(t.TempDir(), "done")
	w := newWorkspace(t, l, l.longRunOfMany(t, file, ""))
	const want = 8 // one for the plan, one as the apply opens it, and six renewals
	finishWhen(t, file, func() bool { return l.responses(http.StatusOK) >= want })
	expectText(t, w.mustRun("apply", "-auto-approve"), "msgraph_call_keepalives.lab: Renewing...", "msgraph_call_keepalives.lab: Closing...", "Apply complete! Resources: 1 added")
	for _, call := range l.Calls() {
		if call.KeepAlives < want || !call.EndedAt.IsZero() {
			t.Errorf("call %s got %d keepAlives and ended at %v", call.ID, call.KeepAlives, call.EndedAt)
		}
	}
	if state := readFile(t, filepath.Join(w.dir, "terraform.tfstate")); strings.Contains(state, "id-b") {
		t.Errorf("something of the ephemeral resource is in state: %s", state)
	}
}

// One that ends does not keep the other from being kept alive; at the end the run fails, or warns.
func TestEphemeralOfManyCLI_oneEndsDuringTheRun(t *testing.T) {
	t.Parallel()
	for mode, severity := range map[string]string{onEndedError: "Error", onEndedReport: "Warning"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			l := newLab(t).hurried(t, time.Minute)
			l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
			l.PlaceCall(graphsim.Call{ID: "id-b"})
			file := filepath.Join(t.TempDir(), "done")
			w := newWorkspace(t, l, l.longRunOfMany(t, file, fmt.Sprintf("on_ended = %q", mode)))
			ended, keptThen := false, 0
			var before atomic.Int64 // keepAlives of the call that ends
			finishWhen(t, file, func() bool {
				n := l.responses(http.StatusOK)
				if !ended && n >= 4 {
					ended, keptThen = l.EndCall("id-b", 200, 5002, ""), n
					before.Store(int64(len(l.KeepAlives("id-b"))))
				}
				return ended && n >= keptThen+3
			})
			out, code := w.run("apply", "-auto-approve")
			if (code == 1) != (mode == onEndedError) {
				t.Errorf("apply exited %d", code)
			}
			expectText(t, out, severity+": Call Has Ended", `other: Graph shows it as "terminated"`, "all other participants have left", "The other call was held to the end.")
			if n := strings.Count(out, "Error:") + strings.Count(out, "Warning:"); n != 1 {
				t.Errorf("%d diagnostics, want one:\n%s", n, out)
			}
			if n := len(l.KeepAlives("id-b")) - int(before.Load()); n > 1 {
				t.Errorf("after its end the call was asked for %d times, want once", n)
			}
		})
	}
}

// A plan opens it, and one that does not know one ID defers the whole; what is learned in the apply fails there, at its
// name, after all others have got their keepAlive.
func TestEphemeralOfManyCLI_planAndDeferral(t *testing.T) {
	t.Parallel()
	l := newLab(t).realTime()
	l.PlaceCall(graphsim.Call{ID: "id-b"})
	config := func(late string) string {
		return l.config(`
resource "terraform_data" "late" { input = %q }
ephemeral "msgraph_call_keepalives" "lab" { calls = { lab = %q, late = terraform_data.late.output } }
`, late, callID) + dependsOn("ephemeral.msgraph_call_keepalives.lab")
	}
	w := newWorkspace(t, l, config("id-b"))
	w.mustRun("validate")
	w.mustRun("plan")
	if requests := l.graphRequests(); len(requests) != 0 {
		t.Errorf("a plan that does not know all calls sent %q", requests)
	}
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 2)
	l.ResetRequests()
	w.mustRun("plan") // it is known by now
	l.expectSent(t, 2)

	for late, says := range map[string]string{"a/b": "Invalid Call ID", callID: "Duplicate Call ID", "id-gone": "Call Not Found"} {
		l.ResetRequests()
		w.write(config(late))
		out, code := w.run("apply", "-auto-approve")
		if code != 1 {
			t.Errorf("apply exited %d", code)
		}
		expectText(t, out, says, "with ephemeral.msgraph_call_keepalives.lab", "late:", "The other call was kept alive.")
		if len(l.KeepAlives(callID)) != 1 {
			t.Errorf("Graph got %q", l.graphRequests())
		}
		w.mustRun("destroy", "-auto-approve", "-target=terraform_data.late")
	}
}
