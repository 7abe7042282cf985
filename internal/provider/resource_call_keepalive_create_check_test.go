package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
)

// planCreate plans the create of the lab's call, and says how many GETs that sent.
func planCreate(p *protocol, l *lab, config attributes) (gets int, diags []*tfprotov6.Diagnostic) {
	p.t.Helper()
	l.ResetRequests()
	diags = p.tryPlan(p.none(), config).Diagnostics
	l.expectSentTo(p.t, http.MethodPost, 0)
	return l.sent(http.MethodGet), diags
}

func (l *lab) expectSentTo(t testing.TB, method string, want int) {
	t.Helper()
	if got := l.sent(method); got != want {
		t.Errorf("Graph got %d times %s, want %d; all requests: %q", got, method, want, l.graphRequests())
	}
}

// The plan of a create warns of a call that is not alive. It sends nothing where the call may be too new for Graph, and where
// the ID or the wait is not known.
func TestPlannedCreate_looksAtTheCall(t *testing.T) {
	t.Parallel()
	ends := func(l *lab) { l.EndCall(callID, 200, 5001, "") }
	for name, test := range map[string]struct {
		happens func(*lab)
		config  attributes
		gets    int
		says    []string // of a warning
	}{
		"alive": {func(*lab) {}, set(), 1, nil},
		"not known": {ends, set(), 1, []string{
			"Graph Does Not Know the Call", "Call " + callID + " was not found (response: 404", "it has ended, or it was never a call of this application and tenant",
			"Applying this plan still sends a keepAlive", "wait_for_call", `AttributeName("call_id")`,
		}},
		"shown as ended": {func(l *lab) {
			l.EndCall(callID, 408, 8537, "")
			l.ShowEnded(graphsim.EndedVisibility{Terminated: graphsim.InactivityLimit})
		}, attributes{"identity": attributes{"call_id": callID}}, 1, []string{
			"Call Has Already Ended", `Graph shows it as "terminated"`, "no keepAlive was received for 45 minutes", `AttributeName("identity").AttributeName("call_id")`,
		}},
		"wait_for_call":         {ends, set("wait_for_call", "1m"), 0, nil},
		"unknown wait_for_call": {ends, set("wait_for_call", tftypes.UnknownValue), 0, nil},
		"unknown ID":            {ends, attributes{"call_id": tftypes.UnknownValue}, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			test.happens(l)
			gets, diags := planCreate(l.protocol(t), l, test.config)
			expectOneOrNothing(t, diags, isWarning, test.says...)
			if gets != test.gets {
				t.Errorf("the plan sent %d GETs, want %d", gets, test.gets)
			}
		})
	}
}

// Any other failure is the apply's to report. One that would meet every call ends the looks of this plan.
func TestPlannedCreate_saysNothingOfAnotherFailure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  graphsim.Fault
		second int // GETs of the plan of a second create
	}{
		"no token":      {graphsim.Fault{Service: graphsim.ServiceEntra, Status: http.StatusServiceUnavailable, Times: -1}, 0},
		"not available": {graphsim.Fault{Service: graphsim.ServiceGraph, Status: http.StatusServiceUnavailable, Times: -1}, 0},
		"throttled":     {graphsim.Fault{Service: graphsim.ServiceGraph, Status: http.StatusTooManyRequests, Times: -1}, 0},
		"a web page": {graphsim.Fault{
			Service: graphsim.ServiceGraph, Status: http.StatusNotFound, Body: []byte("<html>not here</html>"), ContentType: "text/html", Times: -1,
		}, 0},
		"denied": {graphsim.Fault{Service: graphsim.ServiceGraph, Status: http.StatusForbidden, Times: -1}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(test.fault)
			p := l.protocol(t)
			if _, diags := planCreate(p, l, set()); len(diags) != 0 {
				t.Errorf("the plan said:\n%s", said(diags))
			}
			if gets, diags := planCreate(p, l, set()); gets != test.second || len(diags) != 0 {
				t.Errorf("the second plan sent %d GETs, want %d, and said:\n%s", gets, test.second, said(diags))
			}
		})
	}
}

// A credential that Entra ID refuses, and a certificate that is not trusted, fail the plan of new calls as they do that of calls
// in state: the plan of many of them once.
func TestPlannedCreate_failsWhereTheProviderCannotWork(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*lab)
		says   string
	}{
		"refused secret":        {func(l *lab) { l.Inject(graphsim.Status(http.StatusUnauthorized).ToEntra().For(-1)) }, "No Token From Entra ID"},
		"untrusted certificate": {func(l *lab) { delete(l.withEnv(l.environ()...).env, "MSGRAPH_CA_CERTIFICATE_FILE") }, "Certificate Not Trusted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			c.change(l)
			p := l.protocol(t)
			_, diags := planCreate(p, l, set())
			expectOne(t, diags, isError, c.says)
			if _, diags := planCreate(p, l, set()); len(diags) != 0 {
				t.Errorf("the second plan said:\n%s", said(diags))
			}
			m := l.keeps(t, "ab").propose()
			expectOne(t, m.diags, isError, c.says)
		})
	}
}

// What the refresh has just said is not looked up and said again.
func TestPlannedCreate_isNotLookedAtAfterTheRefresh(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.protocol(t)
	r := p.mustCreate(set())
	l.EndCall(callID, 200, 5001, "")
	p = l.protocol(t) // another run
	_, diags := p.read(r)
	expectOne(t, diags, isWarning, summaryEnded)
	if gets, diags := planCreate(p, l, set()); gets != 0 || len(diags) != 0 {
		t.Errorf("the plan sent %d GETs and said:\n%s", gets, said(diags))
	}
}

// A mistyped call_id would destroy the resource of the live call. Terraform shows the warnings of the first plan of a
// replacement only, which is that of the update; the call is read once for both.
func TestPlannedReplacement_looksAtTheNewCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.providerBlock()+oneCall)
	w.mustRun("apply", "-auto-approve")
	const other = "57dab8b1-0000-4000-8000-000000000001"
	for name, config := range map[string]string{
		"call_id":  l.providerBlock() + strings.ReplaceAll(oneCall, callID, other),
		"identity": l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n  identity { call_id = %q }\n}\n", other),
	} {
		w.write(config)
		l.ResetRequests()
		out := w.mustRun("plan")
		expectText(t, out, "must be replaced", "Warning: Graph Does Not Know the Call", "Call "+other+" was not found (response: 404")
		if got := l.sent(http.MethodGet); got != 2 {
			t.Errorf("%s: the plan sent %d GETs, want 2: of the call in state, and of the new one", name, got)
		}
		l.expectSentTo(t, http.MethodPost, 0)
	}
	l.PlaceCall(graphsim.Call{ID: other})
	if out := w.mustRun("plan"); strings.Contains(out, "Warning") {
		t.Errorf("a replacement by a call that is alive is warned of:\n%s", out)
	}
}
