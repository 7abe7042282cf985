package main

import (
	"fmt"
	"slices"
)

// target is a limit that the provider must stay within to be fast enough.
type target struct {
	what     string
	limit    float64
	measured float64 // 0 if this run did not measure it
	unit     string
}

func (t target) met() bool { return t.measured <= t.limit }

// row returns the target as a row of a table.
func (t target) row() string {
	measured, verdict := fmt.Sprintf("%.3g%s", t.measured, t.unit), "met"
	switch {
	case t.measured == 0:
		measured, verdict = "not in this run", ""
	case !t.met():
		verdict = "**missed**"
	}
	return fmt.Sprintf("| %s | %.4g%s | %s | %s |", t.what, t.limit, t.unit, measured, verdict)
}

// targets returns the project's targets. Ratios of times are only useful without a latency.
func (b *bench) targets() []target {
	memory := func(s sample) float64 { return mib(s.providerMemory) }
	all := []target{
		{what: "size of the stripped executable", limit: 24, measured: mib(b.size), unit: " MiB"},
		{what: "peak memory of the provider", limit: 64, measured: b.largest(ours, memory), unit: " MiB"},
		{what: "peak memory of the provider, one object", limit: 200, measured: b.largest(lab, memory), unit: " MiB"},
	}
	if b.latency > 0 {
		return append(all, b.latencyTargets()...)
	}
	return slices.Concat(all, b.objectTargets(), b.labTargets())
}

// latencyTargets are the targets of a run with a latency.
func (b *bench) latencyTargets() []target {
	single, oneObject := variantNamed(ours), variantNamed(lab)
	bound := b.bound(single, stepNamed(firstApply), 100)
	with, without := b.seconds(ours, firstApply, 100), b.seconds(oursNoLatency, firstApply, 100)
	return []target{
		{what: "first apply of 100 / bound of the parallelism", limit: 1.25, measured: with / bound},
		{what: "what the latency adds to a first apply of 100 / bound", limit: 1.25, measured: (with - without) / bound},
		{
			what: "due apply of 1000 in one object / bound of 50 at a time", limit: 1.6,
			measured: b.seconds(lab, dueApply, 1000) / b.bound(oneObject, stepNamed(dueApply), 1000),
		},
	}
}

// objectTargets are the targets of one object for each call.
func (b *bench) objectTargets() []target {
	return []target{
		{what: "clean plan of 1000 / twin", limit: 0.6, measured: b.ratio(ours, twin, cleanPlan, 1000)},
		{what: "clean plan of 1000 / baseline object", limit: 0.85, measured: b.ratio(ours, object, cleanPlan, 1000)},
		{what: "clean plan of 1000 / `terraform_data`", limit: 2.8, measured: b.ratio(ours, builtIn, cleanPlan, 1000)},
		{what: "first apply of 1000 / twin", limit: 0.95, measured: b.ratio(ours, twin, firstApply, 1000)},
		{what: "first apply of 1000 / baseline object", limit: 0.95, measured: b.ratio(ours, object, firstApply, 1000)},
		{what: "clean plan of one / baseline object", limit: 1.3, measured: b.ratio(ours, object, cleanPlan, 1)},
		{what: "first apply of one / baseline object", limit: 1.3, measured: b.ratio(ours, object, firstApply, 1)},
		{what: "cost per call of a clean plan, 5000 / 100", limit: 1.3, measured: b.costPerCall(ours, cleanPlan, 5000, 100)},
		{what: "connections to Graph of a command", limit: 2, measured: b.largest(ours, func(s sample) float64 { return float64(s.connections) })},
		{what: "tokens of a command", limit: 2, measured: b.largest(ours, func(s sample) float64 { return float64(s.tokens) })},
	}
}

// labTargets are the targets of one object for all calls. An apply runs the provider twice, each time with a token.
func (b *bench) labTargets() []target {
	const many = 20000
	waits := b.of(lab, throttledApply, throttledCalls)
	return []target{
		{what: "one object: clean plan of 1000 / `terraform_data`", limit: 0.85, measured: b.ratio(lab, builtIn, cleanPlan, 1000)},
		{what: "one object: first apply of 1000 / `terraform_data`", limit: 0.13, measured: b.ratio(lab, builtIn, firstApply, 1000)},
		{what: "one object: due apply of 1000 / `terraform_data`", limit: 0.08, measured: b.ratio(lab, builtIn, dueApply, 1000)},
		{what: "one object: cost per call of a clean plan, 20,000 / 1000", limit: 1.3, measured: b.costPerCall(lab, cleanPlan, many, 1000)},
		{what: "one object: cost per call of a due apply, 20,000 / 1000", limit: 1.3, measured: b.costPerCall(lab, dueApply, many, 1000)},
		{what: "one object: connections to Graph of a command", limit: 4, measured: b.largest(lab, func(s sample) float64 { return float64(s.connections) })},
		{what: "one object: tokens of a command", limit: 2, measured: b.largest(lab, func(s sample) float64 { return float64(s.tokens) })},
		{
			what: "one object, 5 % of requests throttled, all kept: Retry-After / shortest wait", limit: 1,
			measured: median(waits, func(s sample) float64 { return retryAfter.Seconds() / s.soonest.Seconds() }),
		},
	}
}

// costPerCall returns the time of a step per call with many calls, divided by that with few. It is 0 unless both were
// measured.
func (b *bench) costPerCall(of, step string, many, few int) float64 {
	least := b.seconds(of, step, few) / float64(few)
	if least == 0 {
		return 0
	}
	return b.seconds(of, step, many) / float64(many) / least
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
