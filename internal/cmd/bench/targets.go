package main

import "fmt"

// target is what has to hold for the provider to be fast enough.
type target struct {
	what     string
	most     float64
	measured float64 // 0 when this run did not
	unit     string
}

func (t target) met() bool { return t.measured <= t.most }

// String is one line of the report.
func (t target) String() string {
	switch {
	case t.measured == 0:
		return fmt.Sprintf("%s: at most %.4g%s; not measured in this run", t.what, t.most, t.unit)
	case t.met():
		return fmt.Sprintf("%s: at most %.4g%s, measured %.3g%s: met", t.what, t.most, t.unit, t.measured, t.unit)
	default:
		return fmt.Sprintf("%s: at most %.4g%s, measured %.3g%s: MISSED", t.what, t.most, t.unit, t.measured, t.unit)
	}
}

// targets are those of the project, with what this run has measured. Ratios of times are
// only of use without a latency.
func (b *bench) targets() []target {
	all := []target{
		{what: "size of the stripped executable", most: 24, measured: mib(b.size), unit: " MiB"},
		{what: "peak memory of the provider", most: 64, measured: b.most(func(s sample) float64 { return mib(s.pluginRSS) }), unit: " MiB"},
	}
	if b.latency > 0 {
		bound := b.bound(steps[0], 100)
		with, without := b.wall(ours, firstApply, 100), b.wall(promptly, firstApply, 100)
		return append(
			all,
			target{what: "first apply of 100 calls, to the bound of the parallelism", most: 1.25, measured: with / bound},
			target{what: "what the latency adds to a first apply of 100 calls, to that bound", most: 1.25, measured: (with - without) / bound},
		)
	}
	return append(
		all,
		target{what: "clean plan of 1000, to the empty provider", most: 0.85, measured: b.ratio(yardstick, cleanPlan, 1000)},
		target{what: "clean plan of 1000, to the twin", most: 0.85, measured: b.ratio(twin, cleanPlan, 1000)},
		target{what: "clean plan of 1000, to terraform_data", most: 2.8, measured: b.ratio(builtIn, cleanPlan, 1000)},
		target{what: "first apply of 1000, to the empty provider", most: 0.95, measured: b.ratio(yardstick, firstApply, 1000)},
		target{what: "first apply of 1000, to the twin", most: 0.95, measured: b.ratio(twin, firstApply, 1000)},
		target{what: "first apply of one, to the empty provider", most: 1.3, measured: b.ratio(yardstick, firstApply, 1)},
		target{what: "clean plan of one, to the empty provider", most: 1.3, measured: b.ratio(yardstick, cleanPlan, 1)},
		target{what: "cost per call of a clean plan, 5000 to 100", most: 1.3, measured: b.perCall()},
		target{what: "connections to Graph, in any command", most: 2, measured: b.most(func(s sample) float64 { return float64(s.connections) })},
		target{what: "tokens, in any command", most: 2, measured: b.most(func(s sample) float64 { return float64(s.tokens) })},
	)
}

// perCall is what a call costs among 5000, to what it costs among 100; 0 when not both were
// measured.
func (b *bench) perCall() float64 {
	few := b.wall(ours, cleanPlan, 100) / 100
	if few == 0 {
		return 0
	}
	return b.wall(ours, cleanPlan, 5000) / 5000 / few
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
