package provider

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform-provider-msgraph/internal/graphsim"
)

const address = "msgraph_call_keepalive.lab"

// minimal is a configuration of the resource with nothing but the call, and arguments.
func (l *lab) minimal(arguments string) string {
	return l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n  call_id = %q\n%s\n}\n", callID, arguments)
}

// unitTest runs steps under the real CLI with the lab's provider.
func (l *lab) unitTest(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: l.factories(), Steps: steps})
}

// value expects an attribute of the resource in state.
func value(name string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
}

// plannedUpdate expects one in-place update in which exactly what a keepAlive sets is unknown.
func plannedUpdate() []plancheck.PlanCheck {
	checks := []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}
	for _, name := range []string{"last_keepalive_at", "renew_at", "expires_at", "request_id"} {
		checks = append(checks, plancheck.ExpectUnknownValue(address, tfjsonpath.New(name)))
	}
	return append(checks,
		plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(callID)),
		plancheck.ExpectKnownValue(address, tfjsonpath.New("alive"), knownvalue.Bool(true)))
}

func TestCallKeepalive_keepsTheCallAliveWhenDue(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	at := func(minutes int) knownvalue.Check {
		return knownvalue.StringExact(start.Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339))
	}
	l.unitTest(t,
		resource.TestStep{ // create sends one keepAlive, and the plan before it none
			Config: l.minimal(""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(callID)),
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("last_keepalive_at")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				value("id", knownvalue.StringExact(callID)),
				value("alive", knownvalue.Bool(true)),
				value("renew_after", knownvalue.StringExact("10m")),
				value("last_keepalive_at", at(0)), value("renew_at", at(10)), value("expires_at", at(45)),
				value("request_id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f-]{36}$`))),
				value("response_headers", knownvalue.Null()),
			},
		},
		resource.TestStep{ // one second before it is due the plan is empty
			PreConfig: func() {
				l.expectSent(t, 1)
				l.ResetRequests()
				l.clock.Advance(10*time.Minute - time.Second)
			},
			Config: l.minimal(""), PlanOnly: true,
		},
		resource.TestStep{ // and then it is due
			PreConfig: func() { l.clock.Advance(time.Second) },
			Config:    l.minimal(""),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             append(plannedUpdate(), sentNothing{l}),
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				value("last_keepalive_at", at(10)), value("renew_at", at(20)), value("expires_at", at(55)),
			},
		},
	)
	l.expectSent(t, 1)
	if call, _ := l.Call(callID); call.KeepAlives != 2 || !call.EndedAt.IsZero() {
		t.Errorf("the call got %d keepAlives and ended at %v, want 2, and alive after destroy", call.KeepAlives, call.EndedAt)
	}
}

// sentNothing is a plan check that Graph has got no POST and no DELETE by then.
type sentNothing struct{ *lab }

func (l sentNothing) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	if n := l.sent(http.MethodPost) + l.sent(http.MethodDelete); n != 0 {
		resp.Error = fmt.Errorf("the plan sent %q", l.graphRequests())
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
	if out, code := w.run("plan", "-detailed-exitcode"); code != 2 {
		t.Errorf("plan exited %d, want 2:\n%s", code, out)
	}
	l.expectSent(t, 0)
}

func TestCallKeepalive_everyChangeSendsOneKeepAlive(t *testing.T) {
	t.Parallel()
	changes := []struct{ name, before, after string }{
		{"triggers", `triggers = { build = "1" }`, `triggers = { build = "2" }`},
		{"triggers removed", `triggers = { build = "1" }`, ``},
		{"renew_after", `renew_after = "10m"`, `renew_after = "20m"`},
		{"headers", `headers = { X-Run = "1" }`, `headers = { X-Run = "2" }`},
		{"wait_for_call", ``, `wait_for_call = "1m"`},
		{"hang_up_on_destroy", ``, `hang_up_on_destroy = true`},
		{"timeouts", ``, `timeouts { update = "30s" }`},
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.unitTest(t,
				resource.TestStep{Config: l.minimal(c.before)},
				resource.TestStep{
					PreConfig:        l.ResetRequests,
					Config:           l.minimal(c.after),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: append(plannedUpdate(), sentNothing{l})},
				},
			)
			l.expectSent(t, 1)
		})
	}
}

func TestCallKeepalive_sendsTheHeadersAndNamesTheVersions(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.unitTest(t, resource.TestStep{Config: l.minimal(`headers = { X-Run = "nightly 7" }`)})
	sent := l.KeepAlives(callID)
	if len(sent) != 1 {
		t.Fatalf("%d keepAlives, want 1", len(sent))
	}
	if got := sent[0].Header.Get("X-Run"); got != "nightly 7" {
		t.Errorf("X-Run is %q", got)
	}
	agent := regexp.MustCompile(`^terraform-provider-msgraph/1\.2\.3-test Terraform/[0-9]+\.[0-9]+\.[0-9]+`)
	for _, r := range l.Requests() {
		if r.Service == graphsim.ServiceGraph && !agent.MatchString(r.Header.Get("User-Agent")) {
			t.Errorf("%s %s came from %q", r.Method, r.Path, r.Header.Get("User-Agent"))
		}
	}
}

// The two ways to name a call are the same call; another id is another one.
func TestCallKeepalive_replacesOnlyForAnotherCall(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.3.8", "1.6.0") // an older one proposes the block in state where there is none
	l := newLab(t)
	const other = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
	l.PlaceCall(graphsim.Call{ID: other})
	byID := func(id string) string {
		return l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n call_id = %q\n}\n", id)
	}
	byIdentity := func(id string) string {
		return l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n identity {\n call_id = %q\n user_id = \"u\"\n }\n}\n", id)
	}
	step := func(config string, action plancheck.ResourceActionType) resource.TestStep {
		return resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
		}}
	}
	l.unitTest(t,
		step(byIdentity(callID), plancheck.ResourceActionCreate),
		step(byID(callID), plancheck.ResourceActionUpdate),
		step(byIdentity(callID), plancheck.ResourceActionUpdate),
		step(byIdentity(other), plancheck.ResourceActionReplace),
		step(byID(callID), plancheck.ResourceActionReplace),
		step(byID(other), plancheck.ResourceActionReplace),
	)
}

func TestCallKeepalive_ignoreAllChangesStillKeepsAlive(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.3.2", "1.6.0") // an older one takes what is computed for configured
	l := newLab(t)
	config := l.minimal("lifecycle {\n ignore_changes = all\n }")
	l.unitTest(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { l.clock.Advance(11 * time.Minute); l.ResetRequests() },
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plannedUpdate()},
		},
	)
	l.expectSent(t, 1)
}

// A value that is known only in the apply must not end in "inconsistent final plan",
// whether it turns out to be new or the same as before.
func TestCallKeepalive_unknownTriggers(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	config := func(input, trigger string) string {
		return l.config("resource \"terraform_data\" \"build\" {\n input = %q\n}\n", input) +
			fmt.Sprintf("resource \"msgraph_call_keepalive\" \"lab\" {\n call_id = %q\n triggers = { build = %s }\n}\n", callID, trigger)
	}
	const follows = `terraform_data.build.output`
	const same = `length(terraform_data.build.output) > 0 ? "same" : "other"`
	l.unitTest(t,
		resource.TestStep{Config: config("1", follows)},
		resource.TestStep{Config: config("2", follows)},
		resource.TestStep{Config: config("2", same)},
		resource.TestStep{Config: config("3", same)},
	)
}

// A call id that is known only in the apply is planned as a create, then as a replacement.
func TestCallKeepalive_unknownCallID(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: "second"})
	config := func(id string) string {
		return l.config("resource \"terraform_data\" \"call\" {\n input = %q\n}\n", id) +
			"resource \"msgraph_call_keepalive\" \"lab\" {\n call_id = terraform_data.call.output\n}\n"
	}
	l.unitTest(t,
		resource.TestStep{Config: config(callID), ConfigStateChecks: []statecheck.StateCheck{value("id", knownvalue.StringExact(callID))}},
		resource.TestStep{
			Config: config("second"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace),
			}},
			ConfigStateChecks: []statecheck.StateCheck{value("id", knownvalue.StringExact("second"))},
		},
	)
}

// A due keepAlive is an update, so what is to be replaced with it is.
func TestCallKeepalive_dueFiresReplaceTriggeredBy(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	config := l.minimal("") + "resource \"terraform_data\" \"after\" {\n lifecycle {\n replace_triggered_by = [" + address + "]\n }\n}\n"
	l.unitTest(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() { l.clock.Advance(10 * time.Minute) },
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("terraform_data.after", plancheck.ResourceActionReplace),
			}},
		},
	)
}

func TestCallKeepalive_anySuccessStatusIsSuccess(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.SetKeepAliveStatus(status)
			l.unitTest(t, resource.TestStep{Config: l.minimal(""), ConfigStateChecks: []statecheck.StateCheck{
				value("alive", knownvalue.Bool(true)),
			}})
			l.expectSent(t, 1)
		})
	}
}

func TestCallKeepalive_manyCallsShareOneToken(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for i := range 50 {
		l.PlaceCall(graphsim.Call{ID: fmt.Sprintf("call-%d", i)})
	}
	w := newWorkspace(t, l, l.config(`
resource "msgraph_call_keepalive" "lab" {
  for_each = toset([for i in range(50) : "call-${i}"])
  call_id  = each.key
}`))
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 50)
	if n := l.TokensIssued(); n != 2 {
		t.Errorf("%d tokens for one apply, want one for its plan and one for all that follows", n)
	}
}
