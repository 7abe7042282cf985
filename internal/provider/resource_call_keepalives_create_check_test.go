package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// A plan looks at the calls that it is to keep alive for the first time, and warns of those that no keepAlive can reach:
// one diagnostic of each kind.
func TestCallKeepalivesCreateCheck_warns(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("abcd", "", ""))
	l.EndCall("id-b", 200, 5001, "")
	l.EndCall("id-c", 200, 5001, "")
	out := w.mustRun("plan")
	expectText(t, out, "Warning: Graph Does Not Know Calls", "b, c. The first of them:", "Applying this plan still sends a keepAlive")
	if n := strings.Count(out, "Warning: "); n != 1 {
		t.Errorf("%d warnings, want 1:\n%s", n, out)
	}
	l.expectSentTo(t, http.MethodGet, 4)
	l.expectSent(t, 0)

	l.EndCall("id-d", 408, 8537, "")
	l.ShowEnded(graphsim.EndedVisibility{Terminated: graphsim.InactivityLimit})
	expectText(t, w.mustRun("plan"), "Warning: Calls Have Already Ended", "b, c: Graph shows them as",
		"d: Graph shows it as", "no keepAlive was received for 45 minutes")
}

// Once in state, only what is new is looked at by the plan; the refresh looks at the rest.
func TestCallKeepalivesCreateCheck_looksAtNewCallsOnly(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.keepalivesConfig("ab", "", ""))
	w.mustRun("apply", "-auto-approve")
	w.write(l.keepalivesConfig("abc", "", ""))
	l.EndCall("id-c", 200, 5001, "")
	l.ResetRequests()
	expectText(t, w.mustRun("plan"), "Warning: Graph Does Not Know the Call", "c:")
	l.expectSentTo(t, http.MethodGet, 3)
}

// Nothing is looked at that may still appear, nor more calls than a first apply has time for, and other failures are left
// to the apply.
func TestCallKeepalivesCreateCheck_saysNothing(t *testing.T) {
	t.Parallel()
	many := strings.NewReplacer("\n  calls = {", fmt.Sprintf("\n  calls = { for i in range(%d) : i => \"call-${i}\" }\n  triggers = {", maxCallsChecked+1))
	for name, test := range map[string]struct {
		arguments string
		many      bool
		fault     graphsim.Fault
		gets      int
	}{
		"wait_for_call": {arguments: `wait_for_call = "1m"`},
		"many calls":    {many: true},
		"denied":        {fault: graphsim.Fault{Service: graphsim.ServiceGraph, Status: http.StatusForbidden, Times: -1}, gets: 2},
		"no token":      {fault: graphsim.Fault{Service: graphsim.ServiceEntra, Status: http.StatusServiceUnavailable, Times: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			config := l.keepalivesConfig("ab", test.arguments, "")
			if test.many {
				config = many.Replace(config)
			}
			l.EndCall("id-a", 200, 5001, "")
			if test.fault.Times != 0 {
				l.Inject(test.fault)
			}
			if out := newWorkspace(t, l, config).mustRun("plan"); strings.Contains(out, "Warning:") {
				t.Errorf("the plan warns:\n%s", out)
			}
			l.expectSentTo(t, http.MethodGet, test.gets)
		})
	}
}

// With on_ended = "report" the warning of the plan does not announce an error.
func TestCallKeepalivesCreateCheck_reported(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "ab", "on_ended", onEndedReport)
	l.EndCall("id-b", 200, 5001, "")
	m.propose()
	expectOne(t, m.diags, isWarning, "Graph Does Not Know the Call", "b:", "a 404 to it is a warning")
	if strings.Contains(said(m.diags), "and fails") {
		t.Errorf("says %s", said(m.diags))
	}
	m.carryOut()
	expectOne(t, m.diags, isWarning, "Call Not Found", "b:", "The other call was kept alive.")
}
