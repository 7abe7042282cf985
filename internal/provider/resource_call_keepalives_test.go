package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/keepalive"
)

const keepalivesType = "msgraph_call_keepalives"

// manyKeeper is the resource msgraph_call_keepalives as Terraform's core works with it: what is in state, and
// what the configuration says.
type manyKeeper struct {
	*protocol
	lab    *lab
	config attributes
	object keptResource
	// planned is the last plan, and diags are the diagnostics of the last request.
	planned *tfprotov6.PlanResourceChangeResponse
	diags   []*tfprotov6.Diagnostic
	// capabilities are those of Terraform's core.
	capabilities *tfprotov6.PlanResourceChangeClientCapabilities
}

// keeps returns a resource that is to keep so many calls alive, named a, b and so on, which are there.
func (l *lab) keeps(t testing.TB, names string, pairs ...any) *manyKeeper {
	t.Helper()
	calls := attributes{}
	for _, name := range names {
		calls[string(name)] = "id-" + string(name)
		l.PlaceCall(graphsim.Call{ID: "id-" + string(name)})
	}
	m := &manyKeeper{protocol: l.protocol(t), lab: l, config: attributes{"calls": calls}}
	schemas, err := m.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	m.must(err, schemas.Diagnostics)
	m.typeName, m.resource = keepalivesType, schemas.ResourceSchemas[keepalivesType].ValueType()
	for i := 0; i < len(pairs); i += 2 {
		m.config[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	m.object = m.none()
	return m
}

// set changes the ID of a call in the configuration; nil takes it out.
func (m *manyKeeper) set(name string, id any) *manyKeeper {
	calls := m.config["calls"].(attributes)
	if calls[name] = id; id == nil {
		delete(calls, name)
	}
	return m
}

// refresh reads the resource as a new process would.
func (m *manyKeeper) refresh() *manyKeeper {
	m.t.Helper()
	resp, err := m.ReadResource(m.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: m.typeName, CurrentState: m.object.state, Private: m.object.private,
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.object, m.diags = keptResource{state: resp.NewState, private: resp.Private}, resp.Diagnostics
	return m
}

// propose plans the configuration.
func (m *manyKeeper) propose() *manyKeeper {
	m.t.Helper()
	proposed := m.state()
	if proposed == nil {
		proposed = attributes{}
	}
	for name := range m.resource.(tftypes.Object).AttributeTypes {
		if _, computed := map[string]bool{"ended": true, "last_keepalive_at": true, "renew_at": true, "expires_at": true, "renew_after": true,
			"wait_for_call": true, "on_ended": true}[name]; !computed || m.config[name] != nil {
			proposed[name] = m.config[name]
		}
	}
	resp, err := m.PlanResourceChange(m.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: m.typeName, PriorState: m.object.state, PriorPrivate: m.object.private,
		Config: m.encode(m.resource, m.config), ProposedNewState: m.encode(m.resource, proposed), ClientCapabilities: m.capabilities,
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.planned, m.diags = resp, resp.Diagnostics
	return m
}

// carryOut applies the last plan, after which the configuration is as it turned out to be.
func (m *manyKeeper) carryOut() *manyKeeper {
	m.t.Helper()
	resp, err := m.ApplyResourceChange(m.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: m.typeName, PriorState: m.object.state, PlannedState: m.planned.PlannedState,
		Config: m.encode(m.resource, m.config), PlannedPrivate: m.planned.PlannedPrivate,
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.object, m.diags = keptResource{state: resp.NewState, private: resp.Private}, resp.Diagnostics
	return m
}

// apply plans and applies.
func (m *manyKeeper) apply() *manyKeeper {
	m.t.Helper()
	m.lab.ResetRequests()
	return m.propose().carryOut()
}

// mustApply is apply without a diagnostic.
func (m *manyKeeper) mustApply() *manyKeeper {
	m.t.Helper()
	m.apply()
	expectNothing(m.t, m.diags)
	return m
}

func (m *manyKeeper) state() attributes {
	m.t.Helper()
	return m.decode(m.resource, m.object.state)
}

// isNoOp reports whether the last plan plans nothing.
func (m *manyKeeper) isNoOp() bool {
	m.t.Helper()
	planned, err := m.planned.PlannedState.Unmarshal(m.resource)
	if err != nil {
		m.t.Fatal(err)
	}
	prior, err := m.object.state.Unmarshal(m.resource)
	if err != nil {
		m.t.Fatal(err)
	}
	return planned.Equal(prior)
}

// expectPlan fails the test unless the resource, refreshed, plans a change, or none.
func (m *manyKeeper) expectPlan(change bool) *manyKeeper {
	m.t.Helper()
	if m.refresh().propose().isNoOp() == change {
		m.t.Errorf("a change is planned: %t, want %t", !change, change)
	}
	return m
}

// texts returns the elements of a map of strings.
func texts(t testing.TB, value any) map[string]string {
	t.Helper()
	encoded, ok := value.(tftypes.Value)
	if !ok {
		t.Fatalf("%v is no known map", value)
	}
	var elements map[string]tftypes.Value
	if err := encoded.As(&elements); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for name, element := range elements {
		var text string
		if !element.IsNull() {
			if err := element.As(&text); err != nil {
				t.Fatal(err)
			}
		}
		all[name] = text
	}
	return all
}

// ended are the names in the state's ended.
func (m *manyKeeper) ended() string { return endedIn(m.t, m.state()) }

// plannedEnded are those in the plan's.
func (m *manyKeeper) plannedEnded() string {
	return endedIn(m.t, m.decode(m.resource, m.planned.PlannedState))
}

func endedIn(t testing.TB, object attributes) string {
	t.Helper()
	var names []string
	for name := range texts(t, object["ended"]) {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, "")
}

// kept is the private state.
func (m *manyKeeper) kept() (kept keepalive.Tracker) {
	m.t.Helper()
	var keys map[string][]byte
	if err := json.Unmarshal(m.object.private, &keys); err != nil {
		m.t.Fatal(err)
	}
	if err := json.Unmarshal(keys[keptKey], &kept); err != nil {
		m.t.Fatal(err)
	}
	return kept
}

// keptNow are the calls, in alphabetical order, that got a keepAlive since the last apply began.
func (l *lab) keptNow() string {
	var ids []string
	for _, r := range l.KeepAlives("") {
		ids = append(ids, strings.TrimPrefix(strings.Split(r.Path, "/")[4], "id-"))
	}
	slices.Sort(ids)
	return strings.Join(ids, "")
}

func (l *lab) expectKept(t testing.TB, want string) {
	t.Helper()
	if got := l.keptNow(); got != want {
		t.Errorf("keepAlives went to %q, want %q", got, want)
	}
}

func TestCallKeepalives_life(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "abc")
	m.propose()
	if planned := m.decode(m.resource, m.planned.PlannedState); planned["last_keepalive_at"] != tftypes.UnknownValue || m.plannedEnded() != "" {
		t.Errorf("planned %v", planned)
	}
	m.mustApply()
	l.expectKept(t, "abc")
	state := m.state()
	if state["last_keepalive_at"] != "2026-03-14T15:00:00Z" || state["renew_at"] != "2026-03-14T15:10:00Z" || state["expires_at"] != "2026-03-14T15:45:00Z" || m.ended() != "" {
		t.Errorf("got %v", state)
	}
	l.clock.Advance(9 * time.Minute)
	m.expectPlan(false)
	l.clock.Advance(time.Minute)
	m.expectPlan(true).mustApply()
	l.expectKept(t, "abc")

	l.clock.Advance(5 * time.Minute)
	l.PlaceCall(graphsim.Call{ID: "id-d"})
	m.set("d", "id-d").mustApply() // at 15:15
	l.expectKept(t, "abcd")
	if at := m.state()["last_keepalive_at"]; at != "2026-03-14T15:15:00Z" {
		t.Errorf("kept at %v", at)
	}
	m.set("b", nil).set("a", "id-c").set("c", "id-a").mustApply()
	l.expectKept(t, "acd")
	if kept := m.kept(); len(kept.Last) != 3 || kept.Known("id-b") {
		t.Errorf("private state: %+v", kept)
	}
	m.expectPlan(false)
}

// One that ends: in "error" mode each plan is an update, and each apply keeps the others and fails.
func TestCallKeepalives_endedIsAnError(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "abc").mustApply()
	l.EndCall("id-b", 200, 5001, "")
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Minute})
	m.refresh()
	expectOne(t, m.diags, isWarning, "Call Has Ended", `b: Graph shows it as "terminated"`, "the conversation has ended",
		"keeps the other calls alive and then ends in an error", `AttributeName("calls").ElementKeyString("b")`)
	reason := texts(t, m.state()["ended"])["b"]
	l.clock.Advance(2 * time.Minute)
	m.expectPlan(true)
	if again := texts(t, m.state()["ended"])["b"]; again != reason || m.plannedEnded() != "b" {
		t.Errorf("the reason was %q and is %q; planned: %q", reason, again, m.plannedEnded())
	}
	m.apply()
	l.expectKept(t, "abc")
	expectOne(t, m.diags, isError, "Call Has Ended", `b: Graph shows it as "terminated"`, "the conversation has ended", "The other 2 calls were kept alive.",
		"Place the call again and use its new ID, or remove its entry from calls. Until then, because on_ended is \"error\", every apply ends in this error")
	if state := m.state(); state["last_keepalive_at"] != "2026-03-14T15:02:00Z" || m.ended() != "b" {
		t.Errorf("got %v", state)
	}
	m.expectPlan(true)
	l.PlaceCall(graphsim.Call{ID: "id-new"})
	m.set("b", "id-new").mustApply()
	l.expectKept(t, "acnew")
	if m.ended() != "" {
		t.Errorf("ended: %q", m.ended())
	}
	m.expectPlan(false)
}

func TestCallKeepalives_endedIsReported(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "abc", "on_ended", onEndedReport).mustApply()
	l.EndCall("id-b", 200, 5001, "")
	m.refresh()
	expectOne(t, m.diags, isWarning, "Call Has Ended", "b: Graph no longer knows it", "request-id")
	for _, part := range []string{"request-id", "2026"} {
		if reason := texts(t, m.state()["ended"])["b"]; strings.Contains(reason, part) {
			t.Errorf("the reason in state holds a %s: %q", part, reason)
		}
	}
	m.expectPlan(false)
	l.clock.Advance(11 * time.Minute)
	m.expectPlan(true).mustApply()
	l.expectKept(t, "ac")
	if m.expectPlan(false); m.ended() != "b" {
		t.Errorf("ended: %q", m.ended())
	}
	// A call that is found alive again is due, and leaves.
	l.PlaceCall(graphsim.Call{ID: "id-b"})
	m.expectPlan(true).mustApply()
	l.expectKept(t, "abc")
	if m.expectPlan(false); m.ended() != "" {
		t.Errorf("ended: %q", m.ended())
	}
}

// All ended, and none at all: nothing is sent, and the times are null.
func TestCallKeepalives_nothingToKeep(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "").mustApply()
	if state := m.state(); state["last_keepalive_at"] != nil || m.ended() != "" {
		t.Errorf("got %v", state)
	}
	l.Inject(graphsim.Status(http.StatusForbidden).To("", "").For(-1))
	m.expectPlan(false)
	expectNothing(t, m.diags)

	l = newLab(t)
	m = l.keeps(t, "ab", "on_ended", onEndedReport).mustApply()
	l.EndCall("id-a", 200, 5001, "")
	l.EndCall("id-b", 200, 5001, "")
	m.refresh()
	expectOne(t, m.diags, isWarning, "Calls Have Ended", "a, b: Graph no longer knows these calls")
	l.clock.Advance(time.Hour)
	m.expectPlan(false)
	if state := m.state(); state["last_keepalive_at"] != nil || m.ended() != "ab" {
		t.Errorf("got %v", state)
	}
	m.config["triggers"] = attributes{"now": "1"}
	m.mustApply()
	l.expectKept(t, "")
	m.config["on_ended"] = onEndedError
	m.expectPlan(true).apply()
	l.expectKept(t, "ab")
	expectOne(t, m.diags, isError, "Calls Have Ended", "a, b: Graph no longer knows these calls", "Place the calls again and use their new IDs, or remove their entries from calls.")
	if strings.Contains(said(m.diags), "kept alive.") || strings.Contains(said(m.diags), "The other") {
		t.Errorf("claims that others were kept alive: %s", said(m.diags))
	}
	m.expectPlan(true)
	if m.refresh(); !strings.Contains(said(m.diags), "An apply ends in an error, because") {
		t.Errorf("the refresh says %s", said(m.diags))
	}
}

// A number in state makes Terraform 1.11 and 1.14 find changes in every plan -refresh-only; an identity, or a hang-up, is not
// what a lab has.
func TestCallKeepalives_schemaHasNoNumber(t *testing.T) {
	t.Parallel()
	p := newLab(t).protocol(t)
	schemas, err := p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.must(err, schemas.Diagnostics)
	identities, err := p.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	p.must(err, identities.Diagnostics)
	if identities.IdentitySchemas[keepalivesType] != nil {
		t.Error("there is an identity")
	}
	if text := schemas.ResourceSchemas[keepalivesType].ValueType().String(); strings.Contains(text, "Number") || strings.Contains(text, "hang_up") {
		t.Errorf("the schema is %s", text)
	}
}
