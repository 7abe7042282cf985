package main

import (
	"slices"

	"terraform-provider-msgraph/internal/provider"
)

// subject is something that is measured: a configuration of n objects of one kind.
type subject struct {
	name   string
	config string
	// ours is true for the provider, which the stand-in gets requests from.
	ours bool
	// prompt is true when the stand-in answers without the latency of the run.
	prompt bool
}

// subjects are what a run measures: with a latency, the provider without it as well.
func (b *bench) subjects() []subject {
	if b.latency == 0 {
		return subjects
	}
	without := subjects[len(subjects)-1]
	without.name, without.prompt = promptly, true
	return append(slices.Clone(subjects), without)
}

// The yardsticks change all of their objects in an apply after "generation" has changed, as
// the provider does once its calls are due.
var subjects = []subject{
	{name: builtIn, config: `
variable "n" { type = number }
variable "generation" { type = string }
resource "terraform_data" "this" {
  count = var.n
  input = "${var.generation} ${count.index}"
}
`},
	{name: yardstick, config: `
terraform {
  required_providers {
    empty = { source = "terraform.local/local/empty" }
  }
}
variable "n" { type = number }
variable "generation" { type = string }
resource "empty_thing" "this" {
  count = var.n
  value = "${var.generation} ${count.index}"
}
`},
	{name: twin, config: `
terraform {
  required_providers {
    twin = { source = "terraform.local/local/twin" }
  }
}
variable "n" { type = number }
variable "generation" { type = string }
resource "twin_call_keepalive" "this" {
  count       = var.n
  call_id     = format("00000000-0000-4000-8000-%012x", count.index)
  renew_after = "${var.generation}0m"
}
`},
	{name: ours, ours: true, config: `
terraform {
  required_providers {
    msgraph = { source = "` + provider.Address + `" }
  }
}
variable "n" { type = number }
variable "generation" { type = string }
resource "msgraph_call_keepalive" "this" {
  count   = var.n
  call_id = format("00000000-0000-4000-8000-%012x", count.index)
}
`},
}

// step is one command of the CLI.
type step struct {
	name string
	args []string
	due  bool // the calls become due before it
	// requests is how many one call needs.
	requests int
}

var steps = []step{
	{name: firstApply, args: []string{"apply", "-auto-approve"}, requests: 1},
	planStep,
	{name: dueApply, args: []string{"apply", "-auto-approve"}, due: true, requests: 2},
	{name: destroy, args: []string{"destroy", "-auto-approve"}, requests: 1},
}

// planStep fails unless the plan is empty.
var planStep = step{name: cleanPlan, args: []string{"plan", "-detailed-exitcode"}, requests: 1}

const (
	firstApply = "first apply"
	cleanPlan  = "clean plan"
	dueApply   = "due apply"
	destroy    = "destroy"
)
