package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// settings are what a run measures; environment variables say it.
type settings struct {
	calls []int // CALLS: how many, separated by commas
	runs  int   // RUNS: how often each
	// applied (APPLIED) is the largest number of objects that an apply creates. Terraform writes
	// the whole state after each object, so that 5000 take 25 times as long as 1000, whichever
	// provider they are of: of more than this, one is applied and its state multiplied, and a
	// clean plan is all that is measured.
	applied int
	latency time.Duration // LATENCY: of every answer of the stand-in
	out     string        // OUT: a Markdown file whose results are replaced
	check   bool          // CHECK=1: a target that is missed is an error
}

func readSettings(getenv func(string) string) (s settings, err error) {
	for part := range strings.SplitSeq(cmp.Or(getenv("CALLS"), "1,100,1000"), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return s, fmt.Errorf("CALLS is numbers of calls, separated by commas: %q", part)
		}
		s.calls = append(s.calls, n)
	}
	if s.runs, err = strconv.Atoi(cmp.Or(getenv("RUNS"), "3")); err != nil || s.runs < 1 {
		return s, fmt.Errorf("RUNS is a number of runs: %q", getenv("RUNS"))
	}
	if s.applied, err = strconv.Atoi(cmp.Or(getenv("APPLIED"), "1000")); err != nil || s.applied < 1 {
		return s, fmt.Errorf("APPLIED is a number of calls: %q", getenv("APPLIED"))
	}
	if s.latency, err = time.ParseDuration(cmp.Or(getenv("LATENCY"), "0s")); err != nil || s.latency < 0 {
		return s, fmt.Errorf("LATENCY is a duration such as 100ms: %q", getenv("LATENCY"))
	}
	s.out, s.check = getenv("OUT"), getenv("CHECK") == "1"
	return s, nil
}
