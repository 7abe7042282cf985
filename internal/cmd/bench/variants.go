package main

import (
	"slices"

	"terraform-provider-msgraph/internal/provider"
)

// variant is a configuration for n calls, or for n objects instead of calls.
type variant struct {
	name   string
	config string
	// color is that of its bars in the plot. The variants without one, which are for maintainers, are not in it.
	color string
	// requests returns how many requests to Graph a step of n calls sends. It is nil for the baselines.
	requests func(s step, n int) int
	// parallel is how many calls are worked on at a time.
	parallel int
	// oneObject is true if one object has all calls.
	oneObject bool
	// noLatency is true for the variant that is measured without the latency of the run.
	noLatency bool
}

const (
	builtIn       = "terraform_data"
	object        = "baseline object"
	twin          = "msgraph's twin"
	ours          = "msgraph_call_keepalive"
	lab           = "msgraph_call_keepalives"
	oursNoLatency = ours + ", no latency"
)

// variants returns what a run measures. With a latency, that includes the provider without it.
func (b *bench) variants() []variant {
	if b.latency == 0 {
		return variants
	}
	withoutLatency := variantNamed(ours)
	withoutLatency.name, withoutLatency.noLatency = oursNoLatency, true
	return append(slices.Clone(variants), withoutLatency)
}

func variantNamed(name string) variant {
	return variants[slices.IndexFunc(variants, func(v variant) bool { return v.name == name })]
}

func stepNamed(name string) step {
	return steps[slices.IndexFunc(steps, func(s step) bool { return s.name == name })]
}

// variantsFor returns what a run measures with n calls: of those in LAB, only the one object, and what it is compared to.
func (b *bench) variantsFor(n int) []variant {
	if slices.Contains(b.calls, n) {
		return b.variants()
	}
	return slices.DeleteFunc(slices.Clone(b.variants()), func(v variant) bool {
		compared := v.name == builtIn && b.latency == 0 && n <= b.maxApplied
		return !v.oneObject && !compared
	})
}

// variables are those of every configuration. The baselines change all of their objects when the generation changes, as
// msgraph_call_keepalive does once its calls are due.
const variables = `
variable "n" { type = number }
variable "generation" { type = string }
`

// variants has the baselines and, last, the provider's two ways of keeping n calls alive.
var variants = []variant{
	{name: builtIn, color: "#8c959f", config: variables + `
resource "terraform_data" "this" {
  count = var.n
  input = "${var.generation} ${count.index}"
}
`},
	{name: object, config: baselineProvider + variables + `
resource "baseline_object" "this" {
  count = var.n
  value = "${var.generation} ${count.index}"
}
`},
	{name: twin, config: baselineProvider + variables + `
resource "baseline_call_keepalive" "this" {
  count       = var.n
  call_id     = format("00000000-0000-4000-8000-%012x", count.index)
  renew_after = "${var.generation}0m"
}
`},
	{name: ours, color: "#0969da", parallel: 10, requests: singleRequests, config: ourProvider + variables + `
resource "msgraph_call_keepalive" "this" {
  count   = var.n
  call_id = format("00000000-0000-4000-8000-%012x", count.index)
}
`},
	{name: lab, color: "#54aeff", parallel: 50, oneObject: true, requests: labRequests, config: ourProvider + variables + `
resource "msgraph_call_keepalives" "this" {
  calls = jsondecode(file("` + callsFile + `"))
}
`},
}

// callsFile has the calls for the one object, by name. A range of Terraform's ends at 1024.
const callsFile = "calls.json"

const ourProvider = `
terraform {
  required_providers {
    msgraph = { source = "` + provider.Address + `" }
  }
}
`

// singleRequests is how many requests n objects send: a GET for each refresh, and a POST for each keepAlive. Terraform
// plans a create twice, and both plans look at the call.
func singleRequests(s step, n int) int {
	switch s.name {
	case firstApply:
		return 3 * n
	case dueApply:
		return 2 * n
	}
	return n
}

// maxCallsChecked is how many new calls the plan of one object reads at most.
const maxCallsChecked = 100

// labRequests is how many requests one object of n calls sends: as n objects do, but no look at many new calls.
func labRequests(s step, n int) int {
	switch {
	case s.name == firstApply && n > maxCallsChecked:
		return n
	case s.throttled:
		return 2 * (n + n/throttled)
	}
	return singleRequests(s, n)
}

// baselineAddress is the source address of internal/cmd/baseline.
const baselineAddress = "terraform.local/local/baseline"

const baselineProvider = `
terraform {
  required_providers {
    baseline = { source = "` + baselineAddress + `" }
  }
}
`

// step is one command of the CLI.
type step struct {
	name string
	args []string
	due  bool // whether the calls become due before it
	// throttled is whether Graph responds to 5 % of the requests with a status of 429.
	throttled bool
}

const (
	firstApply     = "first apply"
	cleanPlan      = "clean plan"
	dueApply       = "due apply"
	throttledApply = "throttled apply"
	destroy        = "destroy"
)

var steps = []step{
	{name: firstApply, args: []string{"apply", "-auto-approve"}},
	planStep,
	{name: dueApply, args: []string{"apply", "-auto-approve"}, due: true},
	{name: throttledApply, args: []string{"apply", "-auto-approve"}, due: true, throttled: true},
	{name: destroy, args: []string{"destroy", "-auto-approve"}},
}

// planStep fails unless the plan is empty.
var planStep = step{name: cleanPlan, args: []string{"plan", "-detailed-exitcode"}}

// throttledCalls is the number of calls with which the throttled apply is measured.
const throttledCalls = 1000

// stepsFor returns the steps of a variant with n calls, and whether there is one object only, to be multiplied. That is
// so where it would take too long to apply all.
func (b *bench) stepsFor(v variant, n int) (all []step, multiplied bool) {
	if n > b.maxApplied && !v.oneObject {
		return []step{planStep}, true
	}
	return slices.DeleteFunc(slices.Clone(steps), func(s step) bool {
		return s.throttled && (!v.oneObject || n != throttledCalls || b.latency > 0)
	}), false
}
