package provider

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/graphsim"
)

// keepalivesConfig is a configuration with one resource that keeps the calls alive, which are there, and body.
func (l *lab) keepalivesConfig(names, arguments, body string) string {
	var calls strings.Builder
	for _, name := range names {
		id := "id-" + string(name)
		if _, ok := l.Call(id); !ok {
			l.PlaceCall(graphsim.Call{ID: id})
		}
		fmt.Fprintf(&calls, "    %c = %q\n", name, id)
	}
	return l.config("resource \"msgraph_call_keepalives\" \"lab\" {\n  calls = {\n%s  }\n  %s\n}\n%s\n", calls.String(), arguments, body)
}

// planCode is expectExit for plan -detailed-exitcode.
func (w *workspace) planCode(code int, args ...string) string {
	w.t.Helper()
	return w.expectExit(code, append([]string{"plan", "-detailed-exitcode"}, args...))
}

func TestCallKeepalivesCLI_lifeOfALab(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("abc", "", ""))
	w.mustRun("apply", "-auto-approve")
	l.expectKept(t, "abc")
	w.planCode(0)
	w.planCode(0, "-refresh-only")
	l.clock.Advance(11 * time.Minute)
	out := w.planCode(2)
	expectText(t, out, "1 to change", `~ last_keepalive_at = "2026-03-14T15:00:00Z" -> (known after apply)`)
	if strings.Contains(out, "ended") {
		t.Errorf("ended is in the plan:\n%s", out)
	}
	w.mustRun("apply", "-auto-approve")
	w.planCode(0)

	l.EndCall("id-b", 200, 5001, "")
	expectText(t, w.planCode(2), "Warning: Call Has Ended", "with msgraph_call_keepalives.lab", "b: Graph no longer knows it", "404 Not Found")
	l.ResetRequests()
	out = w.expectExit(1, applyNow)
	expectText(t, out, "Error: Call Has Ended", "The other 2 calls were kept alive.")
	l.expectKept(t, "abc")
	w.planCode(2)

	w.write(l.keepalivesConfig("abc", `on_ended = "report"`, ""))
	w.mustRun("apply", "-auto-approve")
	expectText(t, w.planCode(0), "Warning: Call Has Ended")
	w.planCode(0, "-refresh-only")

	// d is new, a gone; ended follows.
	w.write(l.keepalivesConfig("bcd", `on_ended = "report"`, ""))
	l.ResetRequests()
	w.mustRun("apply", "-auto-approve")
	l.expectKept(t, "cd")
	if ended := w.state()["ended"].(map[string]any); len(ended) != 1 || ended["b"] == nil {
		t.Errorf("ended: %v", ended)
	}
	w.write(l.keepalivesConfig("cd", `on_ended = "report"`, ""))
	w.mustRun("apply", "-auto-approve")
	if ended := w.state()["ended"].(map[string]any); len(ended) != 0 {
		t.Errorf("ended: %v", ended)
	}
	w.planCode(0)
	w.mustRun("destroy", "-auto-approve")
	if n := l.sent(http.MethodDelete); n != 0 {
		t.Errorf("%d calls were hung up", n)
	}
}

// What depends on ended sees it change only when a call ends or is replaced.
func TestCallKeepalivesCLI_dependents(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	dependents := `
resource "terraform_data" "watch" {
  triggers_replace = msgraph_call_keepalives.lab.ended
}
resource "terraform_data" "each" {
  for_each = msgraph_call_keepalives.lab.ended
  input    = each.value
}
output "ended" { value = keys(msgraph_call_keepalives.lab.ended) }
`
	w := newWorkspace(t, l, l.keepalivesConfig("abc", `on_ended = "report"`, dependents))
	w.mustRun("apply", "-auto-approve")
	w.planCode(0)
	l.clock.Advance(11 * time.Minute)
	expectText(t, w.planCode(2), "0 to add, 1 to change, 0 to destroy")
	l.EndCall("id-b", 200, 5001, "")
	expectText(t, w.planCode(2), "2 to add, 1 to change, 1 to destroy")
	w.mustRun("apply", "-auto-approve")
	w.planCode(0)
	w.planCode(0, "-refresh-only")
	expectText(t, w.mustRun("output"), `"b"`)
}

// An ID that another resource only gives in the apply, and that is none, concerns no other call.
func TestCallKeepalivesCLI_idsKnownInTheApply(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0")
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: "id-a"})
	l.PlaceCall(graphsim.Call{ID: "id-b"})
	config := func(input string) string {
		return l.config(`
resource "terraform_data" "bot" {
  input = %q
}
resource "msgraph_call_keepalives" "lab" {
  calls = {
    a = "id-a"
    b = terraform_data.bot.output == "null" ? null : terraform_data.bot.output
  }
}
`, input)
	}
	w := newWorkspace(t, l, config("id-b"))
	w.mustRun("apply", "-auto-approve")
	l.expectKept(t, "ab")
	for _, input := range []string{"null", "id-a", "not/an/id"} {
		w.write(config(input))
		l.ResetRequests()
		out := w.expectExit(1, applyNow)
		expectText(t, out, "The other call was kept alive.", " Call ID")
		l.expectKept(t, "a")
		expectText(t, w.expectExit(1, []string{"plan"}), " Call ID", "b")
	}
	w.write(config("id-b"))
	w.mustRun("apply", "-auto-approve")
	w.planCode(0)
}

func TestCallKeepalivesCLI_withoutRefresh(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("abc", "", ""))
	w.mustRun("apply", "-auto-approve")
	w.planCode(0, "-refresh=false")
	l.clock.Advance(11 * time.Minute)
	l.EndCall("id-b", 200, 5001, "")
	l.ResetRequests()
	out := w.expectExit(1, []string{"apply", "-auto-approve", "-refresh=false"})
	expectText(t, out, "Error: Call Has Ended", "404 Not Found", "The other 2 calls were kept alive.")
	l.expectKept(t, "abc")
	w.planCode(2, "-refresh=false")
	expectText(t, w.planCode(2), "Warning: Call Has Ended")
}

func TestCallKeepalivesCLI_movedRemovedTargeted(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.1.0", "1.6.0") // for moved
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("ab", "", ""))
	w.mustRun("apply", "-auto-approve", "-target=msgraph_call_keepalives.lab")
	l.expectKept(t, "ab")
	moved := strings.Replace(l.keepalivesConfig("ab", "", `
moved {
  from = msgraph_call_keepalives.lab
  to   = msgraph_call_keepalives.other
}`), `"msgraph_call_keepalives" "lab"`, `"msgraph_call_keepalives" "other"`, 1)
	w.write(moved)
	l.ResetRequests()
	expectText(t, w.mustRun("apply", "-auto-approve"), "0 added, 0 changed, 0 destroyed")
	l.expectKept(t, "")

	l.clock.Advance(11 * time.Minute)
	w.mustRun("plan", "-out=saved")
	w.mustRun("apply", "saved")
	l.expectKept(t, "ab")
	w.planCode(0)

	w.mustRun("state", "rm", "msgraph_call_keepalives.other")
	expectText(t, w.planCode(2), "1 to add")
	w.mustRun("apply", "-auto-approve")
	w.planCode(0)
}

func TestCallKeepalivesCLI_importIsRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("ab", "", ""))
	expectText(t, w.expectExit(1, []string{"import", "msgraph_call_keepalives.lab", "x"}), "Error: Import Not Supported", "Add the calls to the calls attribute and apply")
}

func TestCallKeepalivesCLI_ignoredChanges(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	const ignoring = `
  lifecycle {
    ignore_changes = [calls]
  }`
	w := newWorkspace(t, l, l.keepalivesConfig("abc", ignoring, ""))
	w.mustRun("apply", "-auto-approve")
	w.write(l.keepalivesConfig("cd", ignoring, ""))
	if !isCLI(t, "1.1.0", "1.6.0") { // hashicorp/terraform#29928: it takes triggers and headers for {} once there is a change to ignore
		w.planCode(2)
		w.mustRun("apply", "-auto-approve")
	}
	w.planCode(0)
	l.clock.Advance(11 * time.Minute)
	l.ResetRequests()
	w.mustRun("apply", "-auto-approve")
	l.expectKept(t, "abc")
	w.write(l.keepalivesConfig("cd", strings.Replace(ignoring, "[calls]", "all", 1), ""))
	w.planCode(0)
}

// A create that fails leaves nothing that would have to be destroyed.
func TestCallKeepalivesCLI_failedCreate(t *testing.T) {
	t.Parallel()
	for _, lifecycle := range []string{"", "lifecycle { prevent_destroy = true }", "lifecycle { create_before_destroy = true }"} {
		t.Run(lifecycle, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			config := l.keepalivesConfig("abc", strings.NewReplacer("{ ", "{\n", " }", "\n}").Replace(lifecycle), "")
			l.EndCall("id-b", 200, 5001, "")
			w := newWorkspace(t, l, config)
			expectText(t, w.expectExit(1, applyNow), "Error: Call Not Found", "The other 2 calls were kept alive: a, c.", "not in state")
			l.expectKept(t, "abc")
			if left := w.instances(""); left != nil {
				t.Errorf("the state has %v", left)
			}
			l.PlaceCall(graphsim.Call{ID: "id-b"})
			w.mustRun("apply", "-auto-approve")
			w.planCode(0)
		})
	}
}

func TestCallKeepalivesCLI_interrupted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.local = clock.System()
	w := newWorkspace(t, l, l.keepalivesConfig("abc", `renew_after = "0s"`, ""))
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(20 * time.Minute)
	l.ResetRequests()
	l.Inject(graphsim.Throttled("100").To(http.MethodPost, "id-b").For(-1))
	w.expectInterrupted(w.interruptedWhen(func() bool { return len(l.KeepAlives("")) >= 3 }, "apply", "-auto-approve"))
	l.ClearFaults()
	if call, _ := l.Call("id-c"); call.KeepAlives != 2 {
		t.Errorf("c was kept alive %d times", call.KeepAlives)
	}
	w.mustRun("apply", "-auto-approve")
}

func TestCallKeepalivesCLI_mocked(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.7.0", "1.8.0")
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("ab", "", `
output "ended" { value = msgraph_call_keepalives.lab.ended }`))
	test := `
mock_provider "msgraph" {
  mock_resource "msgraph_call_keepalives" {
    defaults = { ended = { b = "the conversation has ended" } }
  }
}
run "mocked" {
  assert {
    condition     = output.ended == tomap({ b = "the conversation has ended" })
    error_message = "not the mocked reason"
  }
}
`
	if err := os.WriteFile(filepath.Join(w.dir, "lab.tftest.hcl"), []byte(test), 0o600); err != nil {
		t.Fatal(err)
	}
	expectText(t, w.mustRun("test"), "1 passed, 0 failed")
	l.expectSent(t, 0)
}

// Names stand in diagnostics even when calls is sensitive.
func TestCallKeepalivesCLI_sensitive(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: "id-a"})
	config := l.config(`
variable "calls" {
  type      = map(string)
  sensitive = true
  default   = { alpha = "id-a", beta = "id-gone" }
}
resource "msgraph_call_keepalives" "lab" {
  calls = var.calls
}
`)
	w := newWorkspace(t, l, config)
	expectText(t, w.expectExit(1, applyNow), "Error: Call Not Found", "beta", "kept alive: alpha")
	if out := w.expectExit(1, []string{"plan", "-var", `calls={"alpha":"id-a","beta":"id-a"}`}); !strings.Contains(unwrap(out), "the same ID as alpha") {
		t.Errorf("the plan says:\n%s", out)
	}
}

// IDs that are not known in the plan, of which one has ended. Only if that is the only unknown one and it turns out the same
// does Terraform refuse the apply, and then the next one goes through.
func TestCallKeepalivesCLI_unknownIDOfAnEndedCall(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0")
	const (
		oneID = `{
    a = "id-a"
    b = jsondecode(terraform_data.bot.output).b
  }`
		allIDs = `{ for name, id in jsondecode(terraform_data.bot.output) : name => id if name != "run" }`
	)
	for name, c := range map[string]struct {
		calls, id string
		refused   bool
	}{
		"one, which is new": {oneID, "id-new", false},
		"one, which stays":  {oneID, "id-b", true},
		"all, one new":      {allIDs, "id-new", false},
		"all, which stay":   {allIDs, "id-b", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			for _, id := range []string{"id-a", "id-b", "id-new"} {
				l.PlaceCall(graphsim.Call{ID: id})
			}
			config := func(run int, id string) string {
				return l.config(`
resource "terraform_data" "bot" {
  input = jsonencode({ run = %d, a = "id-a", b = %q })
}
resource "msgraph_call_keepalives" "lab" {
  on_ended = "report"
  calls    = %s
}
`, run, id, c.calls)
			}
			w := newWorkspace(t, l, config(1, "id-b"))
			w.mustRun("apply", "-auto-approve")
			l.EndCall("id-b", 200, 5001, "")
			w.mustRun("apply", "-auto-approve", "-refresh-only")
			l.clock.Advance(11 * time.Minute)
			w.write(config(2, c.id))
			l.ResetRequests()
			if c.refused {
				expectText(t, w.expectExit(1, applyNow), "inconsistent final plan", `new element "b" has appeared`)
			}
			w.mustRun("apply", "-auto-approve")
			kept, ended := "anew", 0
			if c.id == "id-b" {
				kept, ended = "a", 1
			}
			l.expectKept(t, kept)
			if in := w.state()["ended"].(map[string]any); len(in) != ended {
				t.Errorf("ended: %v", in)
			}
			w.planCode(0)
		})
	}
}

// When the ID of an ended call is unknown in every plan and stays the same, every apply is refused, and nothing is sent. The page
// about troubleshooting has the ways out.
func TestCallKeepalivesCLI_endedCallWhoseIDIsNeverKnown(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0")
	l := newLab(t)
	for _, id := range []string{"id-a", "id-lobby"} {
		l.PlaceCall(graphsim.Call{ID: id})
	}
	config := func(lobby string) string {
		return l.config(`
resource "terraform_data" "bot" {
  input            = "id-lobby"
  triggers_replace = timestamp()
}
resource "msgraph_call_keepalives" "lab" {
  on_ended = "report"
  calls    = merge({ a = "id-a" }, { %s })
}
`, lobby)
	}
	const unknown = "lobby = terraform_data.bot.output"
	w := newWorkspace(t, l, config(unknown))
	w.mustRun("apply", "-auto-approve")
	l.EndCall("id-lobby", 200, 5001, "")
	w.mustRun("apply", "-auto-approve", "-refresh-only")
	for _, lobby := range []string{`lobby = "id-lobby"`, ""} {
		w.write(config(unknown))
		for range 2 {
			l.ResetRequests()
			out := w.expectExit(1, applyNow)
			expectText(t, out, "Error: Provider produced inconsistent final plan", `invalid new value for .ended: new element "lobby" has appeared`)
			l.expectSent(t, 0)
		}
		w.write(config(lobby))
		w.mustRun("apply", "-auto-approve")
	}
	expectText(t, unwrap(guide(t, "troubleshooting.md")), `invalid new value for .ended: new element "lobby" has appeared`)
}

// A call that has ended keeps what depends on the resource from being applied, unless that is only reported; as an output,
// ended is a change once.
func TestCallKeepalivesCLI_whatDependsOnIt(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0")
	for mode, applied := range map[string]bool{onEndedError: false, onEndedReport: true} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			config := func(input string) string {
				return l.keepalivesConfig("ab", fmt.Sprintf("on_ended = %q", mode), fmt.Sprintf(`
resource "terraform_data" "tests" {
  input      = %q
  depends_on = [msgraph_call_keepalives.lab]
}
output "ended" { value = msgraph_call_keepalives.lab.ended }
output "ran" { value = terraform_data.tests.output }
`, input))
			}
			w := newWorkspace(t, l, config("first"))
			w.mustRun("apply", "-auto-approve")
			l.EndCall("id-b", 200, 5001, "")
			w.write(config("second"))
			out, code := w.run("apply", "-auto-approve")
			if (code == 0) != applied {
				t.Errorf("apply exited %d:\n%s", code, out)
			}
			if ran := w.mustRun("output", "ran"); strings.Contains(ran, "second") != applied {
				t.Errorf("ran: %s", ran)
			}
			if !applied {
				expectText(t, out, "nothing that depends on this resource is applied", `because on_ended is "error"`)
				return
			}
			w.planCode(0)
			expectText(t, w.mustRun("output", "ended"), "Graph no longer knows it")
			l.PlaceCall(graphsim.Call{ID: "id-b"})
			expectText(t, w.planCode(2), "Changes to Outputs", "1 to change")
		})
	}
}

// The attributes that it has in common with the resource of one call do the same.
func TestCallKeepalivesCLI_triggersAndHeaders(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := func(run string) string {
		return l.keepalivesConfig("ab", fmt.Sprintf(`
  triggers = { run = %q }
  headers  = { X-Lab = "ballroom" }`, run), "")
	}
	w := newWorkspace(t, l, config("1"))
	w.mustRun("apply", "-auto-approve")
	w.planCode(0)
	w.write(config("2"))
	l.ResetRequests()
	w.mustRun("apply", "-auto-approve")
	l.expectKept(t, "ab")
	for _, r := range l.KeepAlives("") {
		if got := r.Header.Get("X-Lab"); got != "ballroom" {
			t.Errorf("%s has the header %q", r.Path, got)
		}
	}
	refused := map[string]badConfig{}
	for says, arguments := range map[string]string{
		"Invalid Renew After": `renew_after = "45m"`, "Invalid Wait For Call": `wait_for_call = "-1s"`, "Invalid Header": `headers = { Authorization = "x" }`,
		`"report"`: `on_ended = "ignore"`, "Invalid Timeout": "timeouts {\n read = \"0s\"\n }",
	} {
		refused[arguments] = badConfig{"calls = {}\n" + arguments, []string{says}}
	}
	newLab(t).expectRefused(t, "resource", keepalivesType, refused)
}

// A call that ends is no change to plan when that is only reported. Terraform before 1.2 notes it all the same.
func TestCallKeepalivesCLI_reportedEndIsNoChange(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("ab", `on_ended = "report"`, `data "msgraph_calls" "lab" { calls = { a = "id-a", b = "id-b" } }`))
	w.mustRun("apply", "-auto-approve")
	l.EndCall("id-b", 200, 5001, "")
	out := w.planCode(0)
	expectText(t, out, "Warning: Call Has Ended")
	if noted := strings.Contains(unwrap(out), "Objects have changed outside of Terraform"); noted == isCLI(t, "1.2.0", "1.6.0") {
		t.Errorf("the plan notes a change: %t:\n%s", noted, out)
	}
	w.mustRun("apply", "-auto-approve")
	w.planCode(0)
}

// The block timeouts can be taken out again, and that is a change in place.
func TestCallKeepalivesCLI_timeoutsAreTakenOut(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("ab", "timeouts {\n    read = \"1m\"\n  }", ""))
	w.mustRun("apply", "-auto-approve")
	w.write(l.keepalivesConfig("ab", "", ""))
	l.ResetRequests()
	expectText(t, w.mustRun("apply", "-auto-approve"), "1 changed")
	l.expectKept(t, "ab")
	w.planCode(0)
}

// A call that Terraform places has an ID that no plan knows, at first and each time that it is placed again.
func TestCallKeepalivesCLI_callsThatTerraformPlaces(t *testing.T) {
	t.Parallel()
	for _, onEnded := range []string{onEndedError, onEndedReport} {
		t.Run(onEnded, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.PlaceCall(graphsim.Call{ID: "id-a"})
			w := newWorkspace(t, l, l.placesCall("keep_alive = false")+fmt.Sprintf(`
resource "msgraph_call_keepalives" "all" {
  on_ended = %q
  calls    = { a = "id-a", placed = msgraph_call.lab.id }
}
output "ended" { value = keys(msgraph_call_keepalives.all.ended) }
`, onEnded))
			for range 2 {
				l.ResetRequests()
				w.mustRun("apply", "-auto-approve")
				placed := l.lastPlaced(t).ID
				if len(l.KeepAlives("id-a")) != 1 || len(l.KeepAlives(placed)) != 1 {
					t.Errorf("requests: %q", l.graphRequests())
				}
				w.planCode(0)
				if out := w.mustRun("output", "ended"); strings.Contains(out, "placed") {
					t.Errorf("ended: %s", out)
				}
				l.EndCall(placed, 200, 5001, "")
			}
		})
	}
}
