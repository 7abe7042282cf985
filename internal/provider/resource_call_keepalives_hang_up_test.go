package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// single is a resource of one call that hangs up, as an earlier run has left it.
func (m *manyKeeper) single(id string) (*protocol, keptResource) {
	m.t.Helper()
	single := m.of(keepaliveType)
	config := attributes{"call_id": id, "hang_up_on_destroy": true}
	earlier := m.lab.protocol(m.t)
	return single, earlier.mustCreate(config)
}

// newRun goes on with a new process of the provider.
func (m *manyKeeper) newRun() *manyKeeper {
	m.t.Helper()
	m.ProviderServer = m.lab.protocol(m.t).ProviderServer
	return m
}

// planDestroy plans to destroy the resource.
func (p *protocol) planDestroy(r keptResource) []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.typeName, PriorState: r.state, PriorIdentity: r.identity, PriorPrivate: r.private,
		Config: p.none().state, ProposedNewState: p.none().state,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.Diagnostics
}

// destroy destroys the resource.
func (p *protocol) destroy(r keptResource) []*tfprotov6.Diagnostic {
	p.t.Helper()
	_, diags := p.tryDestroy(r)
	return diags
}

// A plan in which a lab takes over calls from resources that hang them up says so, whichever it comes to first.
func TestCallKeepalivesHangUp_thePlanWarns(t *testing.T) {
	t.Parallel()
	const summary, way = "May Be Hung Up", "hang_up_on_destroy = false"
	t.Run("the lab first", func(t *testing.T) {
		t.Parallel()
		m := newLab(t).keeps(t, "abc")
		a, gone := m.single("id-a")
		expectNothing(t, m.propose().diags)
		expectOne(t, a.planDestroy(gone), isWarning, "Call "+summary, "id-a", way)
		expectNothing(t, m.propose().diags)
	})
	t.Run("the destroys first", func(t *testing.T) {
		t.Parallel()
		m := newLab(t).keeps(t, "abc")
		for _, id := range []string{"id-a", "id-c"} {
			single, gone := m.single(id)
			expectNothing(t, single.planDestroy(gone))
		}
		expectOne(t, m.propose().diags, isWarning, "Calls "+summary, "Calls a, c.", way, "removed { lifecycle { destroy = false } }")
		expectNothing(t, m.propose().diags)
	})
	t.Run("one that is kept already", func(t *testing.T) {
		t.Parallel()
		m := newLab(t).keeps(t, "abc").mustApply().newRun()
		c, gone := m.single("id-c")
		expectNothing(t, c.planDestroy(gone))
		m.propose()
		expectOne(t, m.diags, isWarning, "Call "+summary, "Call c.", `AttributeName("calls").ElementKeyString("c")`)
		if !m.isNoOp() {
			t.Error("a change is planned")
		}
	})
	t.Run("others", func(t *testing.T) {
		t.Parallel()
		m := newLab(t).keeps(t, "abcd", "on_ended", onEndedReport).mustApply()
		m.newRun()
		for _, id := range []string{"id-a", "id-b", "id-d"} {
			single, gone := m.single(id)
			expectNothing(t, single.planDestroy(gone))
		}
		m.lab.EndCall("id-d", 200, 5001, "")
		m.refresh().set("a", nil).set("b", tftypes.UnknownValue)
		expectNothing(t, m.propose().diags)
	})
}

// A destroy that follows leaves alive what the lab has kept alive in the same run.
func TestCallKeepalivesHangUp_leavesACallThatTheLabKeepsAlive(t *testing.T) {
	t.Parallel()
	for name, withUpdate := range map[string]bool{"create": false, "update": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newLab(t).keeps(t, "ab")
			if withUpdate {
				m.set("a", nil).mustApply().set("a", "id-a")
			}
			single, gone := m.newRun().single("id-a")
			m.mustApply()
			diags := single.destroy(gone)
			expectOne(t, diags, isWarning, summaryNotHungUp, "Call id-a was left alive although hang_up_on_destroy is true")
			if n := m.lab.sent(http.MethodDelete); n != 0 {
				t.Errorf("%d hang-ups, want none", n)
			}
		})
	}
}

// What keeps a call alive only for the run is no reason to leave it alive.
func TestCallKeepalivesHangUp_ephemeralsAndActionsDoNotCount(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	m := l.keeps(t, "ab")
	a, goneA := m.single("id-a")
	b, goneB := m.single("id-b")
	r := newRPC(m.protocol, keepalivesType)
	calls := attributes{"calls": attributes{"a": "id-a", "b": "id-b"}}
	r.mustOpen(calls)
	_, diags := r.invoke(t.Context(), calls)
	expectNothing(t, diags)
	expectNothing(t, a.destroy(goneA))
	expectNothing(t, b.destroy(goneB))
	if n := l.sent(http.MethodDelete); n != 2 {
		t.Errorf("%d hang-ups, want 2", n)
	}
}

// With Terraform itself: a plan that moves a call into a lab warns once; one that destroys both does not.
func TestCallKeepalivesHangUp_fromOneResourceToTheLab(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	single := `
resource "msgraph_call_keepalive" "a" {
  call_id            = "id-a"
  hang_up_on_destroy = true
}`
	w := newWorkspace(t, l, l.keepalivesConfig("b", "", single))
	l.keepalivesConfig("a", "", "") // places it
	w.mustRun("apply", "-auto-approve")
	w.write(l.keepalivesConfig("ab", "", ""))
	if out := w.mustRun("plan"); strings.Count(out, "Warning: "+summaryMayBeHungUp) != 1 && isCLI(t, "1.3.0", "1.6.0") { // plans destroys with the provider
		t.Errorf("want one warning:\n%s", out)
	}
	w.write(l.keepalivesConfig("ab", "", single))
	w.mustRun("apply", "-auto-approve")
	for _, command := range [][]string{{"plan"}, {"plan", "-destroy"}, {"destroy", "-auto-approve"}} {
		if out := w.mustRun(command...); strings.Contains(out, summaryMayBeHungUp) {
			t.Errorf("%q warns:\n%s", command, out)
		}
	}
	if n := l.sent(http.MethodDelete); n != 1 {
		t.Errorf("%d hang-ups, want one", n)
	}
}
