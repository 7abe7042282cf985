package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

// otherClient is another application, and otherTenant another tenant.
const (
	otherClient = "3f0c2d1e-0000-4000-8000-00000000000a"
	otherTenant = "0d1e2f3a-0000-4000-8000-000000000001"
)

// as goes on as another application: one that Graph shows no call, or all.
func (m *manyKeeper) as(seesNoCalls bool) *manyKeeper {
	m.t.Helper()
	m.lab.RegisterApp(graphsim.App{ClientID: otherClient, ClientSecret: graphsim.ClientSecret, SeesNoCalls: seesNoCalls})
	m.lab.block = attributes{"client_id": otherClient}
	return m.newRun()
}

// asBefore goes on as the application that kept the calls alive at first.
func (m *manyKeeper) asBefore() *manyKeeper {
	m.t.Helper()
	m.lab.block = nil
	return m.newRun()
}

// keptBy returns the application that kept a call alive, as the private state has it; forget takes it out for all, as an
// earlier version has left it.
func (m *manyKeeper) keptBy(id string) applicationRef {
	return loadPrivate[keepers](m.t.Context(), privateJSON(m.privateKeys()), keptByKey).of(id)
}

func (m *manyKeeper) forgetKeptBy() {
	m.t.Helper()
	keys := m.privateKeys()
	delete(keys, keptByKey)
	text, err := json.Marshal(keys)
	if err != nil {
		m.t.Fatal(err)
	}
	m.object.private = text
}

func (m *manyKeeper) privateKeys() (keys map[string][]byte) {
	m.t.Helper()
	if err := json.Unmarshal(m.object.private, &keys); err != nil {
		m.t.Fatal(err)
	}
	return keys
}

// privateJSON is a private state.
type privateJSON map[string][]byte

// GetKey implements [privateReader].
func (p privateJSON) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

// Under a wrong tenant or application, Graph knows none of the calls, and that says nothing about them.
func TestCallKeepalivesApplication_anotherApplicationLearnsNothing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]struct {
		app           graphsim.App
		before, after string
	}{
		"application": {graphsim.App{ClientID: otherClient}, graphsim.ClientID, otherClient},
		"tenant":      {graphsim.App{TenantID: otherTenant, ClientID: graphsim.ClientID}, graphsim.TenantID, otherTenant},
	} {
		for _, onEnded := range []string{onEndedError, onEndedReport} {
			t.Run(name+", "+onEnded, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				app := change.app
				app.ClientSecret, app.SeesNoCalls = graphsim.ClientSecret, true
				l.RegisterApp(app)
				right := l.keepalivesConfig("ab", `on_ended = "`+onEnded+`"`, "")
				w := newWorkspace(t, l, right)
				w.mustRun("apply", "-auto-approve")
				l.clock.Advance(11 * time.Minute)
				w.write(strings.Replace(right, change.before, change.after, 1))
				says := []string{"Error: Calls of Another Application", "a, b. The first of them:", "404 Not Found",
					"Kept alive by: application " + graphsim.ClientID + " in tenant " + graphsim.TenantID, change.after, "Configure the provider as it was"}
				for _, args := range [][]string{{"apply", "-auto-approve"}, {"apply", "-auto-approve", "-refresh=false"}} {
					out := w.expectExit(1, args)
					expectText(t, out, says...)
					if strings.Contains(out, "Have Ended") {
						t.Errorf("%q says that calls have ended:\n%s", args, out)
					}
				}
				if ended := w.state()["ended"].(map[string]any); len(ended) != 0 {
					t.Errorf("ended: %v", ended)
				}
				w.write(right)
				l.ResetRequests()
				w.mustRun("apply", "-auto-approve")
				l.expectKept(t, "ab")
				w.planCode(0)
			})
		}
	}
}

// The way on as another application that the error shows.
func TestCallKeepalivesApplication_goesOnAsAnotherApplication(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.RegisterApp(graphsim.App{ClientID: otherClient, ClientSecret: graphsim.ClientSecret})
	w := newWorkspace(t, l, l.keepalivesConfig("ab", "", ""))
	w.mustRun("apply", "-auto-approve")
	l.EndCall("id-a", 200, 5001, "") // to this application, Graph does not know it
	l.EndCall("id-b", 200, 5001, "")
	w.write(strings.Replace(l.keepalivesConfig("cd", "", ""), graphsim.ClientID, otherClient, 1))
	expectText(t, w.expectExit(1, []string{"plan"}), "apply once with -refresh=false")
	l.ResetRequests()
	w.mustRun("apply", "-auto-approve", "-refresh=false")
	l.expectKept(t, "cd")
	w.planCode(0)
	l.EndCall("id-d", 200, 5001, "")
	expectText(t, w.planCode(2), "Warning: Call Has Ended")
}

// A call of another application among those that can be read is a warning, and an error of the apply for its name only.
// It stays on record who kept it alive for as long as it is there.
func TestCallKeepalivesApplication_oneCallOfAnotherApplication(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "abc", "on_ended", onEndedReport).mustApply()
	before, first := m.state(), m.keptBy("id-b")
	if first.ClientID != graphsim.ClientID || first.TenantID != graphsim.TenantID || first.Endpoint != l.GraphURL() {
		t.Errorf("kept by %+v", first)
	}
	l.EndCall("id-b", 200, 5001, "")
	m.as(false).refresh()
	expectOne(t, m.diags, isWarning, "Call of Another Application", "b:", otherClient, "they are unchanged in state")
	expectSame(t, before, m.state())
	l.clock.Advance(11 * time.Minute)
	m.apply()
	expectOne(t, m.diags, isError, "Call of Another Application", "b:", otherClient, "The other 2 calls were kept alive.")
	if m.ended() != "" || m.keptBy("id-b") != first || m.keptBy("id-a").ClientID != otherClient || !m.kept().Overdue["id-b"] {
		t.Errorf("ended: %q, kept by %+v, %+v, private: %+v", m.ended(), m.keptBy("id-a"), m.keptBy("id-b"), m.kept())
	}
	m.set("b", nil).mustApply().expectPlan(false)
}

// What was found ended stays so, whoever asks, and a lab of nothing else can be given other calls.
func TestCallKeepalivesApplication_endedStaysEnded(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "ab", "on_ended", onEndedReport).mustApply()
	l.EndCall("id-a", 200, 5001, "")
	m.refresh()
	before := m.state()
	m.as(true).refresh()
	expectOne(t, m.diags, isError, "Call of Another Application", "b:")
	l.EndCall("id-b", 200, 5001, "")
	m.asBefore().refresh()
	before["ended"] = m.state()["ended"]
	m.as(true).expectPlan(false).refresh()
	expectOne(t, m.diags, isWarning, "Calls Have Ended", "a, b:")
	if m.ended() != "ab" || strings.Contains(said(m.diags), adviceMaybeAnotherApplication) {
		t.Errorf("ended: %q; says %s", m.ended(), said(m.diags))
	}
}

// In the state of an earlier version it is not on record who kept the calls alive: the warning says what may be the matter.
// It is on record again once Graph shows one of them, or a keepAlive is accepted.
func TestCallKeepalivesApplication_notOnRecord(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "ab").mustApply()
	was := m.keptBy("id-a")
	m.forgetKeptBy()
	recorded := m.object
	m.as(true).refresh()
	expectOne(t, m.diags, isWarning, "Calls Have Ended", adviceMaybeAnotherApplication)
	m.apply()
	expectOne(t, m.diags, isError, "Calls Have Ended", adviceMaybeAnotherApplication)

	l.EndCall("id-b", 200, 5001, "")
	m.object = recorded
	if m.asBefore().refresh(); m.keptBy("id-a") != was {
		t.Errorf("kept by %+v, want %+v", m.keptBy("id-a"), was)
	}
	expectOne(t, m.diags, isWarning, "Call Has Ended", "b:")
	if strings.Contains(said(m.diags), adviceMaybeAnotherApplication) {
		t.Errorf("says %s", said(m.diags))
	}
	m.forgetKeptBy()
	if m.set("b", nil).mustApply(); m.keptBy("id-a") != was {
		t.Errorf("kept by %+v, want %+v", m.keptBy("id-a"), was)
	}
}

// In a lab on its way from one application to another, a 404 counts only for the one that kept the call alive.
func TestCallKeepalivesApplication_ofEachCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "", "on_ended", onEndedReport)
	l.PlaceCall(graphsim.Call{ID: "id-a", ClientID: graphsim.ClientID})
	for _, id := range []string{"id-b", "id-c"} {
		l.PlaceCall(graphsim.Call{ID: id, ClientID: otherClient})
	}
	m.set("a", "id-a").mustApply()
	m.as(false).set("b", "id-b").set("c", "id-c").apply()
	expectOne(t, m.diags, isError, "Call of Another Application", "a:", "The other 2 calls were kept alive.")
	l.EndCall("id-c", 200, 5001, "")
	m.asBefore().refresh()
	expectOne(t, m.diags, isWarning, "Calls of Another Application", "b, c.", "Kept alive by: application "+otherClient, "Now:           application "+graphsim.ClientID)
	m.as(false).refresh()
	if expectText(t, said(m.diags), "Call of Another Application", "a:", "Call Has Ended", "c:"); m.ended() != "c" {
		t.Errorf("ended: %q", m.ended())
	}
	l.EndCall("id-a", 200, 5001, "")
	if m.asBefore().refresh(); m.ended() != "ac" {
		t.Errorf("ended: %q; says %s", m.ended(), said(m.diags))
	}
}

// A call that a keepAlive did not reach stays that of the application that kept it alive.
func TestCallKeepalivesApplication_ofACallThatFails(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "", "on_ended", onEndedReport)
	l.PlaceCall(graphsim.Call{ID: "id-a", ClientID: graphsim.ClientID})
	l.PlaceCall(graphsim.Call{ID: "id-b", ClientID: otherClient})
	m.set("a", "id-a").mustApply()
	l.Inject(graphsim.Status(403).To("POST", "id-a"))
	m.as(false).set("b", "id-b").apply().refresh()
	expectOne(t, m.diags, isWarning, "Call of Another Application", "a:", "Kept alive by: application "+graphsim.ClientID)
	if m.ended() != "" {
		t.Errorf("ended: %q", m.ended())
	}
}

// A record that is damaged is none, and the next apply writes it anew; so is the part of it that names no endpoint.
func TestKeepers_damaged(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]applicationRef{
		`{"endpoint":"e","others":5}`:                                          {},
		`{"endpoint":"e","others":[{"endpoint":"f","calls":["a",5]}]}`:         {},
		`{"endpoint":"e","tenant_id":5}`:                                       {},
		`{"endpoint":"e"`:                                                      {},
		`{"endpoint":"e","others":[{"tenant_id":"t","calls":["a"]}]}`:          {Endpoint: "e"},
		`{"endpoint":"e","others":[{"endpoint":"f","calls":["a"]},{"x":"y"}]}`: {Endpoint: "f"},
	} {
		k := loadPrivate[keepers](t.Context(), privateJSON{keptByKey: []byte(text)}, keptByKey)
		if got := k.of("a"); got != want || k.recorded() != want.recorded() {
			t.Errorf("%s is read as %+v, want %+v of a", text, k, want)
		}
	}
	if got := loadPrivate[applicationRef](t.Context(), privateJSON{placedByKey: []byte(`{"endpoint":"e","tenant_id":5}`)}, placedByKey); got.recorded() {
		t.Errorf("half of a record is read: %+v", got)
	}
}

// The record has one application however many calls there are, and the calls of others by their IDs. That of an earlier
// version has no others.
func TestKeepers_areShort(t *testing.T) {
	t.Parallel()
	app := func(client string) applicationRef {
		return applicationRef{"https://graph", graph.Caller{TenantID: otherTenant, ClientID: client}}
	}
	earlier := `{"endpoint":"https://graph","tenant_id":"` + otherTenant + `","client_id":"one"}`
	k := loadPrivate[keepers](t.Context(), privateJSON{keptByKey: []byte(earlier)}, keptByKey)
	known := map[string]int64{"id-two": 1, "id-three": 1}
	for i := range 20_000 {
		known[fmt.Sprint("id-", i)] = 1
	}
	k.record(app("two"), []namedCall{{id: "id-two"}, {id: "id-gone"}}, known)
	k.record(app("three"), []namedCall{{id: "id-three"}}, known)
	text, err := json.Marshal(k)
	other := strings.NewReplacer(`"one"}`, `"three","calls":["id-three"]}`).Replace(earlier) + "," +
		strings.NewReplacer(`"one"}`, `"two","calls":["id-two"]}`).Replace(earlier)
	want := strings.TrimSuffix(earlier, "}") + `,"others":[` + other + `]}`
	if err != nil || string(text) != want {
		t.Errorf("got %s (%v), want %s", text, err, want)
	}
	k = loadPrivate[keepers](t.Context(), privateJSON{keptByKey: text}, keptByKey)
	for id, client := range map[string]string{"id-7": "one", "id-two": "two", "id-three": "three"} {
		if by := k.of(id); by != (app(client)) {
			t.Errorf("%s was kept by %+v, want %s", id, by, client)
		}
	}
	var all []namedCall
	for id := range known {
		all = append(all, namedCall{id: id})
	}
	k.record(app("four"), all[1:], known)
	if len(k.others) != 1 || k.ClientID != "four" {
		t.Errorf("then %+v", k)
	}
}
