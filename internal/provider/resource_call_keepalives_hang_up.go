package provider

import "github.com/hashicorp/terraform-plugin-framework/diag"

// recordPlans records that the calls of a plan are to be kept alive, and warns of those that the same plan
// hangs up, as [providerData.recordPlan] does for one call. A call that is kept alive already counts as well: unlike
// with a resource of its own, it is no mistake that another one has it too, on the way from there to here.
func (r *callKeepalivesResource) recordPlans(plan, state callKeepalivesResourceModel, diags *diag.Diagnostics) {
	known, _ := knownCalls(plan.Calls)
	ended := plannedEnded(state, plan.Calls).Elements()
	var hungUp []namedCall
	for _, c := range known {
		if _, over := ended[c.name]; !over && r.data.run.plan(c.id, callPlan{keep: true}) {
			hungUp = append(hungUp, c)
		}
	}
	callsDiagnostic{explanation: callsMayBeHungUp, warning: true, reasons: []callReason{{calls: hungUp}}}.add(diags, "")
}
