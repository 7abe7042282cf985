package main

import (
	"slices"
)

// median of what value says of the samples; of an even number, the mean of the two in the
// middle.
func median(samples []sample, value func(sample) float64) float64 {
	values := make([]float64, 0, len(samples))
	for _, s := range samples {
		values = append(values, value(s))
	}
	return medianOf(values)
}

func medianOf(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

// of returns the samples of a step.
func (b *bench) of(subject, step string, calls int) []sample {
	return slices.DeleteFunc(slices.Clone(b.samples), func(s sample) bool {
		return s.subject != subject || s.step != step || s.calls != calls
	})
}

// ratio is the median, over the runs, of the wall time of msgraph over that of another
// subject in the same run. 0 means that it was not measured.
func (b *bench) ratio(to, step string, calls int) float64 { return b.over(ours, to, step, calls) }

// over is ratio for any two subjects.
func (b *bench) over(subject, to, step string, calls int) float64 {
	others := b.of(to, step, calls)
	var ratios []float64
	for _, s := range b.of(subject, step, calls) {
		for _, other := range others {
			if other.round == s.round {
				ratios = append(ratios, float64(s.wall)/float64(other.wall))
			}
		}
	}
	return medianOf(ratios)
}

// wall is the median of a step's wall time, in seconds.
func (b *bench) wall(subject, step string, calls int) float64 {
	return median(b.of(subject, step, calls), func(s sample) float64 { return s.wall.Seconds() })
}

// most is the largest of what value says of all samples of msgraph.
func (b *bench) most(value func(sample) float64) (top float64) {
	for _, s := range b.samples {
		if s.subject == ours {
			top = max(top, value(s))
		}
	}
	return top
}

const (
	ours      = "msgraph"
	promptly  = "msgraph, without the latency"
	builtIn   = "terraform_data"
	yardstick = "empty provider"
	twin      = "msgraph's twin"
)

// bound is the least time that a step can take behind the latency, in seconds: the CLI works
// on ten objects at a time.
func (b *bench) bound(s step, calls int) float64 {
	const parallelism = 10
	rounds := (calls + parallelism - 1) / parallelism
	return float64(rounds*s.requests) * b.latency.Seconds()
}
