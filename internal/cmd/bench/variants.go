package main

import (
	"slices"

	"terraform-provider-msgraph/internal/provider"
)

// variant is a configuration for n calls, or for n objects that stand for calls.
type variant struct {
	name   string
	config string
	// color is that of its bars in the plot.
	color string
	// ours is true for the provider's own resources. Their requests are counted.
	ours bool
	// noLatency is true for the variant that is measured without the latency of the run.
	noLatency bool
}

const (
	builtIn       = "terraform_data"
	object        = "baseline object"
	twin          = "msgraph's twin"
	ours          = "msgraph"
	oursNoLatency = "msgraph, no latency"
)

// variants returns what a run measures. With a latency, that includes the provider without it.
func (b *bench) variants() []variant {
	if b.latency == 0 {
		return variants
	}
	withoutLatency := variants[slices.IndexFunc(variants, func(v variant) bool { return v.name == ours })]
	withoutLatency.name, withoutLatency.noLatency = oursNoLatency, true
	return append(slices.Clone(variants), withoutLatency)
}

// variables are those of every configuration. The baselines change all of their objects when the generation changes, as
// msgraph_call_keepalive does once its calls are due.
const variables = `
variable "n" { type = number }
variable "generation" { type = string }
`

// variants has the baselines and, last, the provider's resources. Another way of keeping n calls, such as the lab as
// one object, is one more entry: the tables, the ratios and the plot have a column or a bar for each. A resource that
// sends other requests for n calls than msgraph_call_keepalive does needs its own number in [bench.runVariant], and
// one object for all calls cannot be multiplied by [multiplyState].
var variants = []variant{
	{name: builtIn, color: "#8c959f", config: variables + `
resource "terraform_data" "this" {
  count = var.n
  input = "${var.generation} ${count.index}"
}
`},
	{name: object, color: "#b6c2cf", config: baselineProvider + variables + `
resource "baseline_object" "this" {
  count = var.n
  value = "${var.generation} ${count.index}"
}
`},
	{name: twin, color: "#d4a72c", config: baselineProvider + variables + `
resource "baseline_call_keepalive" "this" {
  count       = var.n
  call_id     = format("00000000-0000-4000-8000-%012x", count.index)
  renew_after = "${var.generation}0m"
}
`},
	{name: ours, color: "#0969da", ours: true, config: `
terraform {
  required_providers {
    msgraph = { source = "` + provider.Address + `" }
  }
}
` + variables + `
resource "msgraph_call_keepalive" "this" {
  count   = var.n
  call_id = format("00000000-0000-4000-8000-%012x", count.index)
}
`},
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
	// requests is the number of requests to Graph for each call.
	requests int
}

const (
	firstApply = "first apply"
	cleanPlan  = "clean plan"
	dueApply   = "due apply"
	destroy    = "destroy"
)

var steps = []step{
	{name: firstApply, args: []string{"apply", "-auto-approve"}, requests: 1},
	planStep,
	{name: dueApply, args: []string{"apply", "-auto-approve"}, due: true, requests: 2},
	{name: destroy, args: []string{"destroy", "-auto-approve"}, requests: 1},
}

// planStep fails unless the plan is empty.
var planStep = step{name: cleanPlan, args: []string{"plan", "-detailed-exitcode"}, requests: 1}
