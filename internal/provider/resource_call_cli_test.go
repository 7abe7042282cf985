package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// phones is a configuration that calls so many users, named by their number, by for_each.
func (l *lab) phones(count int, more string) string {
	return l.providerBlock() + fmt.Sprintf(`
locals {
  callees = { for i in range(%d) : format("phone%%02d", i) => format("00000000-0000-4000-8000-%%012d", i) }
}
resource "msgraph_call" "lab" {
  for_each     = local.callees
  callback_uri = "https://bot.contoso.com/callback"
  target {
    user_id = each.value
  }
}
`, count) + more
}

// callee is the number in the ID of a call's target.
func callee(p graphsim.PlacedCall) string { return p.Targets[0][len(p.Targets[0])-2:] }

// Of twelve calls one never answers and two have ended. The others are kept alive in the same run, the two are placed
// again, and each warning keeps its reason.
func TestCallResource_twelveOfWhichThreeFail(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	l.OnPlace(func(p graphsim.PlacedCall) graphsim.Outcome {
		return graphsim.Outcome{NeverEstablished: callee(p) == "07"}
	})
	w := newWorkspace(t, l, l.phones(12, ""))
	w.expectExit(1, applyNow, "Error: Call Not Established", `msgraph_call.lab["phone07"]`)
	l.expectPlaced(t, 12, 12)

	l.clock.Advance(10 * time.Minute)
	ended := map[string]string{}
	for _, p := range l.Placed() {
		switch callee(p) {
		case "03":
			l.EndCall(p.ID, 200, 5002, "")
			ended[p.ID] = "all other participants have left"
		case "11":
			l.EndCall(p.ID, 480, 10037, "")
			ended[p.ID] = "the callee was not found"
		}
	}
	l.ResetRequests()
	out := w.expectExit(1, applyNow, "Error: Call Not Established", `msgraph_call.lab["phone07"]`)
	for id, reason := range ended {
		expectText(t, out, "Warning: Call Will Be Placed Again: "+id, "Call "+id+" has ended: Graph shows it as \"terminated\", because "+reason)
	}
	l.expectPlaced(t, 15, 12)
	if kept := len(l.KeepAlives("")); kept != 9 {
		t.Errorf("%d keepAlives were sent, want 9", kept)
	}
	l.OnPlace(nil)
	w.mustRun("apply", "-auto-approve")
	l.expectPlaced(t, 16, 12)
	w.expectNoChanges()
	w.mustRun("destroy", "-auto-approve")
	l.expectPlaced(t, 16, 0)
}

// A call that msgraph_call has placed can be kept alive by msgraph_call_keepalive. Its warning says that running again is
// enough, and one apply heals both.
func TestCallResource_keptAliveByTheOtherResource(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall("keep_alive = false")+`
resource "msgraph_call_keepalive" "lab" {
  call_id            = msgraph_call.lab.id
  hang_up_on_destroy = true
}
`)
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(10 * time.Minute)
	w.mustRun("apply", "-auto-approve")
	if call := l.alive()[0]; call.KeepAlives != 2 {
		t.Errorf("the call got %d keepAlives, want 2", call.KeepAlives)
	}
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	id := l.lastPlaced(t).ID
	w.expectExit(0, applyNow, "Warning: Call Will Be Placed Again: "+id, "Warning: Call Has Ended: "+id, "if the ID comes from the resource msgraph_call, the next apply does both")
	l.expectPlaced(t, 2, 1)
	w.expectNoChanges()
	w.mustRun("destroy", "-auto-approve")
	l.expectPlaced(t, 2, 0)
}

// The call is placed, replaced and moved by what Terraform offers for it, and never twice.
func TestCallResource_terraformsOwnWays(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("plan", "-out=saved")
	w.mustRun("apply", "saved")
	if isCLI(t, "1.1.0", "1.6.0") { // hashicorp/terraform#29755: Terraform 1.0 applies the first plan again
		w.expectExit(1, []string{"apply", "saved"}, "stale")
	}
	l.expectPlaced(t, 1, 1)

	w.expectExit(0, []string{"plan", "-detailed-exitcode", "-refresh=false"})
	w.expectExit(0, []string{"plan", "-detailed-exitcode", "-refresh-only"})
	l.clock.Advance(10 * time.Minute)
	w.expectExit(0, []string{"apply", "-auto-approve", "-refresh=false"}, "1 changed")
	l.expectPlaced(t, 1, 1)

	w.mustRun("apply", "-auto-approve", "-replace="+fixture)
	l.expectPlaced(t, 2, 1)
	w.mustRun("state", "mv", fixture, "msgraph_call.other")
	w.write(strings.Replace(l.placesCall(), `"lab"`, `"other"`, 1))
	w.expectNoChanges()
	w.mustRun("state", "mv", "msgraph_call.other", fixture)
	w.write(l.placesCall("lifecycle {\n prevent_destroy = true\n}"))
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	w.expectExit(0, applyNow, "1 added") // removed from state, so that nothing is destroyed
	l.expectPlaced(t, 3, 1)

	w.mustRun("state", "rm", fixture)
	w.mustRun("apply", "-auto-approve")
	l.expectPlaced(t, 4, 2) // what the page says of a lost state
}

// create_before_destroy places the second call while the first goes on, as the page says.
func TestCallResource_createBeforeDestroy(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	most := 0
	l.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome {
		most = max(most, len(l.alive())+1)
		return graphsim.Outcome{}
	})
	w := newWorkspace(t, l, l.placesCall("lifecycle {\n create_before_destroy = true\n}"))
	w.mustRun("apply", "-auto-approve")
	w.mustRun("apply", "-auto-approve", "-replace="+fixture)
	if l.expectPlaced(t, 2, 1); most != 2 {
		t.Errorf("at most %d calls were alive at a time, want 2", most)
	}
}

// The fixture in `terraform test`: placed, asserted, hung up. That both runs have the same call is seen at Graph: OpenTofu 1.12
// evaluates run.places_the_call.id in no condition, and where a variable of the last run refers to it, it destroys nothing.
func TestCallResource_terraformTest(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.7.0", "1.8.0") // for the mocks
	for name, c := range map[string]struct {
		head   string
		placed int
	}{
		"a fixture": {"", 1},
		"mocks":     {"mock_provider \"msgraph\" {\n  mock_resource \"msgraph_call\" {\n    defaults = { id = \"" + callID + "\", alive = true }\n  }\n}\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, l.placesCall())
			if err := os.WriteFile(filepath.Join(w.dir, "lab.tftest.hcl"), []byte(c.head+`
run "places_the_call" {
  assert {
    condition     = msgraph_call.lab.alive && length(msgraph_call.lab.id) == 36
    error_message = "no call"
  }
}
run "changes_nothing" {
  assert {
    condition     = msgraph_call.lab.alive
    error_message = "no call"
  }
}
`), 0o600); err != nil {
				t.Fatal(err)
			}
			w.expectExit(0, []string{"test"}, "2 passed, 0 failed")
			l.expectPlaced(t, c.placed, 0)
		})
	}
}
