package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/cmd/rig"
	"terraform-provider-msgraph/internal/terraformcli"
)

func TestMain(m *testing.M) { os.Exit(terraformcli.Main(m)) }

// The benchmark as it is run, with as little as there is to measure. Each step of it fails by
// itself where the CLI or the provider does not do what is to be measured.
func TestBench(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		says []string
	}{
		"one call": {map[string]string{"CALLS": "1"}, []string{
			"| first apply | terraform_data |", "| due apply | msgraph |", "| destroy | msgraph's twin |",
			"size of the stripped executable: at most 24 MiB, measured", "tokens, in any command: at most 2, measured",
		}},
		"behind a latency": {map[string]string{"CALLS": "1", "LATENCY": "1ms"}, []string{
			"every answer 1ms late", "| clean plan | msgraph, without the latency |", "what the latency adds",
		}},
		"of which one is applied": {map[string]string{"CALLS": "2", "APPLIED": "1"}, []string{"| clean plan | msgraph |"}},
	} {
		t.Run(name, func(t *testing.T) {
			page := filepath.Join(t.TempDir(), "page.md")
			if err := os.WriteFile(page, []byte(resultsBegin+resultsEnd), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv("RUNS", "1")
			t.Setenv("OUT", page)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			if err := run(t.Context()); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range test.says {
				if !strings.Contains(string(text), want) {
					t.Errorf("the results do not say %q:\n%s", want, text)
				}
			}
		})
	}
}

func TestBench_refusesWhatItCannotMeasure(t *testing.T) {
	for name, value := range map[string]string{"CALLS": "none", "TF_ACC_TERRAFORM_PATH": filepath.Join(t.TempDir(), "missing")} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if err := run(t.Context()); err == nil || !strings.Contains(err.Error(), value) {
				t.Errorf("got %v, want what is wrong with %s", err, name)
			}
		})
	}
}

// A command that fails measures nothing, and its output says why.
func TestMeasure_fails(t *testing.T) {
	b := &bench{cli: terraformcli.CLI{Path: "go"}, standIn: &standIn{StandIn: &rig.StandIn{}}, dir: t.TempDir()}
	if _, err := b.measure(t.Context(), b.dir, 1, "1", "nonsense"); err == nil || !strings.Contains(err.Error(), "go nonsense: unknown command") {
		t.Errorf("got %v, want what the command said", err)
	}
}

func TestPerCall(t *testing.T) {
	b := &bench{}
	if got := b.perCall(); got != 0 {
		t.Errorf("got %v where nothing was measured, want 0", got)
	}
	for calls, wall := range map[int]time.Duration{100: 2 * time.Second, 5000: 50 * time.Second} {
		b.samples = append(b.samples, sample{subject: ours, step: cleanPlan, calls: calls, usage: usage{wall: wall}})
	}
	if got := b.perCall(); got != 0.5 {
		t.Errorf("20 ms for one of 100, 10 ms for one of 5000: got %v, want 0.5", got)
	}
}

// With CHECK=1 a target that is missed is an error, and one that was not measured is none.
func TestReport_checks(t *testing.T) {
	b := &bench{settings: settings{check: true, calls: []int{1}}, size: 1}
	if err := b.report(); err != nil {
		t.Errorf("nothing is missed, and it says %v", err)
	}
	b.size = 25 << 20
	if err := b.report(); err == nil || !strings.Contains(err.Error(), "size of the stripped executable") {
		t.Errorf("got %v, want that the executable is too large", err)
	}
	b.out = filepath.Join(t.TempDir(), "missing.md")
	if err := b.report(); !os.IsNotExist(err) {
		t.Errorf("got %v, want that the page is missing", err)
	}
}

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
		{"APPLIED", "0", false},
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
	if err := os.WriteFile(file, []byte("a page"), 0o600); err != nil {
		t.Fatal(err)
	}
	if replaceResults(file, "new\n") == nil {
		t.Error("a page without a place for results was replaced")
	}
}

func TestStartStandIn_missing(t *testing.T) {
	if _, err := startStandIn(filepath.Join(t.TempDir(), "missing"), ""); err == nil {
		t.Error("a program that is not there was started")
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
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + ".missing"} {
		if multiplyState(name, 2) == nil {
			t.Errorf("%s was multiplied", name)
		}
	}
}
