package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// importCall imports a call, and reads it as Terraform does.
func (p *protocol) importCall(id string) keptResource {
	p.t.Helper()
	resp, err := p.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: p.typeName, ID: id})
	p.must(err, resp.Diagnostics)
	imported := resp.ImportedResources[0]
	r, _ := p.read(keptResource{imported.State, imported.Identity, imported.Private})
	return r
}

// The destroy of a resource leaves its call alive when another one has taken it over in the same run.
func TestCallResource_destroyLeavesACallThatAnotherHasTakenOver(t *testing.T) {
	t.Parallel()
	update := func(more attributes) func(p *protocol, id string) {
		return func(p *protocol, id string) {
			p = p.of(callType)
			imported := p.importCall(id)
			p.apply(imported, placingConfig(more), p.plan(imported, placingConfig(more)))
		}
	}
	for name, takeOver := range map[string]func(p *protocol, id string){
		"import under another address":             update(nil),
		"import of a call that a bot keeps alive":  update(attributes{"keep_alive": false}),
		"msgraph_call_keepalive by its literal ID": func(p *protocol, id string) { p.mustCreate(attributes{"call_id": id}) },
		"msgraph_call_keepalives by its literal ID": func(p *protocol, id string) {
			p.of(keepalivesType).mustCreate(attributes{"calls": attributes{"a": id}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			r := l.placed(t, placingConfig(nil))
			p := l.protocol(t)
			takeOver(p, l.lastPlaced(t).ID)
			_, diags := p.of(callType).tryDestroy(r)
			expectOne(t, diags, isWarning, summaryNotHungUp, l.lastPlaced(t).ID, "another resource of this run keeps the same call alive", "use a moved block")
			l.expectSentTo(t, http.MethodDelete, 0)
			l.expectPlaced(t, 1, 1)
		})
	}
}

// One that has failed to take it over does not count, and a call that its own create has left tainted is hung up even by the same
// process.
func TestCallResource_destroyHangsUp(t *testing.T) {
	t.Parallel()
	t.Run("tainted", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.becomes(graphsim.Outcome{NeverEstablished: true})
		p := l.protocol(t).of(callType)
		r, diags := p.createCall(t.Context())
		expectOne(t, diags, isError, "Call Not Established", "tainted")
		_, diags = p.tryDestroy(r)
		expectNothing(t, diags)
		l.expectPlaced(t, 1, 0)
	})
	t.Run("not taken over", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		r := l.placed(t, placingConfig(nil))
		p := l.protocol(t).of(callType)
		imported := p.importCall(l.lastPlaced(t).ID)
		planned := p.plan(imported, placingConfig(nil))
		l.Inject(graphsim.Status(http.StatusBadRequest).To(http.MethodPost, "/keepAlive"))
		_, diags := p.tryApply(t.Context(), imported, placingConfig(nil), planned)
		expectOne(t, diags, isError, "Graph Refused the Request")
		_, diags = p.tryDestroy(r)
		expectNothing(t, diags)
		l.expectPlaced(t, 1, 0)
	})
}

// A plan in which another resource takes a call over from one that hangs it up says so, and no other plan does.
func TestCallResource_thePlanWarnsOfAHangUp(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]func(l *lab, id string) string{
		"msgraph_call_keepalive": func(l *lab, id string) string {
			return l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n  call_id = %q\n}\n", id)
		},
		"msgraph_call_keepalives": func(l *lab, id string) string {
			return l.config("resource \"msgraph_call_keepalives\" \"lab\" {\n  calls = { a = %q }\n}\n", id)
		},
		"a replacement beside a literal ID": func(l *lab, id string) string {
			return l.placesCall(`subject = "another"`) + "resource \"msgraph_call_keepalives\" \"lab\" {\n  calls = { a = \"" + id + "\" }\n}\n"
		},
		"an import under another address": func(l *lab, id string) string {
			return strings.Replace(l.placesCall(), `"lab"`, `"other"`, 1) + "import {\n  to = msgraph_call.other\n  id = \"" + id + "\"\n}\n"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(name, "an import") {
				needsCLI(t, "1.5.0", "1.6.0") // for the block
			}
			l := newLab(t)
			w := newWorkspace(t, l, l.placesCall())
			w.mustRun("apply", "-auto-approve")
			w.write(after(l, l.lastPlaced(t).ID))
			if out := w.mustRun("plan"); strings.Count(out, "May Be Hung Up") != 1 {
				t.Errorf("want one warning:\n%s", out)
			}
			l.expectPlaced(t, 1, 1)
		})
	}
}

// What depends on the call follows it: it is replaced or destroyed with it, and not left without it.
func TestCallResource_noWarningOfAHangUp(t *testing.T) {
	t.Parallel()
	const dependents = `
resource "msgraph_call_keepalive" "lab" {
  call_id            = msgraph_call.lab.id
  hang_up_on_destroy = true
}
resource "msgraph_call_keepalives" "lab" {
  calls = { a = msgraph_call.lab.id }
}
`
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall()+dependents)
	expectNoWarning := func(args ...string) {
		t.Helper()
		if out := w.mustRun(args...); strings.Contains(out, "May Be Hung Up") {
			t.Errorf("%q warns:\n%s", args, out)
		}
	}
	w.mustRun("apply", "-auto-approve")
	for _, args := range [][]string{{"plan"}, {"plan", "-replace=" + fixture}, {"plan", "-destroy"}, {"plan", "-destroy", "-refresh=false"}} {
		expectNoWarning(args...)
	}
	w.write(l.placesCall(`subject = "another"`) + dependents)
	expectNoWarning("plan")
	expectNoWarning("apply", "-auto-approve")
	l.expectPlaced(t, 2, 1)
	expectNoWarning("destroy", "-auto-approve")
	l.expectPlaced(t, 2, 0)
}

// A DELETE that has no effect, since something else than Graph responded to it, keeps the call in state.
func TestCallResource_hangUpWithoutEffect(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.placed(t, placingConfig(nil))
	l.Inject(graphsim.Empty(http.StatusOK).To(http.MethodDelete, ""))
	p := l.protocol(t).of(callType)
	left, diags := p.tryDestroy(r)
	expectOne(t, diags, isError, summaryNotHungUp, l.lastPlaced(t).ID, `"established"`, "run again to hang it up")
	_, diags = p.tryDestroy(left)
	expectNothing(t, diags)
	l.expectPlaced(t, 1, 0)
}

// So it is when the wait for the end is interrupted.
func TestCallResource_hangUpWithoutEffectInterrupted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.placed(t, placingConfig(nil))
	l.Inject(graphsim.Empty(http.StatusOK).To(http.MethodDelete, ""))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := l.protocol(t).of(callType)
	l.ResetRequests()
	l.Watch(func(_ context.Context, n int, at graphsim.Moment) {
		if n >= 4 && at == graphsim.Arrived { // after a token, the DELETE, and a GET that shows the call
			cancel()
		}
	})
	left, diags := p.tryApply(ctx, r, nil, destroyOf(p, r))
	expectOne(t, diags, isError, summaryNotHungUp, `"established"`)
	if p.decode(p.resource, left.state) == nil {
		t.Error("the call is not in state")
	}
}

// A call that was shown once after the hang-up, and cannot be read since, may have ended.
func TestCallResource_hangUpThatCannotBeVerified(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.placed(t, placingConfig(nil))
	shown := fmt.Sprintf(`{"id": %q, "state": "established"}`, l.lastPlaced(t).ID)
	l.Inject(graphsim.Fault{Status: http.StatusOK, ContentType: "application/json", Body: []byte(shown)}.To(http.MethodGet, "/calls/"))
	l.Inject(graphsim.Status(http.StatusServiceUnavailable).To(http.MethodGet, "/calls/").For(-1))
	_, diags := l.protocol(t).of(callType).tryDestroy(r)
	expectOne(t, diags, isWarning, "Call Still Ending")
}

// The ways to destroy a call without hanging it up lead out, for a tainted one too.
func TestCallResource_waysOutOfAFailedHangUp(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall())
	w.mustRun("apply", "-auto-approve")
	w.mustRun("taint", fixture)
	l.Inject(graphsim.Status(http.StatusForbidden).To(http.MethodDelete, "").For(-1))
	w.write(l.placesCall("hang_up_on_destroy = false"))
	w.expectExit(1, applyNow, "set hang_up_on_destroy = false and apply, and then destroy", "if the resource is tainted, run terraform untaint first")
	w.mustRun("untaint", fixture)
	w.mustRun("apply", "-auto-approve")
	l.ResetRequests()
	w.expectExit(0, []string{"destroy", "-auto-approve"}, "Warning: "+summaryNotHungUp, l.lastPlaced(t).ID)
	l.expectSentTo(t, http.MethodDelete, 0)
	l.expectPlaced(t, 1, 1)
}
