package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestReadSettings(t *testing.T) {
	for _, test := range []struct {
		name, value string
		ok          bool
	}{
		{"CALLS", "", true},
		{"CALLS", "1, 5000", true},
		{"CALLS", "0", false},
		{"CALLS", "all", false},
		{"RUNS", "0", false},
		{"LATENCY", "100ms", true},
		{"LATENCY", "100", false},
	} {
		_, err := readSettings(func(name string) string {
			if name == test.name {
				return test.value
			}
			return ""
		})
		if (err == nil) != test.ok {
			t.Errorf("%s=%q: error %v", test.name, test.value, err)
		}
	}
}

// Runs differ: a ratio is taken within each, and the median of the ratios is the result.
func TestRatioIsTheMedianOfTheRuns(t *testing.T) {
	b := &bench{}
	for round, seconds := range [][2]int{{1, 2}, {30, 10}, {4, 10}} {
		b.samples = append(
			b.samples,
			sample{subject: ours, step: cleanPlan, calls: 1000, round: round, usage: usage{wall: time.Duration(seconds[0]) * time.Second}},
			sample{subject: yardstick, step: cleanPlan, calls: 1000, round: round, usage: usage{wall: time.Duration(seconds[1]) * time.Second}},
		)
	}
	if got := b.ratio(yardstick, cleanPlan, 1000); got != 0.5 {
		t.Errorf("got %v, want 0.5", got)
	}
}

func TestTargetSaysWhetherItIsMet(t *testing.T) {
	for _, test := range []struct {
		measured float64
		want     string
	}{{0.71, ": met"}, {0.86, ": MISSED"}, {0, "not measured"}} {
		got := target{what: "x", most: 0.85, measured: test.measured}.String()
		if !strings.HasSuffix(strings.TrimSuffix(got, " in this run"), test.want) {
			t.Errorf("%v: %q does not end in %q", test.measured, got, test.want)
		}
	}
}

func TestBound(t *testing.T) {
	b := &bench{settings: settings{latency: 100 * time.Millisecond}}
	if got := b.bound(step{requests: 2}, 95); got != 2 {
		t.Errorf("95 calls, ten at a time, two requests each: got %v s, want 2 s", got)
	}
}

func TestReplaceResults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(file, []byte("a\n"+resultsBegin+"old\n"+resultsEnd+"b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := replaceResults(file, "new\n"); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if want := "a\n" + resultsBegin + "\nnew\n\n" + resultsEnd + "b\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestMultiplyState(t *testing.T) {
	file := filepath.Join(t.TempDir(), "terraform.tfstate")
	write := func(instances string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(`{"version":4,"resources":[{"type":"x","instances":[`+instances+`]}]}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"index_key":0,"attributes":{"id":"` + callOf(0) + `","value":"1 0","count":10}}`)
	if err := multiplyState(file, 11); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"attributes":{"count":10,"id":"` + callOf(10) + `","value":"1 10"},"index_key":10}]`
	if !strings.Contains(string(got), want) || strings.Count(string(got), "index_key") != 11 {
		t.Errorf("%s\ndoes not have 11 objects that end in\n%s", got, want)
	}
	for _, instances := range []string{"", `{"index_key":0},{"index_key":1}`} {
		write(instances)
		if multiplyState(file, 2) == nil {
			t.Errorf("%q was multiplied", instances)
		}
	}
}
