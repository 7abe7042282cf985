package provider

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// newWholeExample is a workspace with all files of an example that is a whole configuration.
func newWholeExample(t *testing.T, l *lab, directory string, env ...string) *workspace {
	t.Helper()
	w := newWorkspace(t, l.withEnv(l.environ()...), "")
	w.env = append(w.env, env...)
	w.become(directory)
	return w
}

// become puts the files of an example in the place of the workspace's own.
func (w *workspace) become(directory string) {
	w.t.Helper()
	if err := os.Remove(filepath.Join(w.dir, "main.tf")); err != nil {
		w.t.Fatal(err)
	}
	if err := os.CopyFS(w.dir, os.DirFS(filepath.Join(examplesDir, directory))); err != nil {
		w.t.Fatal(err)
	}
}

func TestExamples_manyCalls(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.3.0", "1.6.0")
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: "2f1a1100-b174-40a0-aba7-0b405e01ed92"})
	w := newWholeExample(t, l, "many-calls")
	w.cleanApply(l, 2)
	expectText(t, w.mustRun("output"), `expires_at = "2026-03-14T15:45:00Z"`, "ended = tomap({})")
	for _, file := range []string{"calls.json", "calls.yaml"} { // the same calls
		w.expectExit(0, []string{"plan", "-detailed-exitcode", "-var", "calls_file=" + file})
	}
	// A file that is not what its extension says is an error, and not a lab without calls.
	for name, text := range map[string]string{"broken.yaml": "name,call_id\na,b\n", "broken.json": "- name: a", "calls.txt": "name,call_id\na,b\n"} {
		overwrite(t, filepath.Join(w.dir, name), text)
		w.expectExit(1, []string{"plan", "-var", "calls_file=" + name})
	}
	// One that ends is reported, and the other one is kept alive.
	l.EndCall(callID, 200, 5001, "")
	l.clock.Advance(11 * time.Minute)
	w.cleanApply(l, 1)
	expectText(t, w.mustRun("output"), `"reception" = "Graph no longer knows it`)
}

// The calls are placed, kept alive, placed again after they have ended, and hung up. A plan places none.
func TestExamples_wholeLab(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	w := newWholeExample(t, l, "whole-lab", "TF_VAR_callback_uri=https://bot.contoso.com/callback",
		`TF_VAR_users={ reception = "112f7296-5fa4-42ca-bae8-6a692b15d4b8", lobby = "f1fc9be6-f0b8-4b0c-9d4e-5b8d1c1f0a35", `+
			`standup = "0a2fd8c4-7d51-4c0e-9a36-51b2f6a5e917" }`,
		`TF_VAR_meetings={ standup = "`+longLink(graphsim.TenantID)+`" }`)
	w.mustRun("validate")
	expectText(t, w.expectExit(2, planNow), "4 to add, 0 to change, 0 to destroy")
	l.expectPlaced(t, 0, 0)
	w.cleanApply(l, 4) // POSTs
	l.expectPlaced(t, 4, 4)
	expectText(t, w.mustRun("output", "user_calls"), `"lobby" = "`, `"reception" = "`, `"standup" = "`)
	expectText(t, w.mustRun("output", "meeting_calls"), `"standup" = "`+l.meetingCall(t).ID)

	l.clock.Advance(10 * time.Minute)
	ended := l.meetingCall(t).ID
	l.EndCall(ended, 200, 5002, "")
	l.ResetRequests()
	out := w.expectExit(0, applyNow, "Warning: Call Will Be Placed Again: "+ended, "all other participants have left",
		"1 added, 3 changed, 0 destroyed")
	if strings.Contains(out, "meetup-join") {
		t.Errorf("the link is shown:\n%s", out)
	}
	if kept := len(l.KeepAlives("")); kept != 3 {
		t.Errorf("%d keepAlives were sent, want 3", kept)
	}
	l.expectPlaced(t, 5, 4)
	w.expectNoChanges()
	w.mustRun("destroy", "-auto-approve")
	l.expectPlaced(t, 5, 0)
}

// meetingCall is the last call that was placed into a meeting.
func (l *lab) meetingCall(t *testing.T) graphsim.PlacedCall {
	t.Helper()
	for _, placed := range slices.Backward(l.Placed()) {
		if len(placed.Targets) == 0 {
			return placed
		}
	}
	t.Fatal("no meeting was joined")
	return graphsim.PlacedCall{}
}

func TestExamples_holdDuringApply(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.10.0", "1.11.0")
	l := newLab(t).realTime()
	w := newWholeExample(t, l, "hold-during-apply", "TF_VAR_call_id="+callID)
	l.ResetRequests()
	expectText(t, w.mustRun("apply", "-auto-approve"), "The deployment runs here.", "1 added")
	l.expectSent(t, 2) // the plan opens the ephemeral resource, and the apply
}

func TestExamples_alertCheck(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.5.0", "1.6.0")
	needsPrograms(t, "sh", "jq")
	l := newLab(t)
	w := newWholeExample(t, l, "alert-check", "TF_VAR_call_id="+callID)
	if out, code := w.alert(); out != "" || code != 0 {
		t.Errorf("of a call that is alive the plan exits %d, with the alert %q", code, out)
	}
	l.EndCall(callID, 408, 8537, "")
	l.ShowEnded(graphsim.EndedVisibility{Terminated: graphsim.InactivityLimit})
	out, code := w.alert()
	if code != 0 {
		t.Errorf("of a call that has ended the plan exits %d, want 0", code)
	}
	expectText(t, out, "The call is not alive. Graph shows it", "no keepAlive was received for 45 minutes")

	l.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Status: http.StatusForbidden, Times: -1})
	if out, code := w.alert(); code != 1 || strings.Contains(out, "has ended") {
		t.Errorf("of a call that cannot be read the plan exits %d, and the alert is %q", code, out)
	}
	l.expectSent(t, 0)
}

// alert runs the last two commands of the example's README, and returns what the last one prints if the first makes a
// plan, and how that one ends.
func (w *workspace) alert() (out string, code int) {
	w.t.Helper()
	var commands []string
	for line := range strings.Lines(readFile(w.t, filepath.Join(w.dir, "README.md"))) {
		if strings.HasPrefix(line, "terraform plan") || strings.HasPrefix(line, "terraform show") {
			commands = append(commands, strings.TrimSpace(line))
		}
	}
	if len(commands) != 2 {
		w.t.Fatalf("README.md has the commands %q", commands)
	}
	cli := w.cli
	defer func() { w.cli = cli }()
	w.cli = "sh"
	return w.run("-ec", "terraform() { "+cli+` "$@"; }`+"\n"+commands[0]+" >/dev/null\n"+commands[1])
}

func TestExamples_terraformTest(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.7.0", "1.8.0")
	l := newLab(t)
	w := newWholeExample(t, l, "terraform-test")
	expectText(t, w.mustRun("test"), "2 passed, 0 failed")
	l.expectNothingSent(t)
	out, code := w.run("test", "-var", "renew_after=40m")
	if code != 1 {
		t.Errorf("the test passes with another renew_after:\n%s", out)
	}
}

// A copy of the example works as the repository's own directory does, by the commands of its README. The step sees each
// request to Graph, and none for a token.
func TestExamples_httpPipelineStep(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "sh", "go")
	l := newLab(t)
	w := newBuiltWorkspace(t, "", append(l.environ(), "TF_VAR_call_id="+callID)...) // the program is found from Terraform's directory
	w.become("http-pipeline-step")
	readme := readFile(t, filepath.Join(w.dir, "README.md"))
	build := regexp.MustCompile("(?s)\n```sh\n(go build [^\n]*)\n.*?\n```\n").FindStringSubmatch(readme)
	if build == nil {
		t.Fatal("README.md does not say how to build the program")
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", build[1])
	cmd.Dir, cmd.Env = w.dir, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-trimpath") // as goBuild
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build[1], err, out)
	}
	w.cleanApply(l, 1)
	trace, seen := readFile(t, filepath.Join(w.dir, "trace.log")), 0
	expectText(t, trace, "keepAlive: sent with 00-", "keepAlive: response 200")
	for _, r := range l.Requests() {
		if parent := r.Header.Get("Traceparent"); r.Service == graphsim.ServiceGraph {
			seen++
			if parent == "" || !strings.Contains(trace, ": sent with "+parent+"\n") {
				t.Errorf("got traceparent %q, want one of those in\n%s", parent, trace)
			}
		} else if parent != "" {
			t.Error("a request for a token has a traceparent")
		}
	}
	if seen < 2 {
		t.Errorf("got %d requests, want the keepAlive and the plan's look", seen)
	}
}
