package provider

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

// What became of a call that Graph has taken decides whether the create succeeds, and what is in state.
func TestCallResource_whatBecomesOfTheCall(t *testing.T) {
	t.Parallel()
	minute := func(o graphsim.Outcome) graphsim.Outcome { o.EndsAfter = time.Minute; return o }
	for name, c := range map[string]struct {
		arguments string
		outcome   graphsim.Outcome
		says      []string // nil for a success
		inState   bool
		took      time.Duration // at least

		neverShown bool // so that nobody can know that it goes on
	}{
		"established at once":      {"", graphsim.Outcome{}, nil, true, 0, false},
		"rings, then established":  {"", graphsim.Outcome{Ringing: time.Second, Established: 100 * time.Second}, nil, true, 100 * time.Second, false},
		"known late":               {"", graphsim.Outcome{KnownAfter: 25 * time.Second}, nil, true, 25 * time.Second, false},
		"created is enough":        {`wait_until = "created"`, graphsim.Outcome{NeverEstablished: true}, nil, true, 0, false},
		"on hold by the first GET": {"", graphsim.Outcome{Extra: map[string]any{"state": "Hold"}}, nil, true, 0, false},
		"ends with a code of success": {"", minute(graphsim.Outcome{NeverEstablished: true, End: &graphsim.EndAllLeft, Ended: graphsim.EndedVisibility{Terminated: time.Hour}}),
			[]string{"Error: Call Not Established", "ended before it was established", "all other participants have left", "Nothing is in state"}, false, time.Minute, false},
		"unreachable": {"", minute(graphsim.Outcome{NeverEstablished: true, End: &graphsim.EndUnreachable, Ended: graphsim.EndedVisibility{Terminating: time.Hour}}),
			[]string{"Error: Call Not Established", "the callee was not found (code 480, subcode 10037"}, false, time.Minute, false},
		"gone after it was shown": {"", minute(graphsim.Outcome{NeverEstablished: true, End: &graphsim.EndNoAnswer}),
			[]string{"Error: Call Not Established", "Graph no longer knows it (response: 404", "request-id"}, false, time.Minute, false},
		"never shown": {"", graphsim.Outcome{KnownAfter: 24 * time.Hour}, []string{"Error: Call Not Established", "was placed, but cannot be read", "404 Not Found", "Graph may be slow to show it", "45 minutes", "tainted"}, true, 30 * time.Second, true},
		"shown later": {"", graphsim.Outcome{KnownAfter: 36 * time.Second}, []string{"Error: Call Not Established", "Graph may be slow to show it", "tainted"}, true, 30 * time.Second, false},
		"nobody picks up": {"", graphsim.Outcome{Ringing: time.Second, NeverEstablished: true},
			[]string{"Error: Call Not Established", "not established within 3m", `Graph last showed it as "ringing"`, "tainted: the next apply hangs up the call and places it again", `wait_until = "created"`}, true, 3 * time.Minute, false},
		"nobody picks up, left alive": {"hang_up_on_destroy = false", graphsim.Outcome{NeverEstablished: true}, []string{"the next apply hangs up the call"}, true, 3 * time.Minute, false},
		"nobody picks up in time": {"timeouts {\n create = \"30s\"\n}", graphsim.Outcome{NeverEstablished: true},
			[]string{"not established within 30s", `"establishing"`}, true, 30 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.becomes(c.outcome)
			w := newWorkspace(t, l, l.placesCall(c.arguments))
			code := 0
			if c.says != nil {
				code = 1
			}
			w.expectExit(code, applyNow, c.says...)
			if took := l.clock.Now().Sub(start); took < c.took || took > c.took+10*time.Second {
				t.Errorf("it took %s, want %s and little more", took, c.took)
			}
			if got := w.state() != nil; got != c.inState {
				t.Errorf("it is in state: %t, want %t", got, c.inState)
			}
			if len(l.Placed()) != 1 {
				t.Errorf("%d calls were placed", len(l.Placed()))
			}
			if code == 0 {
				return
			}
			first := l.lastPlaced(t)
			l.clock.Advance(10 * time.Second)
			l.becomes(graphsim.Outcome{})
			w.mustRun("apply", "-auto-approve")
			if alive := l.alive(); len(l.Placed()) != 2 || len(alive) == 0 || !c.neverShown && len(alive) != 1 {
				t.Errorf("%d calls were placed, want 2, of which the last is alive: %+v", len(l.Placed()), alive)
			}
			if call, _ := l.Call(first.ID); c.inState && !c.neverShown && (call.ResultInfo == nil || call.ResultInfo.Subcode != 7000) {
				t.Errorf("the first call ended with %+v, want it hung up", call.ResultInfo)
			}
		})
	}
}

// Failures to read the call do not end the wait, unless they are permanent. A 404 from a gateway is transient.
func TestCallResource_waitGoesOnThroughTransientFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault graphsim.Fault
		says  []string // nil for a success
	}{
		"throttled":     {graphsim.Throttled("2"), nil},
		"unavailable":   {graphsim.Status(http.StatusServiceUnavailable), nil},
		"cut":           {graphsim.CutOff(graphsim.CutRequest), nil},
		"HTML 404":      {graphsim.HTMLNotFound(), nil},
		"blocked page":  {graphsim.BlockedPage(), nil},
		"a single 404":  {graphsim.Status(http.StatusNotFound), nil},
		"gateway's 404": {graphsim.Garbage(http.StatusNotFound).For(5), nil},
		"lasting":       {graphsim.Garbage(http.StatusNotFound).For(-1), []string{"Call Not Established", "not established within 3m", "404 Not Found", "tainted"}},
		"twice a token": {graphsim.Status(http.StatusUnauthorized), nil},
		"forbidden":     {graphsim.Status(http.StatusForbidden).For(-1), []string{"Graph Denied Access to the Call", "was placed, but cannot be read", "tainted"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.becomes(graphsim.Outcome{Ringing: time.Second, Established: 20 * time.Second})
			fault := c.fault.To(http.MethodGet, "/calls/")
			fault.Skip = 1
			l.Inject(fault)
			p := l.protocol(t).of(callType)
			r, diags := p.create(placingConfig(nil))
			expectOneOrNothing(t, diags, isError, c.says...)
			if p.decode(p.resource, r.state) == nil {
				t.Error("the call is not in state")
			}
			l.expectPlaced(t, 1, 1)
		})
	}
}

// Two false 404s do not end the wait for a call that could not be hung up to be certain: it is tainted.
func TestCallResource_goneAndNotHungUp(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.becomes(graphsim.Outcome{Ringing: time.Second, NeverEstablished: true})
	fault := graphsim.Status(http.StatusNotFound).To(http.MethodGet, "/calls/").For(2)
	fault.Skip = 1
	l.Inject(fault)
	l.Inject(graphsim.Status(http.StatusServiceUnavailable).To(http.MethodDelete, "").For(-1))
	p := l.protocol(t).of(callType)
	r, diags := p.create(placingConfig(nil))
	expectOne(t, diags, isError, l.lastPlaced(t).ID, "404 Not Found", "tainted")
	l.ClearFaults()
	_, diags = p.tryDestroy(r)
	expectNothing(t, diags)
	l.expectPlaced(t, 1, 0)
}

// Each error of placing a call says what to do, that none was placed, and how to find the request.
func TestCallResource_refusedPlacement(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault graphsim.Fault
		says  []string
	}{
		"7503":   {graphsim.PlacementRefused("7503"), []string{"Call Not Placed", "That is: code 7503", "Application is not registered in our store.", "enable calling on its Calling tab", "No call was placed"}},
		"7504":   {graphsim.PlacementRefused("7504"), []string{"Call Not Placed", "7504", "lacks a permission for this form of call", "No call was placed"}},
		"7505":   {graphsim.PlacementRefused("7505"), []string{"Call Not Placed", "7505", "Set tenant_id of the resource itself", "No call was placed"}},
		"7507":   {graphsim.PlacementRefused("7507"), []string{"Call Not Placed", "7507", "object ID of an application instance", "No call was placed"}},
		"8523":   {graphsim.PlacementRefused("8523"), []string{"Call Not Placed", "8523", "no media configuration", "No call was placed"}},
		"9999":   {graphsim.PlacementRefused("9999"), []string{"Call May Have Been Placed", "9999", "an identity that it cannot read", "ends within 45 minutes"}},
		"403":    {graphsim.GraphError(http.StatusForbidden, "Forbidden", "No.").ToPlace(), []string{"Call Not Placed", "Calls.JoinGroupCall.All", "request-id"}},
		"400":    {graphsim.Status(http.StatusBadRequest).ToPlace(), []string{"Call Not Placed", "400 Bad Request", "report it with the request IDs"}},
		"404":    {graphsim.Status(http.StatusNotFound).ToPlace(), []string{"Call Not Placed", "404 Not Found", "No call was placed"}},
		"401":    {graphsim.Status(http.StatusUnauthorized).ToPlace().For(-1), []string{"Call Not Placed", "401 Unauthorized", "same cloud and tenant"}},
		"429":    {graphsim.Throttled("3600").ToPlace().For(-1), []string{"Call Not Placed", "429 Too Many Requests", "No call was placed. " + adviceThrottled}},
		"secret": {graphsim.Status(http.StatusServiceUnavailable).ToEntra().For(-1), []string{"No Token From Entra ID", "No call was placed", "usually transient"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(c.fault)
			p := l.protocol(t).of(callType)
			r, diags := p.create(placingConfig(attributes{"timeouts": attributes{"create": "20s"}}))
			expectOne(t, diags, isError, c.says...)
			if state := p.decode(p.resource, r.state); state != nil || len(l.Placed()) != 0 {
				t.Errorf("state %v, %d calls", state, len(l.Placed()))
			}
		})
	}
}

// A response that got lost is an error that gives the ID of the request, and nothing is in state.
func TestCallResource_lostResponse(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"lost": graphsim.Lost().ToPlace(), "headers": graphsim.CutOff(graphsim.CutHeaders).After().ToPlace(), "no ID": {Status: 201, Body: []byte("{}"), AfterProcessing: true, ContentType: "application/json"},
		"500": graphsim.Status(500).After().ToPlace(), "503": graphsim.Status(503).After().ToPlace(), "408": graphsim.Status(408).After().ToPlace(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(fault.ToPlace())
			p := l.protocol(t).of(callType)
			r, diags := p.create(placingConfig(nil))
			expectOne(t, diags, isError, "Call May Have Been Placed", "not in state", "ends within 45 minutes")
			l.expectPlaced(t, 1, 1)
			var id string
			for _, r := range l.Requests() {
				if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/communications/calls") {
					id = r.Header.Get("Client-Request-Id")
				}
			}
			expectText(t, said(diags), "client-request-id "+id)
			if state := p.decode(p.resource, r.state); state != nil {
				t.Errorf("state %v", state)
			}
		})
	}
}

// A 404 counts only when it comes twice, and of a call that was placed just now not for half a minute.
func TestCallResource_falseNotFound(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(time.Minute)
	l.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodGet, ""))
	w.expectExit(0, planNow, "No changes")
	if slept := l.clock.Slept(); len(slept) == 0 || slept[len(slept)-1] != confirmNotFoundAfter {
		t.Errorf("the sleeps are %s, want the last to be %s", slept, confirmNotFoundAfter)
	}
	w.mustRun("apply", "-auto-approve", "-replace="+fixture)
	l.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodGet, "").For(4)) // right after it was placed
	w.expectExit(0, planNow, "No changes")

	// A DELETE that is told 404 is repeated, so that no call is left alive beside the next.
	l.clock.Advance(time.Minute)
	l.Inject(graphsim.Status(http.StatusNotFound).To(http.MethodDelete, ""))
	w.mustRun("destroy", "-auto-approve")
	l.expectPlaced(t, 2, 0)
}

// A keepAlive that finds the call gone says that running again heals it, and changes nothing.
func TestCallResource_keepAliveFindsItGone(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(10 * time.Minute)
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	w.expectExit(1, []string{"apply", "-auto-approve", "-refresh=false"}, "Error: Call Has Ended", "Run Terraform again", "if it has ended, does what on_ended says")
	l.expectPlaced(t, 1, 0)
	w.mustRun("apply", "-auto-approve")
	l.expectPlaced(t, 2, 1)
}

// A wrong tenant or application learns nothing about a call, so it neither drops nor replaces it.
func TestCallResource_anotherApplicationNeverPlacesAgain(t *testing.T) {
	t.Parallel()
	const client = "3f0c2d1e-0000-4000-8000-00000000000a"
	for name, change := range map[string]func(*lab) (before, after string){
		"another application": func(l *lab) (string, string) {
			l.RegisterApp(graphsim.App{ClientID: client, ClientSecret: graphsim.ClientSecret})
			return graphsim.ClientID, client
		},
		"another tenant": func(l *lab) (string, string) {
			const tenant = "0d1e2f3a-0000-4000-8000-000000000001"
			l.RegisterApp(graphsim.App{TenantID: tenant, ClientID: graphsim.ClientID, ClientSecret: graphsim.ClientSecret, SeesNoCalls: true})
			return graphsim.TenantID, tenant
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			right := l.placesCall()
			w := newWorkspace(t, l, right)
			w.mustRun("apply", "-auto-approve")
			l.clock.Advance(time.Hour / 2)
			before, after := change(l)
			w.write(strings.Replace(right, before, after, 1))
			for _, args := range [][]string{applyNow, {"apply", "-auto-approve", "-replace=" + fixture}, {"apply", "-auto-approve", "-replace=" + fixture, "-refresh=false"},
				{"apply", "-auto-approve", "-refresh=false"}, {"destroy", "-auto-approve"}, {"destroy", "-auto-approve", "-refresh=false"}} {
				w.expectExit(1, args, "Error: Call of Another Application", graphsim.ClientID+" in tenant "+graphsim.TenantID, after, "neither placed again nor removed from state")
				l.expectPlaced(t, 1, 1)
			}
			w.write(right)
			w.mustRun("apply", "-auto-approve")
			l.expectPlaced(t, 1, 1)
			w.expectNoChanges()
		})
	}
}

// Nor does the destroy of a tainted resource, which Terraform gives no private state.
func TestCallResource_anotherTenantNeverReplacesATaintedCall(t *testing.T) {
	t.Parallel()
	const tenant = "0d1e2f3a-0000-4000-8000-000000000001"
	l := newLab(t)
	l.RegisterApp(graphsim.App{TenantID: tenant, ClientID: graphsim.ClientID, ClientSecret: graphsim.ClientSecret, SeesNoCalls: true})
	l.becomes(graphsim.Outcome{NeverEstablished: true})
	right := l.placesCall()
	w := newWorkspace(t, l, right)
	w.expectExit(1, applyNow, "tainted")
	l.clock.Advance(time.Minute)
	w.write(strings.Replace(right, graphsim.TenantID, tenant, 1))
	for _, args := range [][]string{applyNow, {"apply", "-auto-approve", "-refresh=false"}} {
		w.expectExit(1, args, "Error: Call of Another Application", graphsim.TenantID, tenant)
		l.expectPlaced(t, 1, 1)
	}

	// Of the right tenant a 404 is an end.
	w.write(right)
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	l.OnPlace(nil)
	w.mustRun("apply", "-auto-approve", "-refresh=false")
	l.expectPlaced(t, 2, 1)
}

// The placer is the application that the token names, so another way to write the same tenant changes nothing.
func TestCallResource_placerIsTheTokensApplication(t *testing.T) {
	t.Parallel()
	of := func(endpoint, tenantID, clientID string) applicationRef {
		return applicationRef{endpoint, graph.Caller{TenantID: tenantID, ClientID: clientID}}
	}
	s := &providerData{endpoint: "https://graph.microsoft.com", tenantID: "contoso.com", clientID: "b"}
	p := s.application(graph.Caller{TenantID: "T", ClientID: "C"})
	if p != of("https://graph.microsoft.com", "T", "C") || p.isAnother(of("https://graph.microsoft.com", "t", "c")) {
		t.Errorf("got %+v", p)
	}
	if stored, err := json.Marshal(p); err != nil || string(stored) != `{"endpoint":"https://graph.microsoft.com","tenant_id":"T","client_id":"C"}` {
		t.Errorf("private state has %s, %v", stored, err)
	}
	if p := s.application(graph.Caller{}); p != of("https://graph.microsoft.com", "", "b") {
		t.Errorf("got %+v, want what is configured for certain", p)
	}
	for _, other := range []applicationRef{of("https://graph.microsoft.us", "T", "C"), of("https://graph.microsoft.com", "x", "C"), of("https://graph.microsoft.com", "T", "x")} {
		if !p.isAnother(other) {
			t.Errorf("%+v counts as %+v", other, p)
		}
	}
}
