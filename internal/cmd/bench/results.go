package main

import "slices"

// of returns the samples of a step.
func (b *bench) of(variant, step string, calls int) (found []sample) {
	for _, s := range b.samples {
		if s.variant == variant && s.step == step && s.calls == calls {
			found = append(found, s)
		}
	}
	return found
}

// measured reports whether a step of the provider was measured with that many calls.
func (b *bench) measured(s step, calls int) bool {
	return len(b.of(ours, s.name, calls))+len(b.of(lab, s.name, calls)) > 0
}

// median returns the median of a value over samples. Of an even number, it is the mean of the two in the middle; of
// none, 0.
func median(samples []sample, value func(sample) float64) float64 {
	values := make([]float64, 0, len(samples))
	for _, s := range samples {
		values = append(values, value(s))
	}
	return medianOf(values)
}

func medianOf(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return 0
	}
	slices.Sort(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// seconds returns the median wall time of a step, or 0 if it was not measured.
func (b *bench) seconds(variant, step string, calls int) float64 {
	return median(b.of(variant, step, calls), func(s sample) float64 { return s.wall.Seconds() })
}

// ratio returns the wall time of a variant divided by that of another one: the median of the ratios within each run,
// since runs differ. It is 0 if either was not measured.
func (b *bench) ratio(of, to, step string, calls int) float64 {
	var ratios []float64
	others := b.of(to, step, calls)
	for _, s := range b.of(of, step, calls) {
		for _, other := range others {
			if other.round == s.round {
				ratios = append(ratios, float64(s.wall)/float64(other.wall))
			}
		}
	}
	return medianOf(ratios)
}

// largest returns the largest value over all samples of a variant.
func (b *bench) largest(of string, value func(sample) float64) (largest float64) {
	for _, s := range b.samples {
		if s.variant == of {
			largest = max(largest, value(s))
		}
	}
	return largest
}

// bound returns the shortest time that a step can take with the latency, in seconds: the CLI works on ten objects at a
// time, and the one object on 50 calls.
func (b *bench) bound(v variant, s step, calls int) float64 {
	rounds := (calls + v.parallel - 1) / v.parallel
	return float64(rounds*v.requests(s, calls)/calls) * b.latency.Seconds()
}
