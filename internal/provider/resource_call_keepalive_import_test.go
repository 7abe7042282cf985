package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

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

// The import command takes what an administrator has at hand, and the next apply sends the
// one keepAlive that is due.
func TestCallKeepaliveImport_command(t *testing.T) {
	t.Parallel()
	for name, form := range pastedForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, l.minimal(""))
			w.mustRun("import", address, form)
			l.expectSent(t, 0)
			if s := w.state(); s["id"] != callID || s["call_id"] != callID || s["alive"] != true || s["last_keepalive_at"] != nil {
				t.Errorf("imported %v", s)
			}
			out, code := w.run("plan", "-detailed-exitcode")
			if code != 2 {
				t.Errorf("plan exited %d, want 2: the keepAlive is due", code)
			}
			expectText(t, out, "0 to add, 1 to change, 0 to destroy")
			l.expectSent(t, 0)
			w.mustRun("apply", "-auto-approve")
			l.expectSent(t, 1)
			if out, code := w.run("plan", "-detailed-exitcode"); code != 0 {
				t.Errorf("the plan after it exited %d:\n%s", code, out)
			}
		})
	}
}

// What the import brings is what a create would have brought, but for the keepAlive.
func TestCallKeepaliveImport_verified(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.unitTest(t,
		resource.TestStep{Config: l.minimal("")},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"last_keepalive_at", "renew_at", "expires_at", "request_id"},
		},
	)
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
			if out, code := w.run("plan", "-detailed-exitcode"); code != 0 {
				t.Errorf("the plan after it exited %d:\n%s", code, out)
			}
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
		"words":              {"the call of today", "are in no call ID and in no URL"},
		"another path":       {"/users/1", `holds no "/"`},
		"calls of a path":    {"/communications/calls/", `holds no "/"`},
		"call record":        {"https://graph.microsoft.com/v1.0/communications/callRecords/" + callID, `holds no "/"`},
		"query":              {"a?b", `holds no "?"`},
		"quotation marks":    {`"` + callID + `"`, "are in no call ID and in no URL"},
		"two dots":           {"..", "names a directory"},
		"half a JSON":        {`{"resource":`, "looks like a notification but is not valid JSON"},
		"another JSON":       {`{"id":"x"}`, "no resource, resourceUrl or resourceData.id"},
		"two calls":          {`{"resource":"/app/calls/a","resourceUrl":"/app/calls/b"}`, `names 2 calls: "a", "b"`},
		"control characters": {"a\x1b[31mb", "are in no call ID and in no URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, l.minimal(""))
			out, code := w.run("import", address, c.id)
			if code != 1 {
				t.Errorf("import exited %d", code)
			}
			expectText(t, out, append(forms, c.says)...)
			if n := len(l.Requests()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
			if out, _ := w.run("state", "list"); strings.Contains(out, address) {
				t.Errorf("the state has %q", out)
			}
		})
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
		"still shown": {time.Hour, []string{"Call Has Ended", `Graph shows it as "terminated"`, "because no keepAlive came for 45 minutes"}},
		"forgotten":   {0, []string{"Call Not Found", "or it was never a call of this application and tenant", "Check the ID", `404 Not Found, code 8522, "Call not found."`, "request-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.ShowEnded(graphsim.EndedVisibility{Terminated: c.shown})
			l.EndCall(callID, 408, 8537, "Keep Alive timeout.")
			w := newWorkspace(t, l, l.minimal(""))
			out, code := w.run("import", address, callID)
			if code != 1 {
				t.Errorf("import exited %d", code)
			}
			expectText(t, out, append(c.says, "Call "+callID+" cannot be imported")...)
			if out, _ := w.run("state", "list"); strings.Contains(out, address) {
				t.Errorf("the state has %q", out)
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
