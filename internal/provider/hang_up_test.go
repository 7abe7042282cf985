package provider

import (
	"net/http"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// replaced is a resource that hangs up, whose call's ID comes from another one.
func (l *lab) replaced(input, lifecycle string) string {
	return l.config(`
resource "terraform_data" "call" {
  input = %q
}
resource "msgraph_call_keepalive" "lab" {
  call_id            = length(terraform_data.call.output) > 0 ? "`+callID+`" : "other"
  hang_up_on_destroy = true
  lifecycle {
    %s
  }
}
`, input, lifecycle)
}

// expectAlive checks that nothing has hung up the call, and that the output says so.
func (l *lab) expectAlive(t *testing.T, out string, code int) {
	t.Helper()
	if n := l.sent(http.MethodDelete); n != 0 || code != 0 {
		t.Errorf("%d hang-ups, want none, and exit code %d:\n%s", n, code, out)
	}
	if n := strings.Count(out, "Warning: "+summaryNotHungUp); n != 1 {
		t.Errorf("%d warnings, want one:\n%s", n, out)
	}
	expectText(t, out, "Call "+callID+" was left alive although hang_up_on_destroy is true", "use a moved block")
}

// What replaces a resource without replacing its call must not end the call.
func TestHangUpOnDestroy_leavesACallThatTheRunKeepsAlive(t *testing.T) {
	t.Parallel()
	const first = "create_before_destroy = true"
	for name, change := range map[string]func(*lab, *workspace) (string, int){
		"unknown call_id that turns out the same": func(l *lab, w *workspace) (string, int) {
			w.write(l.replaced("2", first))
			return w.run("apply", "-auto-approve")
		},
		"-replace": func(_ *lab, w *workspace) (string, int) {
			return w.run("apply", "-auto-approve", "-replace="+address)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, l.replaced("1", first))
			w.mustRun("apply", "-auto-approve")
			l.ResetRequests()
			out, code := change(l, w)
			l.expectSent(t, 1)
			l.expectAlive(t, out, code)
		})
	}
}

// Where the destroy comes first it hangs up; the error of the create that follows says what
// happened, and how to do without.
func TestHangUpOnDestroy_aCreateAfterItSaysWhatHappened(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.replaced("1", ""))
	w.mustRun("apply", "-auto-approve")
	w.expectExit(1, append(applyNow, "-replace="+address),
		"Error: "+summaryEnded, "This run has hung up the call itself", "use a moved block", "create_before_destroy = true")
}

// The way out that the error names: a new key with a moved block replaces nothing.
func TestHangUpOnDestroy_isNotAskedForAMove(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := func(key, moved string) string {
		return moved + l.config(`
resource "msgraph_call_keepalive" "lab" {
  for_each           = toset([%q])
  call_id            = "`+callID+`"
  hang_up_on_destroy = true
}
`, key)
	}
	w := newWorkspace(t, l, config("old", ""))
	w.mustRun("apply", "-auto-approve")
	w.write(config("new", "moved {\n from = "+address+"[\"old\"]\n to = "+address+"[\"new\"]\n}\n"))
	w.mustRun("apply", "-auto-approve")
	l.expectSentTo(t, http.MethodDelete, 0)
}

// A plan that destroys one resource and creates another one for the same call says what may
// happen, once, before it does.
func TestHangUpOnDestroy_thePlanWarnsOfTwoResourcesForOneCall(t *testing.T) {
	t.Parallel()
	const other = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
	config := func(l *lab, calls string) string {
		return l.config(`
resource "msgraph_call_keepalive" "lab" {
  for_each           = {%s}
  call_id            = each.value
  hang_up_on_destroy = true
}
`, calls)
	}
	for name, c := range map[string]struct {
		before, after string
		warnings      int
	}{
		"renamed key":     {`old = "` + callID + `"`, `new = "` + callID + `"`, 1},
		"exchanged calls": {`a = "` + callID + `", b = "` + other + `"`, `a = "` + other + `", b = "` + callID + `"`, 1}, // two, which Terraform prints as one
		"removed":         {`a = "` + callID + `", b = "` + other + `"`, `a = "` + callID + `"`, 0},
		"another call":    {`a = "` + callID + `", c = "third"`, `a = "` + other + `", b = "fourth", c = "third"`, 0}, // beside one that is added
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			for _, id := range []string{other, "third", "fourth"} {
				l.PlaceCall(graphsim.Call{ID: id})
			}
			w := newWorkspace(t, l, config(l, c.before))
			w.mustRun("apply", "-auto-approve")
			w.write(config(l, c.after))
			out := w.mustRun("plan")
			if n := strings.Count(out, "Warning: Call May Be Hung Up"); n != c.warnings {
				t.Errorf("%d warnings, want %d:\n%s", n, c.warnings, out)
			}
		})
	}
}

// A destroy that leaves the call alive says so, once: hang_up_on_destroy may have been set and
// never applied, which a destroy cannot know.
func TestHangUpOnDestroy_neverApplied(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.minimal(""))
	w.mustRun("apply", "-auto-approve")
	w.write(l.minimal("hang_up_on_destroy = true"))
	l.ResetRequests()
	out := w.mustRun("destroy", "-auto-approve", "-refresh=false")
	l.expectNothingSent(t)
	if n := strings.Count(out, "Warning: "+summaryNotHungUp); n != 1 {
		t.Errorf("%d warnings, want one:\n%s", n, out)
	}
	expectText(t, out, "Call "+callID+" was not hung up", "was not true in the last applied configuration", "45m after its last keepAlive")
}

// A hang-up that Graph refuses does not keep the resource for good.
func TestHangUpOnDestroy_refusedNamesTheWaysOut(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.Inject(graphsim.Status(http.StatusForbidden).To(http.MethodDelete, "").For(-1))
	w := newWorkspace(t, l, l.minimal("hang_up_on_destroy = true"))
	w.mustRun("apply", "-auto-approve")
	w.expectExit(1, []string{"destroy", "-auto-approve"}, "set hang_up_on_destroy = false and apply", "terraform state rm")
	w.write(l.minimal("hang_up_on_destroy = false"))
	w.mustRun("apply", "-auto-approve")
	w.mustRun("destroy", "-auto-approve")
}

func TestRunCalls_keepsOnlyWhatWasKept(t *testing.T) {
	t.Parallel()
	var r runCalls
	if r.isKept("A") || r.wasHungUp("A") {
		t.Error("something is known before anything was done")
	}
	failed, succeeded := r.beginKeeping("a"), r.beginKeeping("A")
	failed(false)
	if !r.isKept("a") {
		t.Error("the call is not kept while a create is under way")
	}
	succeeded(true)
	if !r.isKept("A") {
		t.Error("the call is not kept after the create")
	}
	r.beginKeeping("b")(false)
	r.recordHangUp("B")
	if r.isKept("b") || !r.wasHungUp("b") || r.wasHungUp("a") {
		t.Error("what failed counts, or what was hung up does not")
	}
}
