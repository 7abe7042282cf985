package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// settings say what to measure. They come from environment variables.
type settings struct {
	calls []int // CALLS: numbers of calls, separated by commas
	labs  []int // LAB: numbers of calls to measure only as one object, beside terraform_data
	runs  int   // RUNS: how often each is measured
	// maxApplied (APPLIED) is the largest number of calls to apply. Terraform writes the whole state after each object,
	// so 5000 objects of any provider take 25 times as long as 1000. Of more calls than this, one is applied, its state
	// is multiplied, and only the clean plan is measured.
	maxApplied int
	latency    time.Duration // LATENCY: added to every response of the stand-in
	out        string        // OUT: a Markdown file whose results are replaced; the plot is written beside it
	check      bool          // CHECK=1: a missed target is an error
}

func readSettings(getenv func(string) string) (s settings, err error) {
	if s.calls, err = numbers("CALLS", cmp.Or(getenv("CALLS"), "1,100,1000")); err != nil {
		return s, err
	}
	if lab := getenv("LAB"); lab != "" {
		if s.labs, err = numbers("LAB", lab); err != nil {
			return s, err
		}
	}
	if s.runs, err = strconv.Atoi(cmp.Or(getenv("RUNS"), "3")); err != nil || s.runs < 1 {
		return s, fmt.Errorf("RUNS must be a number of runs, not %q", getenv("RUNS"))
	}
	if s.maxApplied, err = strconv.Atoi(cmp.Or(getenv("APPLIED"), "1000")); err != nil || s.maxApplied < 1 {
		return s, fmt.Errorf("APPLIED must be a number of calls, not %q", getenv("APPLIED"))
	}
	if s.latency, err = time.ParseDuration(cmp.Or(getenv("LATENCY"), "0s")); err != nil || s.latency < 0 {
		return s, fmt.Errorf("LATENCY must be a duration such as 100ms, not %q", getenv("LATENCY"))
	}
	s.out, s.check = getenv("OUT"), getenv("CHECK") == "1"
	return s, nil
}

// numbers reads the numbers of calls in a variable.
func numbers(name, value string) (all []int, err error) {
	for part := range strings.SplitSeq(value, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%s must be numbers of calls, separated by commas, not %q", name, part)
		}
		all = append(all, n)
	}
	return all, nil
}

// sizes returns all numbers of calls, in ascending order.
func (s settings) sizes() []int {
	all := slices.Concat(s.calls, s.labs)
	slices.Sort(all)
	return slices.Compact(all)
}
