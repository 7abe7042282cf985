package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// needsPrograms skips the test where a script's programs are missing.
func needsPrograms(t *testing.T, names ...string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the script is for a POSIX shell")
	}
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("the script needs %s, which is not on PATH", name)
		}
	}
}

// script runs a script of examples/schedulers in the directory.
func script(t *testing.T, dir string, env []string, name string, args ...string) (output string, code int) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(examplesDir, "schedulers", name))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{path}, args...)...)
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil { // it was not started
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// schedule is a workspace that examples/schedulers/keepalive.sh runs in.
type schedule struct {
	*workspace
	lab *lab
}

func newSchedule(t *testing.T, config string) schedule {
	t.Helper()
	needsPrograms(t, "sh", "jq")
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: secondID})
	return schedule{newWorkspace(t, l, l.providerBlock()+config), l}
}

// expectRun runs the script, which has to exit so, and to send so many keepAlives. Every line that it prints is marked
// as its own.
func (s schedule) expectRun(code, keepAlives int, args ...string) string {
	s.t.Helper()
	s.lab.ResetRequests()
	out, got := script(s.t, s.dir, append(s.env, "TERRAFORM="+s.cli, "TMPDIR="+s.dir), "keepalive.sh", args...)
	if got != code {
		s.t.Fatalf("keepalive.sh exited %d, want %d:\n%s", got, code, out)
	}
	s.lab.expectSent(s.t, keepAlives)
	expectPrefix(s.t, out)
	if left, _ := filepath.Glob(filepath.Join(s.dir, "tmp.*")); len(left) != 0 {
		s.t.Errorf("the script left %q, and a plan may hold secrets", left)
	}
	return out
}

// expectPrefix fails the test for each line that does not say that it is the script's.
func expectPrefix(t *testing.T, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "keepalive: ") {
			t.Errorf("the line %q has no prefix", line)
		}
	}
}

// expectLines fails the test for each line that the output does not have as a whole.
func expectLines(t *testing.T, out string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains("\n"+out, "\n"+line+"\n") {
			t.Errorf("the output does not have the line %q:\n%s", line, out)
		}
	}
}

const (
	secondID = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
	twoCalls = `
resource "msgraph_call_keepalive" "lab" {
  for_each = toset(["` + callID + `", "` + secondID + `"])
  call_id  = each.value
}
`
	firstOfTwo  = `msgraph_call_keepalive.lab["` + callID + `"]`
	secondOfTwo = `msgraph_call_keepalive.lab["` + secondID + `"]`
)

// The script tells apart what exit code 2 of a plan does not.
func TestSchedulers_keepalive(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, twoCalls)
	expectLines(t, s.expectRun(2, 0, "--check"), "keepalive: due: "+firstOfTwo+" (create)", "keepalive: due: "+secondOfTwo+" (create)")
	expectLines(t, s.expectRun(0, 2), "keepalive: applied.")
	expectLines(t, s.expectRun(0, 0), "keepalive: nothing is due.")
	s.expectRun(0, 0, "--check")

	s.lab.clock.Advance(15 * time.Minute)
	s.lab.EndCall(callID, 200, 5001, "")
	ended := "keepalive: ended: " + firstOfTwo
	expectLines(t, s.expectRun(3, 0, "--check"), ended, "keepalive: due: "+secondOfTwo+" (update)")
	expectLines(t, s.expectRun(3, 2), ended) // the other call is kept alive, and the ended one is tried in vain
	expectLines(t, s.expectRun(3, 0), ended) // out of state by now, and not forgotten
	expectLines(t, s.expectRun(3, 0, "--check"), ended)
}

// A call that ends while nothing else is due stays in state, with the reason that Graph gives.
func TestSchedulers_keepaliveOfAnEndedCall(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, oneCall)
	s.expectRun(0, 1)
	s.lab.EndCall(callID, 408, 8537, "")
	s.lab.ShowEnded(graphsim.EndedVisibility{Terminated: graphsim.InactivityLimit})
	for range 2 {
		expectLines(t, s.expectRun(3, 0), "keepalive: warning: msgraph_call_keepalive.lab: Call Has Ended: "+callID, "keepalive: ended: msgraph_call_keepalive.lab")
	}

	// Another ID is another call.
	s.write(s.lab.providerBlock() + strings.ReplaceAll(oneCall, callID, secondID))
	expectLines(t, s.expectRun(2, 0, "--check"), "keepalive: due: msgraph_call_keepalive.lab (create)")
	s.expectRun(0, 1)

	// Whoever takes the ended call out of the configuration is not woken for it again.
	s.lab.EndCall(secondID, 200, 5001, "")
	s.write(s.lab.providerBlock())
	s.expectRun(0, 0, "--check")
}

// Graph shows why a call has ended for some minutes; the run that sees it records it, also if nothing is due.
func TestSchedulers_keepaliveRecordsAnEnd(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, `
resource "msgraph_call_keepalives" "lab" {
  on_ended = "report"
  calls    = { ballroom = "`+callID+`" }
}
`)
	s.expectRun(0, 1)
	s.lab.EndCall(callID, 487, 5300, "callee hung up")
	s.lab.ShowEnded(graphsim.EndedVisibility{Terminated: 10 * time.Minute})
	out := s.expectRun(3, 0)
	expectText(t, out, "5300")
	s.lab.clock.Advance(16 * time.Minute)
	expectText(t, s.expectRun(3, 0), "5300")
}

// A plain apply drops an ended call from state, and plans to create it.
func TestSchedulers_keepaliveAfterAnApply(t *testing.T) {
	t.Parallel()
	for _, shown := range []bool{false, true} {
		s := newSchedule(t, twoCalls)
		s.mustRun("apply", "-auto-approve")
		s.lab.EndCall(callID, 408, 8537, "")
		if shown {
			s.lab.ShowEnded(graphsim.EndedVisibility{Terminated: graphsim.InactivityLimit})
		}
		s.expectExit(1, applyNow)
		ended := "keepalive: ended: " + firstOfTwo
		expectLines(t, s.expectRun(3, 0), ended)
		s.lab.clock.Advance(15 * time.Minute)
		expectLines(t, s.expectRun(3, 0, "--check"), ended, "keepalive: due: "+secondOfTwo+" (update)")
	}
}

func TestSchedulers_keepaliveOfDeadCallsAtFirst(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, twoCalls)
	s.lab.EndCall(callID, 200, 5001, "")
	ended := []string{"keepalive: ended: " + firstOfTwo}
	expectLines(t, s.expectRun(3, 0, "--check"), append(ended, "keepalive: due: "+secondOfTwo+" (create)")...)
	expectLines(t, s.expectRun(3, 2), ended...)

	s.lab.EndCall(secondID, 200, 5001, "")
	ended = append(ended, "keepalive: ended: "+secondOfTwo)
	expectLines(t, s.expectRun(3, 0, "--check"), ended...)
	expectLines(t, s.expectRun(3, 0), ended...)
}

// Where the call may still appear, only a run that has waited for it can say that it does not.
func TestSchedulers_keepaliveWaitsForACall(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, strings.Replace(oneCall, "}", "  wait_for_call = \"1m\"\n}", 1))
	s.lab.EndCall(callID, 200, 5001, "")
	s.expectRun(2, 0, "--check")
	expectLines(t, s.expectRun(3, 13), "keepalive: ended: msgraph_call_keepalive.lab")
}

func TestSchedulers_keepaliveFails(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, oneCall)
	s.expectRun(0, 1)
	denied := "keepalive: error: msgraph_call_keepalive.lab: Graph Denied Access to the Call"
	s.lab.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Status: http.StatusForbidden, Times: 1})
	expectLines(t, s.expectRun(1, 0), denied, "keepalive: the plan failed, and nothing was applied: see above.")

	s.lab.clock.Advance(15 * time.Minute)
	s.lab.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Method: http.MethodPost, Status: http.StatusForbidden, Times: 1})
	expectLines(t, s.expectRun(1, 1), denied, "keepalive: the apply failed: see above.")
	s.expectRun(0, 1)
}

// An end is told whatever else has failed: that is for a person to see to, at once.
func TestSchedulers_keepaliveFailsWhereACallHasEnded(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, twoCalls)
	s.expectRun(0, 2)
	s.lab.clock.Advance(15 * time.Minute)
	s.lab.EndCall(callID, 200, 5001, "")
	ended := "keepalive: ended: " + firstOfTwo
	second := graphsim.Fault{Service: graphsim.ServiceGraph, PathContains: secondID, Status: http.StatusForbidden}

	s.lab.Inject(second)
	expectLines(t, s.expectRun(3, 0), ended, "keepalive: error: "+secondOfTwo+": Graph Denied Access to the Call",
		"keepalive: the plan failed, and nothing was applied: see above.")
	second.Method = http.MethodPost
	s.lab.Inject(second)
	expectLines(t, s.expectRun(3, 2), ended, "keepalive: the apply failed for other reasons as well: see above.")
	if out := s.expectRun(3, 2); strings.Contains(out, "other reasons") {
		t.Errorf("there was no other failure:\n%s", out)
	}
}

// A lab in one object: each call that has ended is named, whatever on_ended says, and the others are kept alive.
func TestSchedulers_keepaliveOfALab(t *testing.T) {
	t.Parallel()
	for onEnded, sent := range map[string]int{"error": 2, "report": 1} {
		t.Run(onEnded, func(t *testing.T) {
			t.Parallel()
			s := newSchedule(t, `
resource "msgraph_call_keepalives" "lab" {
  on_ended = "`+onEnded+`"
  calls = {
    ballroom = "`+callID+`"
    foyer    = "`+secondID+`"
  }
}
`)
			s.expectRun(2, 0, "--check")
			s.expectRun(0, 2)
			s.expectRun(0, 0)
			s.lab.clock.Advance(15 * time.Minute)
			s.lab.EndCall(callID, 200, 5001, "")
			ended := `keepalive: ended: msgraph_call_keepalives.lab["ballroom"]: Graph no longer knows it (response: 404 Not Found, code 8522, "Call not found.")`
			expectLines(t, s.expectRun(3, 0, "--check"), ended, "keepalive: due: msgraph_call_keepalives.lab (update)")
			out := s.expectRun(3, sent)
			expectLines(t, out, ended)
			if n := strings.Count(out, "keepalive: ended:"); n != 1 {
				t.Errorf("%d lines say that the one call has ended:\n%s", n, out)
			}
			if strings.Contains(out, "other reasons") {
				t.Errorf("there was no other failure:\n%s", out)
			}
			expectLines(t, s.expectRun(3, 0, "--check"), ended)
		})
	}
}

// As does a plan of single calls, the plan of a lab tells of calls that were dead from the start, at first and when they
// are added.
func TestSchedulers_keepaliveOfALabWithDeadCalls(t *testing.T) {
	t.Parallel()
	const lab = "resource \"msgraph_call_keepalives\" \"lab\" {\n  calls = {\n%s  }\n}\n"
	s := newSchedule(t, fmt.Sprintf(lab, "ballroom = \""+callID+"\"\n foyer = \""+secondID+"\"\n"))
	s.lab.EndCall(callID, 200, 5001, "")
	ended := "keepalive: ended: msgraph_call_keepalives.lab: see above"
	out := s.expectRun(3, 0, "--check")
	expectLines(t, out, ended, "keepalive: warning: msgraph_call_keepalives.lab: Graph Does Not Know the Call")
	expectText(t, out, "ballroom")
	expectLines(t, s.expectRun(3, 2), ended)
	s.write(s.lab.providerBlock() + fmt.Sprintf(lab, "foyer = \""+secondID+"\"\n"))
	s.expectRun(0, 1)
	s.write(s.lab.providerBlock() + fmt.Sprintf(lab, "ballroom = \""+callID+"\"\n foyer = \""+secondID+"\"\n"))
	expectLines(t, s.expectRun(3, 0, "--check"), ended)
}

func TestSchedulers_keepaliveArguments(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, oneCall)
	for _, args := range [][]string{{"--chekc"}, {"-check"}, {"--check", "now"}, {""}} {
		s.lab.ResetRequests()
		out, code := script(t, s.dir, append(s.env, "TERRAFORM="+s.cli), "keepalive.sh", args...)
		want := fmt.Sprintf("keepalive: unknown argument %q. Nothing was done; try keepalive.sh --help.\n", args[len(args)-1])
		if code != 64 || out != want {
			t.Errorf("%q exited %d:\n%s", args, code, out)
		}
		s.lab.expectSent(t, 0)
	}
	for _, timeout := range []string{"abc", "5", "5 m", "5m -destroy"} {
		out, code := script(t, s.dir, append(s.env, "TERRAFORM="+s.cli, "LOCK_TIMEOUT="+timeout), "keepalive.sh")
		want := fmt.Sprintf("keepalive: LOCK_TIMEOUT is %q, which is not a duration such as 90s or 5m. Nothing was done; try keepalive.sh --help.\n", timeout)
		if code != 64 || out != want {
			t.Errorf("LOCK_TIMEOUT=%q exited %d:\n%s", timeout, code, out)
		}
	}
	for _, argument := range []string{"--help", "-h"} {
		out, code := script(t, s.dir, nil, "keepalive.sh", argument)
		if code != 0 || !strings.HasPrefix(out, "Usage: keepalive.sh [--check]\n") {
			t.Errorf("%s exited %d:\n%s", argument, code, out)
		}
	}
}

// A program that is missing is told of before anything is planned.
func TestSchedulers_keepaliveWithoutItsPrograms(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "sh", "jq")
	bin := t.TempDir() // has what there is on any machine
	for _, name := range []string{"cat", "printf"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("no %s", name)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	out, code := script(t, t.TempDir(), []string{"PATH=" + bin}, "keepalive.sh")
	if code != 1 || out != "keepalive: terraform is not on PATH: install it, or set TERRAFORM, as in TERRAFORM=tofu.\n" {
		t.Errorf("without Terraform it exited %d:\n%s", code, out)
	}
	out, code = script(t, t.TempDir(), []string{"PATH=" + bin, "TERRAFORM=" + findCLI(t).Path}, "keepalive.sh")
	if code != 1 || out != "keepalive: jq is not on PATH: install it (https://jqlang.org).\n" {
		t.Errorf("without jq it exited %d:\n%s", code, out)
	}
}

// A directory that has not been initialised is an error as any other.
func TestSchedulers_keepaliveWithoutInit(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "sh", "jq")
	w := &workspace{t: t, dir: t.TempDir()}
	w.write("")
	out, code := script(t, w.dir, []string{"PATH=" + os.Getenv("PATH"), "TERRAFORM=" + findCLI(t).Path, "CHECKPOINT_DISABLE=1"}, "keepalive.sh")
	if code != 1 {
		t.Errorf("it exited %d:\n%s", code, out)
	}
	expectPrefix(t, out)
	expectText(t, out, "init")
}

// Each configuration of a backend is one that the CLI takes.
func TestSchedulers_backends(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for azurerm's use_oidc
	cli := findCLI(t)
	files, err := filepath.Glob(filepath.Join(examplesDir, "schedulers", "*", "*.tf"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%v, %d configurations", err, len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			w := &workspace{t: t, cli: cli.Path, dir: t.TempDir(), env: []string{"PATH=" + os.Getenv("PATH"), "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS=-no-color"}}
			overwrite(t, filepath.Join(w.dir, "backend.tf"), readFile(t, file))
			w.mustRun("init", "-backend=false")
			w.mustRun("validate")
		})
	}
}

// hcpTerraform stands in for the two requests that run.sh makes.
func hcpTerraform(t *testing.T, statuses ...string) (url string, started *[]string) {
	t.Helper()
	started = new([]string)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v2/runs", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Data struct {
				Type          string         `json:"type"`
				Attributes    map[string]any `json:"attributes"`
				Relationships struct {
					Workspace struct {
						Data struct {
							ID string `json:"id"`
						} `json:"data"`
					} `json:"workspace"`
				} `json:"relationships"`
			} `json:"data"`
		}
		err := json.NewDecoder(r.Body).Decode(&body)
		if err != nil || body.Data.Type != "runs" || body.Data.Attributes["auto-apply"] != true || r.Header.Get("Authorization") != "Bearer t0ken" ||
			r.Header.Get("Content-Type") != "application/vnd.api+json" {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		*started = append(*started, body.Data.Relationships.Workspace.Data.ID)
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"data":{"id":"run-1","attributes":{"status":"pending"}}}`))
	})
	mux.HandleFunc("GET /api/v2/runs/run-1", func(w http.ResponseWriter, _ *http.Request) {
		status := statuses[0]
		statuses = statuses[min(1, len(statuses)-1):]
		_, _ = w.Write([]byte(`{"data":{"id":"run-1","attributes":{"status":"` + status + `"}}}`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL, started
}

func TestSchedulers_hcpTerraform(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "sh", "jq", "curl")
	for name, c := range map[string]struct {
		statuses []string
		token    string
		code     int
	}{
		"applied":       {[]string{"planning", "applying", "applied"}, "t0ken", 0},
		"nothing to do": {[]string{"planned_and_finished"}, "t0ken", 0},
		"errored":       {[]string{"planning", "errored"}, "t0ken", 1},
		"never done":    {[]string{"policy_checked"}, "t0ken", 1},
		"refused":       {nil, "wr0ng", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, started := hcpTerraform(t, c.statuses...)
			out, code := script(t, t.TempDir(), []string{
				"PATH=" + os.Getenv("PATH"), "TFE_ADDRESS=" + url, "TFE_TOKEN=" + c.token, "TFE_WORKSPACE_ID=ws-1", "POLL_SECONDS=0", "MAX_LOOKS=5",
			}, "hcp-terraform/run.sh")
			if (code == 0) != (c.code == 0) {
				t.Errorf("run.sh exited %d, want %d:\n%s", code, c.code, out)
			}
			if c.token == "t0ken" && (len(*started) != 1 || (*started)[0] != "ws-1") {
				t.Errorf("runs were started of %q", *started)
			}
			if strings.Contains(out, c.token) {
				t.Errorf("the token is shown:\n%s", out)
			}
		})
	}
}
