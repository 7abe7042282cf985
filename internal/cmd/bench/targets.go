package main

import "fmt"

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
	all := []target{
		{what: "size of the stripped executable", limit: 24, measured: mib(b.size), unit: " MiB"},
		{what: "peak memory of the provider", limit: 64, measured: b.largest(func(s sample) float64 { return mib(s.providerMemory) }), unit: " MiB"},
	}
	if b.latency > 0 {
		bound := b.bound(steps[0], 100)
		with, without := b.seconds(ours, firstApply, 100), b.seconds(oursNoLatency, firstApply, 100)
		return append(
			all,
			target{what: "first apply of 100 / bound of the parallelism", limit: 1.25, measured: with / bound},
			target{what: "what the latency adds to a first apply of 100 / bound", limit: 1.25, measured: (with - without) / bound},
		)
	}
	return append(
		all,
		target{what: "clean plan of 1000 / twin", limit: 0.6, measured: b.ratio(twin, cleanPlan, 1000)},
		target{what: "clean plan of 1000 / baseline object", limit: 0.85, measured: b.ratio(object, cleanPlan, 1000)},
		target{what: "clean plan of 1000 / `terraform_data`", limit: 2.8, measured: b.ratio(builtIn, cleanPlan, 1000)},
		target{what: "first apply of 1000 / twin", limit: 0.95, measured: b.ratio(twin, firstApply, 1000)},
		target{what: "first apply of 1000 / baseline object", limit: 0.95, measured: b.ratio(object, firstApply, 1000)},
		target{what: "clean plan of one / baseline object", limit: 1.3, measured: b.ratio(object, cleanPlan, 1)},
		target{what: "first apply of one / baseline object", limit: 1.3, measured: b.ratio(object, firstApply, 1)},
		target{what: "cost per call of a clean plan, 5000 / 100", limit: 1.3, measured: b.costPerCall()},
		target{what: "connections to Graph of a command", limit: 2, measured: b.largest(func(s sample) float64 { return float64(s.connections) })},
		target{what: "tokens of a command", limit: 2, measured: b.largest(func(s sample) float64 { return float64(s.tokens) })},
	)
}

// costPerCall returns the time of a clean plan per call with 5000 calls, divided by that with 100. It is 0 unless both
// were measured.
func (b *bench) costPerCall() float64 {
	few := b.seconds(ours, cleanPlan, 100) / 100
	if few == 0 {
		return 0
	}
	return b.seconds(ours, cleanPlan, 5000) / 5000 / few
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
