package provider

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
)

// Each fault met by one call of three, and by all: in a refresh, in a create and in an update.
func TestCallKeepalives_faultMatrix(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   graphsim.Fault
		summary string
	}{
		"401":      {graphsim.Status(401), "Graph Refused the Token"},
		"403":      {graphsim.Status(403), "Graph Denied Access to"},
		"429":      {graphsim.Throttled("2000"), "Graph Is Throttling Requests"},
		"503":      {graphsim.Fault{Status: 503, Header: http.Header{"Retry-After": {"2000"}}}, "Graph Is Unavailable"},
		"HTML 404": {graphsim.HTMLNotFound(), "Unexpected Response"},
		"cut":      {graphsim.CutOff(graphsim.CutRequest), "Graph Cannot Be Reached"},
	} {
		for _, whom := range []string{"b", "abc"} {
			if name == "cut" && whom == "b" {
				continue // it cuts the connection that all share
			}
			t.Run(name+" for "+whom, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				inject := func() {
					path := "/calls/id-"
					if whom == "b" {
						path += "b"
					}
					l.Inject(c.fault.To("", path).For(-1))
				}
				m := l.keeps(t, "abc")
				inject()
				m.apply()
				expectOne(t, m.diags, isError, c.summary)
				if m.state() != nil {
					t.Errorf("a create that failed left %v", m.state())
				}
				m.expectOthers(whom, "The other 2 calls were kept alive: a, c.")

				l.ClearFaults()
				m.mustApply()
				before := m.state()
				inject()
				m.refresh()
				severity := isWarning
				if whom == "abc" {
					severity = isError
				}
				expectOne(t, m.diags, severity, c.summary)
				expectSame(t, before, m.state())

				l.clock.Advance(11 * time.Minute)
				before = m.state()
				m.apply()
				expectOne(t, m.diags, isError, c.summary)
				m.expectOthers(whom, "The other 2 calls were kept alive.")
				if whom == "abc" {
					expectSame(t, before, m.state())
				} else if at := m.state()["last_keepalive_at"]; at != before["last_keepalive_at"] {
					t.Errorf("the oldest is %v, want that of the call that failed, %v", at, before["last_keepalive_at"])
				}
				l.ClearFaults()
				m.expectPlan(true).mustApply()
				l.expectKept(t, "abc")
				m.expectPlan(false)
			})
		}
	}
}

// expectOthers fails the test unless the last diagnostic says what was kept alive, if anything was.
func (m *manyKeeper) expectOthers(failed, says string) {
	m.t.Helper()
	if failed == "abc" {
		if text := said(m.diags); strings.Contains(text, "kept alive: ") || strings.Contains(text, "kept alive.") {
			m.t.Errorf("claims that a call was kept alive: %s", text)
		}
		return
	}
	expectText(m.t, said(m.diags), says)
}

func expectSame(t testing.TB, before, after attributes) {
	t.Helper()
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("the state changed\nfrom %v\nto   %v", before, after)
	}
}

// What is known only in an apply is the failure of that name.
func TestCallKeepalives_learnedInTheApply(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id      any
		summary string
	}{
		"null":      {nil, "Missing Call ID"},
		"doubled":   {"id-a", "Duplicate Call ID"},
		"malformed": {"communications/calls/id-b/keepAlive\n", "Invalid Call ID"},
		"path":      {"../users/x", "Invalid Call ID"},
		"empty":     {"", "Invalid Call ID"},
		"ended":     {"id-gone", "Call Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			m := l.keeps(t, "abc").mustApply()
			m.set("b", tftypes.UnknownValue).propose()
			expectNothing(t, m.diags)
			m.withID("b", c.id).carryOut()
			expectOne(t, m.diags, isError, c.summary, "The other 2 calls were kept alive.", `ElementKeyString("b")`)
			if name != "ended" {
				l.expectKept(t, "aabcc")
			}
			if id, _ := c.id.(string); texts(t, m.state()["calls"])["b"] != id {
				t.Errorf("state has %v", m.state())
			}
			m.refresh() // is not stopped by what is in state
			if strings.Contains(said(m.diags), "ERROR") {
				t.Errorf("the refresh fails: %s", said(m.diags))
			}
			m.set("b", "id-b").apply()
			expectNothing(t, m.diags)
			m.expectPlan(false)
		})
	}
}

// So it is in the apply of a create, in which Terraform plans once more.
func TestCallKeepalives_learnedInTheApplyOfACreate(t *testing.T) {
	t.Parallel()
	for id, summary := range map[any]string{nil: "Missing Call ID", "id-a": "Duplicate Call ID", "a/b": "Invalid Call ID"} {
		l := newLab(t)
		m := l.keeps(t, "abc")
		m.config["calls"].(attributes)["b"] = id
		m.propose()
		expectOne(t, m.diags, isError, summary)
		m.capabilities = &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: true}
		m.propose()
		expectNothing(t, m.diags)
		m.carryOut()
		expectOne(t, m.diags, isError, summary, "The other 2 calls were kept alive: a, c.", `ElementKeyString("b")`)
		l.expectKept(t, "ac")
		if m.state() != nil {
			t.Errorf("a create that failed left %v", m.state())
		}
	}
}

// withID has the plan, and the configuration, say that this is the call's ID.
func (m *manyKeeper) withID(name string, id any) *manyKeeper {
	m.t.Helper()
	planned := m.decode(m.resource, m.planned.PlannedState)
	var calls map[string]tftypes.Value
	if err := planned["calls"].(tftypes.Value).As(&calls); err != nil {
		m.t.Fatal(err)
	}
	changed := attributes{}
	for known, value := range calls {
		changed[known] = value
	}
	changed[name] = id
	planned["calls"] = changed
	m.planned.PlannedState = m.encode(m.resource, planned)
	m.config["calls"].(attributes)[name] = id
	return m
}

// What is known in the plan is refused there, at its key.
func TestCallKeepalives_refusedInThePlan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id   any
		says []string
	}{
		{nil, []string{"Missing Call ID", "if id != null }"}},
		{"id-a", []string{"Duplicate Call ID", `the same ID as a`}},
		{"a b", []string{"Invalid Call ID"}},
		{"https://graph.microsoft.com/v1.0/communications/calls/x", []string{"Invalid Call ID", `the call ID in it is "x"`}},
	} {
		l := newLab(t)
		m := l.keeps(t, "a")
		m.config["calls"].(attributes)["b"] = c.id
		m.propose() // a create
		expectOne(t, m.diags, isError, append(c.says, `ElementKeyString("b")`)...)

		m = l.keeps(t, "a").mustApply().refresh()
		m.config["calls"].(attributes)["b"] = c.id
		m.propose()
		expectOne(t, m.diags, isError, append(c.says, `ElementKeyString("b")`)...)

		for _, r := range []struct {
			*protocol
			refuses bool
		}{
			{m.protocol, true},                // after a refresh
			{l.keeps(t, "a").protocol, false}, // without one it may be an apply
			{l.unconfigured(t), true},
		} {
			resp, err := r.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
				TypeName: keepalivesType, Config: m.encode(m.resource, m.config),
			})
			if err != nil {
				t.Fatal(err)
			}
			if !r.refuses {
				expectNothing(t, resp.Diagnostics)
				continue
			}
			expectOne(t, resp.Diagnostics, isError, append(c.says, `ElementKeyString("b")`)...)
		}
	}
}

// unconfigured is the lab's provider before its configuration.
func (l *lab) unconfigured(t testing.TB) *protocol {
	t.Helper()
	return &protocol{ProviderServer: newServer(l.provider(), false), t: t}
}

func TestCallKeepalives_unknownInThePlan(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "abc", "on_ended", onEndedReport).mustApply()
	l.EndCall("id-a", 200, 5001, "")
	l.EndCall("id-b", 200, 5001, "")
	m.refresh()
	m.set("b", tftypes.UnknownValue).propose()
	if m.plannedEnded() != "a" {
		t.Errorf("ended is planned as %q", m.plannedEnded())
	}
	m.set("a", nil).propose()
	if m.plannedEnded() != "" {
		t.Errorf("ended is planned as %q", m.plannedEnded())
	}
	m.config["calls"] = tftypes.UnknownValue
	if planned := m.propose().decode(m.resource, m.planned.PlannedState)["ended"]; planned != tftypes.UnknownValue {
		t.Errorf("ended is planned as %v", planned)
	}
	m = l.keeps(t, "", "calls", tftypes.UnknownValue).propose()
	if expectNothing(t, m.diags); m.plannedEnded() != "" {
		t.Errorf("ended is planned as %q", m.plannedEnded())
	}
}

// wait_for_call counts for calls that were never kept alive, in updates as well, and on top of the timeout.
func TestCallKeepalives_waitForCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "ab", "wait_for_call", "5m").mustApply()
	l.PlaceCall(graphsim.Call{ID: "id-late", KnownFrom: start.Add(4 * time.Minute)})
	m.set("late", "id-late").mustApply()
	if now := l.clock.Now(); now.Before(start.Add(4*time.Minute)) || now.After(start.Add(5*time.Minute)) {
		t.Errorf("it is %s", now)
	}
	l.EndCall("id-a", 200, 5001, "")
	began := l.clock.Now()
	m.set("b", nil).apply()
	expectOne(t, m.diags, isError, "Call Has Ended", "a:", "404 Not Found", "request-id", "The other call was kept alive.")
	if l.clock.Now() != began {
		t.Error("it waited for a call that has ended")
	}
	l.PlaceCall(graphsim.Call{ID: "id-c"})
	m.set("a", nil).set("never", "id-never").set("c", "id-c").apply()
	expectOne(t, m.diags, isError, "Call Not Found", "never:", "wait_for_call", "The other 2 calls were kept alive.")
	if passed := l.clock.Now().Sub(began); passed < 5*time.Minute || passed > 6*time.Minute {
		t.Errorf("it waited %s", passed)
	}
	m = l.keeps(t, "d", "on_ended", onEndedReport).set("never", "id-never").apply()
	expectOne(t, m.diags, isWarning, "Call Not Found", "never:", "The other call was kept alive.")
	if m.ended() != "" || m.state() == nil {
		t.Errorf("got %v", m.state())
	}
	m.refresh()
	expectOne(t, m.diags, isWarning, "Call Has Ended", "never: Graph does not know it")
	if m.ended() != "never" {
		t.Errorf("ended: %q", m.ended())
	}
}

// Without a token or a proxy, nothing else is tried, and that is said once.
func TestCallKeepalives_noTokenStopsTheRest(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "abcdefghijklmnopqrstuvwxyz")
	l.Inject(graphsim.Status(http.StatusUnauthorized).ToEntra().For(-1))
	m.apply()
	expectOne(t, m.diags, isError, "No Token From Entra ID", "a, b, c,", "t and 6 more")
	l.expectSent(t, 0)
}

// Whatever a name is, it is shown escaped and cut, and never sent.
func TestCallKeepalives_hostileNames(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "")
	for i, name := range []string{"\x1b[31mred", "two\nlines", `"quoted"`, "../../users", "${name}", "", " ", strings.Repeat("long", 2000), "\u202e", "名前"} {
		m.set(name, fmt.Sprintf("id-%d", i))
	}
	m.apply()
	text := said(m.diags)
	expectOne(t, m.diags, isError, "Calls Not Found", `"\x1b[31mred"`, `"two\nlines"`, `"\"quoted\""`, `"\u202e"`)
	if strings.Contains(text, "\x1b") || strings.Contains(text, "two\nlines") || strings.Contains(text, "\u202e") || len(text) > 3000 {
		t.Errorf("shown as it is: %q", text)
	}
	for _, r := range l.Requests() {
		if strings.Contains(r.Path, "users") || strings.Contains(r.Path, "red") || r.Service == graphsim.ServiceGraph && !strings.Contains(r.Path, "/calls/id-") {
			t.Errorf("sent: %s", r.Path)
		}
	}
}

// An interrupt ends an apply at once and keeps what it achieved. With one request at a time, the third is not sent before the
// responses to the first two have been read.
func TestCallKeepalives_interruptKeepsWhatIsDone(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.block = attributes{"max_concurrent_requests": 1}
	clock := sleepless{l.clock, make(chan struct{})}
	l.local = clock
	m := l.keeps(t, "abc", "renew_after", "0s").mustApply()
	l.clock.Advance(20 * time.Minute)
	l.Inject(graphsim.Throttled("100").To(http.MethodPost, "").AfterFirst(2))
	m.propose()
	done := make(chan struct{})
	go func() { defer close(done); m.carryOut() }()
	<-clock.asleep // until the third may be sent again
	if _, err := m.StopProvider(context.WithoutCancel(t.Context()), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	<-done
	throttled := l.RequestsWhere(func(r graphsim.Request) bool { return r.Status == http.StatusTooManyRequests })
	if len(throttled) != 1 {
		t.Fatalf("%d requests were throttled", len(throttled))
	}
	kept := m.kept()
	for _, name := range []string{"a", "b", "c"} {
		id, want := "id-"+name, start.Add(20*time.Minute)
		missed := strings.Contains(throttled[0].Path, "/"+id+"/")
		if missed {
			want = start
			expectOne(t, m.diags, isError, "Interrupted", name+":", "The other 2 calls were kept alive.")
		}
		if kept.Last[id] != want.Unix() || kept.Overdue[id] != missed {
			t.Errorf("%s is kept as %d, overdue: %t", name, kept.Last[id], kept.Overdue[id])
		}
	}
}

// A cut line to one call is a warning in a refresh, and no more than its own failure in an apply.
func TestCallKeepalives_oneCutLine(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.block = attributes{"max_concurrent_requests": 1, "retry": attributes{"max_retries": 0}} // a cut connection is all requests'
	m := l.keeps(t, "abc").mustApply()
	before := m.state()
	l.Inject(graphsim.CutOff(graphsim.CutRequest).To("", "id-b").For(-1))
	m.refresh()
	expectOne(t, m.diags, isWarning, "Graph Cannot Be Reached", "b:", "they are unchanged in state")
	expectSame(t, before, m.state())
	l.clock.Advance(11 * time.Minute)
	m.apply()
	expectOne(t, m.diags, isError, "Graph Cannot Be Reached", "b:", "The other 2 calls were kept alive.")
}

func TestCallKeepalives_noProxyStopsTheRest(t *testing.T) {
	t.Parallel()
	l, proxy := newProxiedLab(t, authenticating)
	l.block = attributes{"proxy": attributes{"url": proxy.URL()}} // without the credentials that it asks for
	m := l.keeps(t, "abcdefghijklmnopqrstuvwxyz").apply()
	expectOne(t, m.diags, isError, "Proxy Failed", "a, b, c,", "t and 6 more", "407 Proxy Authentication Required", "Nothing more was sent to Graph")
	if m.state() != nil {
		t.Errorf("got %v", m.state())
	}
}

func TestCallKeepalives_interruptedRefresh(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "abc").mustApply()
	before := m.state()
	l.ResetRequests()
	l.Inject(graphsim.Stalled().To(http.MethodGet, "id-b"))
	done := make(chan struct{})
	go func() { defer close(done); m.refresh() }()
	for l.sent(http.MethodGet) < 3 {
		time.Sleep(5 * time.Millisecond) // until all are under way
	}
	if _, err := m.StopProvider(context.WithoutCancel(t.Context()), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	<-done
	if text := said(m.diags); !strings.Contains(text, "ERROR: Interrupted") {
		t.Errorf("says %s", text)
	}
	expectSame(t, before, m.state())
}

// An ended call under another name is found by its keepAlive; when each was kept alive goes by the ID.
func TestCallKeepalives_swappedNames(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "abc", "on_ended", onEndedReport).mustApply()
	l.EndCall("id-a", 200, 5001, "")
	m.refresh().set("a", "id-b").set("b", "id-a").propose()
	if m.plannedEnded() != "" {
		t.Errorf("ended is planned as %q", m.plannedEnded())
	}
	l.clock.Advance(time.Minute)
	m.carryOut()
	expectOne(t, m.diags, isWarning, "Call Has Ended", "b:", "404 Not Found", "The next refresh adds it to ended", "The other 2 calls were kept alive.")
	if state := m.state(); state["last_keepalive_at"] != "2026-03-14T15:01:00Z" || m.ended() != "" {
		t.Errorf("got %v", state)
	}
	if m.expectPlan(false); m.ended() != "b" {
		t.Errorf("ended: %q", m.ended())
	}
}

// A state that this provider wrote under another address is taken over as it is.
func TestCallKeepalives_movedFromAnotherAddress(t *testing.T) {
	t.Parallel()
	m := newLab(t).keeps(t, "ab").mustApply()
	state, err := m.object.state.Unmarshal(m.resource)
	if err != nil {
		t.Fatal(err)
	}
	before := m.state()
	raw := fmt.Sprintf(`{"calls": {"a": "id-a", "b": "id-b"}, "renew_after": "10m", "wait_for_call": "0s", "on_ended": "error", "ended": {},
		"last_keepalive_at": %q, "renew_at": %q, "expires_at": %q}`, before["last_keepalive_at"], before["renew_at"], before["expires_at"])
	move := func(resourceType, address string) *tfprotov6.MoveResourceStateResponse {
		resp, err := m.MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
			SourceProviderAddress: address, SourceTypeName: resourceType, TargetTypeName: keepalivesType,
			SourceState: &tfprotov6.RawState{JSON: []byte(raw)}, SourcePrivate: m.object.private,
		})
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	resp := move(keepalivesType, "registry.example.com/contoso/msgraph")
	m.must(nil, resp.Diagnostics)
	if moved, err := resp.TargetState.Unmarshal(m.resource); err != nil || !moved.Equal(state) {
		t.Errorf("got %v, %v", moved, err)
	}
	m.object = keptResource{state: resp.TargetState, private: resp.TargetPrivate}
	m.expectPlan(false)
	if resp := move("other_thing", "registry.example.com/contoso/other"); len(resp.Diagnostics) == 0 {
		t.Error("another resource was taken over")
	}
}

// When the time is used up, the calls whose turn has not come are told from those that Graph did not respond to.
func TestCallKeepalives_timeoutBeforeTheFirstAttempt(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.block = attributes{"max_concurrent_requests": 1}
	m := l.keeps(t, "", "timeouts", attributes{"create": "1s"}, "wait_for_call", "0s")
	for _, c := range l.manyCalls(10) {
		m.set(c.name, c.id)
	}
	m.propose()
	l.Inject(graphsim.Stalled().To(http.MethodPost, "").For(-1))
	l.outlast(t, []time.Duration{time.Second}, l.stalled, func() { m.carryOut() })
	text := said(m.diags)
	if len(m.diags) != 2 {
		t.Fatalf("%d diagnostics: %s", len(m.diags), text)
	}
	for summary, others := range map[string]int{"Graph Cannot Be Reached": 1, "Timeout Before the First Attempt": 7} {
		if !regexp.MustCompile(fmt.Sprintf(`%s: Calls (call-\d+, ){%d}call-\d+[.:]`, summary, others)).MatchString(text) {
			t.Errorf("no %d calls under %q: %s", others+1, summary, text)
		}
	}
	expectText(t, text, "max_concurrent_requests")
}

// A run that has hung up a call itself, as it destroyed a resource of that call, says so.
func TestCallKeepalives_hungUpByTheRun(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "ab").propose()
	single, kept := m.single("id-b")
	expectNothing(t, single.destroy(kept))
	m.carryOut()
	expectOne(t, m.diags, isError, "Call Has Ended", "b:", "This run has hung up the call itself", "removed { lifecycle { destroy = false } }",
		"The other call was kept alive: a.")
}
