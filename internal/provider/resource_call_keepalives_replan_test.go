package provider

import (
	"context"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// planRecorder is a provider that takes down what it is asked when Terraform plans a resource.
type planRecorder struct {
	tfprotov6.ProviderServer

	mu          sync.Mutex
	validations []*tfprotov6.ValidateResourceConfigRequest
	plans       []*tfprotov6.PlanResourceChangeRequest
}

func (r *planRecorder) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	r.mu.Lock()
	r.validations = append(r.validations, req)
	r.mu.Unlock()
	return r.ProviderServer.ValidateResourceConfig(ctx, req)
}

func (r *planRecorder) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	r.mu.Lock()
	r.plans = append(r.plans, req)
	r.mu.Unlock()
	return r.ProviderServer.PlanResourceChange(ctx, req)
}

// forget drops what was recorded.
func (r *planRecorder) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.validations, r.plans = nil, nil
}

func (r *planRecorder) recorded() ([]*tfprotov6.ValidateResourceConfigRequest, []*tfprotov6.PlanResourceChangeRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.validations, r.plans
}

// deferralVersion is the Terraform whose plan in an apply allows deferral; OpenTofu's never does.
const deferralVersion, never = "1.9.0", "99.0.0"

// Terraform plans once in the plan and once more in the apply. What tells the two apart is what [mayBeApply] goes by; where that
// is the same as well, a plan that creates the resource cannot refuse a known ID that names no call, and let it pass in the
// apply.
func TestCallKeepalives_thePlanInTheApply(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	server, err := l.server()
	if err != nil {
		t.Fatal(err)
	}
	r := &planRecorder{ProviderServer: server}
	w := newWorkspace(t, l, l.keepalivesConfig("ab", "", ""))
	w.env = append(w.env, "TF_REATTACH_PROVIDERS="+reattaching(t, map[string]any{
		Address: serveAt(t, Address, func() (tfprotov6.ProviderServer, error) { return r, nil }),
	}))
	for _, what := range []string{"create", "update"} {
		r.forget()
		w.mustRun("plan", "-out=saved")
		inPlan, _ := r.recorded()
		w.mustRun("apply", "saved")
		validations, plans := r.recorded()
		if len(plans) != 2 || len(inPlan) == 0 || len(validations) == len(inPlan) {
			t.Fatalf("%s: %d plans; %d validations, of which %d in the plan", what, len(plans), len(validations), len(inPlan))
		}
		first, second := plans[0], plans[1]
		if before, after := allowsDeferral(first), allowsDeferral(second); before || after != isCLI(t, deferralVersion, never) {
			t.Errorf("%s: the plan allows deferral: %t, the one in the apply: %t", what, before, after)
		}
		first.ClientCapabilities, second.ClientCapabilities = nil, nil
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s: the plan in the apply is another:\n%+v\n%+v", what, first, second)
		}
		if first, last := inPlan[len(inPlan)-1], validations[len(validations)-1]; !reflect.DeepEqual(first, last) {
			t.Errorf("%s: the validation in the apply is another:\n%+v\n%+v", what, first, last)
		}
		l.clock.Advance(11 * time.Minute)
	}
}

func allowsDeferral(req *tfprotov6.PlanResourceChangeRequest) bool {
	return req.ClientCapabilities != nil && req.ClientCapabilities.DeferralAllowed
}

// An ID that turns out to be none in the apply that creates the resource is the failure of that name. Where the plan cannot be
// told from the one in the apply, it is refused before anything is sent. The next plan refuses it in any case.
func TestCallKeepalivesCLI_learnedInTheApplyOfACreate(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	for _, id := range []string{"id-a", "id-b"} {
		l.PlaceCall(graphsim.Call{ID: id})
	}
	config := func(id string) string {
		return l.config(`
resource "terraform_data" "bot" { input = %q }
resource "msgraph_call_keepalives" "lab" {
  calls = {
    a = "id-a"
    b = terraform_data.bot.output
  }
}
`, id)
	}
	const says = "t has the same ID as a" // after a capital in the plan
	w := newWorkspace(t, l, config("id-a"))
	w.planCode(2)
	out := w.expectExit(1, applyNow, says)
	kept := ""
	if isCLI(t, deferralVersion, never) {
		kept = "a"
		expectText(t, out, "The other call was kept alive: a. The resource is not in state")
	}
	l.expectKept(t, kept)
	w.expectExit(1, []string{"plan"}, says)
	w.write(config("id-b"))
	l.ResetRequests()
	w.mustRun("apply", "-auto-approve")
	l.expectKept(t, "ab")
	w.planCode(0)
}
