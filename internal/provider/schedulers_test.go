package provider

import (
	"bytes"
	"encoding/json"
	"errors"
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

// script runs a script of examples/schedulers in the folder.
func script(t *testing.T, dir string, env []string, name string, args ...string) (output string, code int) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(examplesDir, "schedulers", name))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{path}, args...)...)
	cmd.Dir, cmd.Env = dir, env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
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
	return schedule{newWorkspace(t, l, l.providerBlock()+config), l}
}

// expectRun runs the script, which has to exit so, and to send so many keepAlives.
func (s schedule) expectRun(code, keepAlives int, args ...string) string {
	s.t.Helper()
	s.lab.ResetRequests()
	out, got := script(s.t, s.dir, append(s.env, "TERRAFORM="+s.cli, "TMPDIR="+s.dir), "keepalive.sh", args...)
	if got != code {
		s.t.Fatalf("keepalive.sh exited %d, want %d:\n%s", got, code, out)
	}
	s.lab.expectSent(s.t, keepAlives)
	if left, _ := filepath.Glob(filepath.Join(s.dir, "tmp.*")); len(left) != 0 {
		s.t.Errorf("the script left %q, and a plan may hold secrets", left)
	}
	return out
}

const twoCalls = `
resource "msgraph_call_keepalive" "lab" {
  for_each = toset(["` + callID + `", "2f1a1100-b174-40a0-aba7-0b405e01ed92"])
  call_id  = each.value
}
`

// The script tells apart what exit code 2 of a plan does not.
func TestSchedulers_keepalive(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, twoCalls)
	s.lab.PlaceCall(graphsim.Call{ID: "2f1a1100-b174-40a0-aba7-0b405e01ed92"})

	s.expectRun(2, 0, "--check")
	expectText(t, s.expectRun(0, 2), "keepalive: applied.")
	expectText(t, s.expectRun(0, 0), "keepalive: nothing is due.")
	s.expectRun(0, 0, "--check")

	s.lab.clock.Advance(15 * time.Minute)
	expectText(t, s.expectRun(2, 0, "--check"), `keepalive: due: msgraph_call_keepalive.lab["2f1a1100-b174-40a0-aba7-0b405e01ed92"]`)
	s.expectRun(0, 2)

	s.lab.clock.Advance(15 * time.Minute)
	s.lab.EndCall(callID, 200, 5001, "")
	ended := `keepalive: ended: msgraph_call_keepalive.lab["` + callID + `"]`
	expectText(t, s.expectRun(3, 0, "--check"), ended)
	expectText(t, s.expectRun(3, 1), ended) // the other call is kept alive
	expectText(t, s.expectRun(3, 0), ended) // and the one that has ended is not forgotten
}

func TestSchedulers_keepaliveFails(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, oneCall)
	s.expectRun(0, 1)
	s.lab.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Status: http.StatusForbidden, Times: 1})
	expectText(t, s.expectRun(1, 0), "Error: Graph Denied Access to the Call", "keepalive: the plan failed.")

	s.lab.clock.Advance(15 * time.Minute)
	s.lab.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Method: http.MethodPost, Status: http.StatusForbidden, Times: 1})
	expectText(t, s.expectRun(1, 1), "Error: Graph Denied Access to the Call")
	s.expectRun(0, 1)
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
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			overwrite(t, filepath.Join(w.dir, "backend.tf"), string(text))
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
