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

// Terraform plans once in the plan and once more in the apply, and asks for both with the same words: so a plan that
// creates the resource cannot refuse a known ID that names no call, and let the same one pass in the apply.
func TestCallKeepalives_thePlanInTheApplyIsTheSame(t *testing.T) {
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
		r.validations, r.plans = nil, nil
		w.mustRun("plan", "-out=saved")
		validations := len(r.validations)
		w.mustRun("apply", "saved")
		if len(r.plans) != 2 || validations == 0 || len(r.validations) == validations {
			t.Fatalf("%s: %d plans; %d validations, of which %d in the plan", what, len(r.plans), len(r.validations), validations)
		}
		if !reflect.DeepEqual(r.plans[0], r.plans[1]) {
			t.Errorf("%s: the plan in the apply is another:\n%+v\n%+v", what, r.plans[0], r.plans[1])
			a,b:=r.plans[0],r.plans[1]
			t.Errorf("%+v %+v", a.ClientCapabilities, b.ClientCapabilities)
			t.Errorf("%q %q", a.Config.MsgPack, b.Config.MsgPack)
			t.Errorf("%q %q", a.ProposedNewState.MsgPack, b.ProposedNewState.MsgPack)
			t.Errorf("%+v %+v", a.PriorState, b.PriorState)
			t.Errorf("%v %v", a.ProviderMeta, b.ProviderMeta)
			t.Errorf("%v %v", a.PriorPrivate==nil, b.PriorPrivate==nil)
		}
		if last := r.validations[len(r.validations)-1]; !reflect.DeepEqual(r.validations[validations-1], last) {
			t.Errorf("%s: the validation in the apply is another:\n%+v\n%+v", what, r.validations[validations-1], last)
		}
		l.clock.Advance(11 * time.Minute)
	}
}

// In the apply that creates the resource, an ID that turns out to be none is refused before anything is sent. The next plan
// refuses it as well.
func TestCallKeepalives_learnedInTheApplyOfACreate(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0")
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
	w := newWorkspace(t, l, config("id-a"))
	w.planCode(2)
	for _, args := range [][]string{{"apply", "-auto-approve"}, {"plan"}} {
		expectText(t, w.expectCode(1, args...), "Error: Duplicate Call ID", "Call b: its ID is also that of a")
	}
	l.expectSent(t, 0)
	w.write(config("id-b"))
	w.mustRun("apply", "-auto-approve")
	l.expectKept(t, "ab")
}
