package provider

import (
	"maps"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// pastedForms are texts that carry callID.
var pastedForms = map[string]string{
	"id":              callID,
	"path":            "/communications/calls/" + callID,
	"path, no slash":  "communications/calls/" + callID + "/keepAlive",
	"app path":        "/app/calls/" + callID + "/operations/0fe0623f-d628-42ed-b4bd-8ac290072cc5",
	"URL":             "https://graph.microsoft.com/v1.0/communications/calls/" + callID,
	"URL, other":      "https://dod-graph.microsoft.us/beta/communications/calls/" + callID + "/keepAlive",
	"context":         "https://graph.microsoft.com/beta/$metadata#app/calls('" + callID + "')/participants",
	"notification":    `{"resource":"/app/calls/` + callID + `","resourceUrl":"/communications/calls/` + callID + `"}`,
	"notifications":   `{"value":[{"changeType":"updated","resourceData":{"id":"` + callID + `","state":"established"}}]}`,
	"space around it": " " + callID + "\n",
}

// importByID imports a text, as the import command does, and reads what was imported.
func (p *protocol) importByID(text string) (keptResource, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: keepaliveType, ID: text})
	p.must(err, nil)
	if len(resp.ImportedResources) == 0 {
		return keptResource{}, resp.Diagnostics
	}
	r := resp.ImportedResources[0]
	read, diags := p.read(keptResource{r.State, r.Identity, r.Private})
	return read, append(resp.Diagnostics, diags...)
}

// An import takes what an administrator has at hand, and brings what a create would have brought, but for the keepAlive.
func TestCallKeepaliveImport_takesEveryForm(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.protocol(t)
	want := p.decode(p.resource, p.mustCreate(set()).state)
	for _, name := range []string{"last_keepalive_at", "renew_at", "expires_at", "request_id"} {
		delete(want, name)
	}
	l.ResetRequests()
	for name, form := range pastedForms {
		imported, diags := p.importByID(form)
		expectNothing(t, diags)
		if got := p.decode(p.resource, imported.state); !maps.Equal(got, want) {
			t.Errorf("%s: imported %v, want %v", name, got, want)
		}
	}
	l.expectSent(t, 0)
}

// The next apply sends the one keepAlive that is due.
func TestCallKeepaliveImport_command(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.minimal(""))
	w.mustRun("import", address, pastedForms["notification"])
	l.expectSent(t, 0)
	expectAttributes(t, w.state(), attributes{"id": callID, "call_id": callID, "alive": true, "last_keepalive_at": nil})
	w.expectExit(2, planNow, "0 to add, 1 to change, 0 to destroy")
	w.cleanApply(l, 1)
}

func TestCallKeepaliveImport_block(t *testing.T) {
	t.Parallel()
	for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
		t.Run(refresh, func(t *testing.T) {
			t.Parallel()
			needsCLI(t, "1.5.0", "1.6.0")
			l := newLab(t)
			w := newWorkspace(t, l, l.minimal("")+"import {\n to = "+address+"\n id = \"/communications/calls/"+callID+"\"\n}\n")
			expectText(t, w.mustRun("plan", refresh), "1 to import, 0 to add, 1 to change, 0 to destroy")
			l.expectSent(t, 0)
			expectText(t, w.mustRun("apply", "-auto-approve", refresh), "1 imported, 0 added, 1 changed, 0 destroyed")
			l.expectSent(t, 1)
			w.expectNoChanges()
		})
	}
}

// The configuration that Terraform writes for an import is one that it then accepts.
func TestCallKeepaliveImport_generatedConfiguration(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.5.0", "1.6.0")
	l := newLab(t)
	w := newWorkspace(t, l, l.providerBlock()+"import {\n to = "+address+"\n id = \""+callID+"\"\n}\n")
	expectText(t, w.mustRun("plan", "-generate-config-out=generated.tf"), "1 to import, 0 to add, 1 to change, 0 to destroy")
	expectText(t, w.mustRun("apply", "-auto-approve"), "1 imported, 0 added, 1 changed, 0 destroyed")
	l.expectSent(t, 1)
}

func TestCallKeepaliveImport_refused(t *testing.T) {
	t.Parallel()
	forms := []string{"Invalid Import ID", "A call ID can be read from:", "/communications/calls/{id} or /app/calls/{id}", "$metadata#communications/calls('{id}')"}
	for name, c := range map[string]struct{ id, says string }{
		"words":              {"the call of today", "are valid neither in a call ID nor in a URL"},
		"half a JSON":        {`{"resource":`, "looks like a notification but is not valid JSON"},
		"two calls":          {`{"resource":"/app/calls/a","resourceUrl":"/app/calls/b"}`, `names 2 calls: "a", "b"`},
		"control characters": {"a\x1b[31mb", "are valid neither in a call ID nor in a URL"},
	} {
		l := newLab(t)
		imported, diags := l.protocol(t).importByID(c.id)
		if imported.state != nil {
			t.Errorf("%s: it was imported", name)
		}
		expectText(t, said(diags), append(forms, c.says)...)
		l.expectNothingSent(t)
	}
	l := newLab(t)
	w := newWorkspace(t, l, l.minimal(""))
	w.expectExit(1, []string{"import", address, "the call of today"}, forms...)
	if got := w.state(); got != nil {
		t.Errorf("the state has %v", got)
	}
}

// A call that has ended is not imported, and the error says why, where Terraform's own says
// only that there is nothing.
func TestCallKeepaliveImport_endedCall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shown time.Duration
		says  []string
	}{
		"still shown": {time.Hour, []string{"Call Has Ended", `Graph shows it as "terminated"`, "because no keepAlive was received for 45 minutes"}},
		"forgotten":   {0, []string{"Call Not Found", "or it was never a call of this application and tenant", "Check the ID", `404 Not Found, code 8522, "Call not found."`, "request-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.ShowEnded(graphsim.EndedVisibility{Terminated: c.shown})
			l.EndCall(callID, 408, 8537, "Keep Alive timeout.")
			w := newWorkspace(t, l, l.minimal(""))
			w.expectExit(1, []string{"import", address, callID}, append(c.says, "Call "+callID+" cannot be imported")...)
			if got := w.state(); got != nil {
				t.Errorf("the state has %v", got)
			}
			l.expectSent(t, 0)
		})
	}
}

// Once it is imported, a call that ends is drift like any other's.
func TestCallKeepaliveImport_endsLater(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.minimal(""))
	w.mustRun("import", address, callID)
	l.EndCall(callID, 200, 5001, "")
	expectText(t, w.mustRun("plan"), "Warning: Call Not Found", "1 to add, 0 to change, 0 to destroy")
}
