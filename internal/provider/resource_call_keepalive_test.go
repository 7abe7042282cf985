package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

const address = "msgraph_call_keepalive.lab"

// minimal is a configuration of the resource with nothing but the call, and arguments.
func (l *lab) minimal(arguments string) string {
	return l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n  call_id = %q\n%s\n}\n", callID, arguments)
}

// keptAt are the times in state of a call that was kept alive so many minutes after the start.
func keptAt(minutes int) attributes {
	at := func(after int) string {
		return start.Add(time.Duration(minutes+after) * time.Minute).Format(time.RFC3339)
	}
	return attributes{"last_keepalive_at": at(0), "renew_at": at(10), "expires_at": at(45)}
}

func expectAttributes(t *testing.T, got, want attributes) {
	t.Helper()
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
}

func TestCallKeepalive_keepsTheCallAliveWhenDue(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: "second"})
	config, kept := l.minimal(""), 1
	// ignore_changes does not keep a keepAlive from being sent, and what is to be replaced with the resource is.
	dependents := isCLI(t, "1.4.0", "1.6.0") // for terraform_data
	if dependents {
		kept++
		config += `
resource "msgraph_call_keepalive" "ignoring" {
  call_id = "second"
  lifecycle {
    ignore_changes = all
  }
}
resource "terraform_data" "after" {
  lifecycle {
    replace_triggered_by = [` + address + `]
  }
}
`
	}
	w := newWorkspace(t, l, config)
	created := w.planned()[address]
	if created.action() != "create" || created.Change.After["id"] != callID || created.Change.AfterUnknown["last_keepalive_at"] != true {
		t.Errorf("planned %+v", created)
	}
	l.expectSent(t, 0)
	w.mustRun("apply", "saved")
	l.expectSent(t, kept)
	state := w.instances(address)[0].Attributes
	expectAttributes(t, state, keptAt(0))
	expectAttributes(t, state, attributes{"id": callID, "alive": true, "renew_after": "10m", "response_headers": nil})
	if id, _ := state["request_id"].(string); !regexp.MustCompile(`^[0-9a-f-]{36}$`).MatchString(id) {
		t.Errorf("request_id is %q", id)
	}

	l.clock.Advance(10*time.Minute - time.Second)
	w.expectNoChanges()
	l.clock.Advance(time.Second)
	changes := w.planned()
	expectPlannedKeepAlive(t, changes[address])
	if dependents {
		expectPlannedKeepAlive(t, changes["msgraph_call_keepalive.ignoring"])
		if after := changes["terraform_data.after"].action(); after != "delete,create" {
			t.Errorf("what is replaced with the resource is to %s", after)
		}
	}
	l.expectSent(t, kept)
	w.mustRun("apply", "saved")
	l.expectSent(t, 2*kept)
	w.expectNoChanges()
	expectAttributes(t, w.instances(address)[0].Attributes, keptAt(10))

	w.mustRun("destroy", "-auto-approve")
	if call, _ := l.Call(callID); call.KeepAlives != 2 || !call.EndedAt.IsZero() {
		t.Errorf("the call got %d keepAlives and ended at %v, want 2, and alive after destroy", call.KeepAlives, call.EndedAt)
	}
}

func TestCallKeepalive_zeroRenewAfterSendsAtEveryApply(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.minimal(`renew_after = "0s"`))
	for range 3 {
		l.ResetRequests()
		w.mustRun("apply", "-auto-approve")
		l.expectSent(t, 1)
	}
	l.ResetRequests()
	w.expectExit(2, planNow)
	l.expectSent(t, 0)
}

// Each change is an update that sends one keepAlive, and only another call is a replacement: by call_id and by the identity
// block it is the same.
func TestCallKeepalive_changes(t *testing.T) {
	t.Parallel()
	const byID, byIdentity = "call_id = %q\n", "identity {\n call_id = %q\n user_id = \"u\"\n}\n"
	changes := []struct {
		before, after string
		replaces      bool
	}{
		{byID + `triggers = { build = "1" }`, byID + `triggers = { build = "2" }`, false},
		{byID + `triggers = { build = "1" }`, byID, false},
		{byID + `renew_after = "10m"`, byID + `renew_after = "20m"`, false},
		{byID + `headers = { X-Run = "1" }`, byID + `headers = { X-Run = "2" }`, false},
		{byID, byID + `wait_for_call = "1m"`, false},
		{byID, byID + `hang_up_on_destroy = true`, false},
		{byID, byID + `timeouts { update = "30s" }`, false},
		{byID + `timeouts { update = "30s" }`, byID, false},
		{byIdentity, byID, false},
		{byID, byIdentity, false},
		{byID, byID, true},
		{byIdentity, byIdentity, true},
		{byIdentity, byID, true},
	}
	l := newLab(t)
	var before, after strings.Builder
	for i, c := range changes {
		id, other := fmt.Sprintf("call-%d", i), fmt.Sprintf("other-%d", i)
		l.PlaceCall(graphsim.Call{ID: id})
		l.PlaceCall(graphsim.Call{ID: other})
		const object = "resource \"msgraph_call_keepalive\" \"lab_%d\" {\n%s\n}\n"
		fmt.Fprintf(&before, object, i, fmt.Sprintf(c.before, id))
		if c.replaces {
			id = other
		}
		fmt.Fprintf(&after, object, i, fmt.Sprintf(c.after, id))
	}
	w := newWorkspace(t, l, l.providerBlock()+before.String())
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, len(changes))
	w.write(l.providerBlock() + after.String())
	l.ResetRequests()
	planned := w.planned()
	l.expectSent(t, 0)
	for i, c := range changes {
		change := planned[fmt.Sprintf("msgraph_call_keepalive.lab_%d", i)]
		if !c.replaces {
			expectPlannedKeepAlive(t, change)
		} else if change.action() != "delete,create" {
			t.Errorf("change %d is to %s, want a replacement", i, change.action())
		}
	}
	w.mustRun("apply", "saved")
	for i, c := range changes {
		id, want := fmt.Sprintf("call-%d", i), 2
		if c.replaces {
			id, want = fmt.Sprintf("other-%d", i), 1
		}
		if call, _ := l.Call(id); call.KeepAlives != want {
			t.Errorf("change %d: %d keepAlives, want %d", i, call.KeepAlives, want)
		}
	}
	l.expectSent(t, len(changes))
	w.expectNoChanges()
}

// A value that is known only in the apply must not end in "inconsistent final plan", whether it turns out to be new or the
// same as before. A call ID is planned as a create then, and as a replacement.
func TestCallKeepalive_valuesKnownInTheApply(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	for i := range 3 {
		l.PlaceCall(graphsim.Call{ID: fmt.Sprintf("call-%d", i+1)})
	}
	config := func(input, trigger string) string {
		return l.minimal("triggers = { build = "+trigger+" }\nexport_response_headers = terraform_data.build.output != \"1\"") + `
resource "terraform_data" "build" {
  input = "` + input + `"
}
resource "msgraph_call_keepalive" "late" {
  call_id = "call-${terraform_data.build.output}"
}
`
	}
	const follows, same = `terraform_data.build.output`, `length(terraform_data.build.output) > 0 ? "same" : "other"`
	w := newWorkspace(t, l, config("1", follows))
	for i, step := range []struct{ input, trigger string }{{"1", follows}, {"2", follows}, {"2", same}, {"3", same}} {
		w.write(config(step.input, step.trigger))
		late := w.planned()["msgraph_call_keepalive.late"]
		if want := []string{"create", "delete,create", "", "delete,create"}[i]; late.action() != want {
			t.Errorf("in step %d it is to %q, want %q", i, late.action(), want)
		}
		w.mustRun("apply", "saved")
		if id := w.instances("msgraph_call_keepalive.late")[0].Attributes["id"]; id != "call-"+step.input {
			t.Errorf("in step %d the call is %v", i, id)
		}
		if headers := w.instances(address)[0].Attributes["response_headers"]; (headers != nil) != (step.input != "1") {
			t.Errorf("in step %d response_headers is %v", i, headers)
		}
	}
}

// Headers of the response are in state only where they are asked for, and known to be null in every other plan.
func TestCallKeepaliveExportResponseHeaders_fillsThemFromTheNextKeepAliveOn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, "")
	for i, step := range []struct {
		arguments string
		due       bool // the configuration is as it was
		filled    bool
	}{
		{"", false, false},
		{"", true, false},
		{"export_response_headers = true", false, true},
		{"export_response_headers = true", true, true},
		{"", false, false},
	} {
		if step.due {
			l.clock.Advance(10 * time.Minute)
		}
		w.write(l.minimal(step.arguments))
		change := w.planned()[address]
		if unknown := change.Change.AfterUnknown["response_headers"] == true; unknown != step.filled || change.Change.After["response_headers"] != nil {
			t.Errorf("in step %d response_headers is planned as %v, unknown: %t", i, change.Change.After["response_headers"], unknown)
		}
		w.mustRun("apply", "saved")
		state := w.state()
		headers, _ := state["response_headers"].(map[string]any)
		if !step.filled {
			if headers != nil {
				t.Errorf("in step %d response_headers is %v, want null", i, headers)
			}
			continue
		}
		if got, want := fmt.Sprint(headers["content-type"], headers["request-id"]), fmt.Sprintf("[text/plain] [%s]", state["request_id"]); got != want {
			t.Errorf("in step %d response_headers has %s, want %s", i, got, want)
		}
	}
}

func TestCallKeepalive_sendsTheHeadersAndNamesTheVersions(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	newWorkspace(t, l, l.minimal(`headers = { X-Run = "nightly 7" }`)).mustRun("apply", "-auto-approve")
	sent := l.KeepAlives(callID)
	if len(sent) != 1 {
		t.Fatalf("%d keepAlives, want 1", len(sent))
	}
	if got := sent[0].Header.Get("X-Run"); got != "nightly 7" {
		t.Errorf("X-Run is %q", got)
	}
	agent := regexp.MustCompile(`^terraform-provider-msgraph/1\.2\.3-test Terraform/[0-9]+\.[0-9]+\.[0-9]+`)
	for _, r := range l.asked(graphsim.ServiceGraph) {
		if !agent.MatchString(r.Header.Get("User-Agent")) {
			t.Errorf("%s %s came from %q", r.Method, r.Path, r.Header.Get("User-Agent"))
		}
	}
}

func TestCallKeepalive_anySuccessStatusIsSuccess(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent} {
		l := newLab(t)
		l.Inject(graphsim.Status(status).After().To(http.MethodPost, "/keepAlive"))
		p := l.protocol(t)
		if state := p.decode(p.resource, p.mustCreate(set()).state); state["alive"] != true {
			t.Errorf("%d: the state is %v", status, state)
		}
		l.expectSent(t, 1)
	}
}

func TestCallKeepalive_manyCallsShareOneToken(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for i := range 15 {
		l.PlaceCall(graphsim.Call{ID: fmt.Sprintf("call-%d", i)})
	}
	w := newWorkspace(t, l, l.config(`
resource "msgraph_call_keepalive" "lab" {
  for_each = toset([for i in range(15) : "call-${i}"])
  call_id  = each.key
}`))
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 15)
	if n := l.TokensIssued(); n != 2 {
		t.Errorf("%d tokens for one apply, want one for its plan and one for all that follows", n)
	}
}

// expectPlannedKeepAlive expects an update in place in which what a keepAlive sets is unknown, and nothing else. Without
// export_response_headers, response_headers is none of it.
func expectPlannedKeepAlive(t *testing.T, c plannedChange) {
	t.Helper()
	set := []string{"expires_at", "last_keepalive_at", "renew_at", "request_id"}
	if c.Change.After["export_response_headers"] == true {
		set = append(set, "response_headers")
	} else if headers := c.Change.After["response_headers"]; headers != nil {
		t.Errorf("%s: response_headers are to become %v, want null", c.Address, headers)
	}
	if c.action() != "update" || !slices.Equal(c.unknown(), set) || c.Change.After["id"] != c.Change.Before["id"] || c.Change.After["alive"] != true {
		t.Errorf("%s: the plan is to %s, with %q unknown, from\n%v\nto\n%v", c.Address, c.action(), c.unknown(), c.Change.Before, c.Change.After)
	}
}
