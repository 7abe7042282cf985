package main

import (
	"encoding/xml"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/cmd/harness"
	"terraform-provider-msgraph/internal/graphsim"
)

// The smallest real runs. Each fails by itself if the CLI or the provider does not do what is to be measured.
func TestRun_reports(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"no latency": {map[string]string{"CALLS": "1,2", "LAB": "1000", "APPLIED": "1"}, []string{
			"| calls | command | terraform_data | baseline object | msgraph's twin | msgraph_call_keepalive | msgraph_call_keepalives |",
			"| 1 | due apply | ", "| 2 | clean plan | ", "| 1000 | due apply | | | | | ",
			"| size of the stripped executable | 24 MiB | ", "| tokens of a command | 2 | 2 | met |",
			"Retry-After / shortest wait | 1 | ", "| one object: tokens of a command | 2 | 2 | met |",
		}},
		"latency": {map[string]string{"CALLS": "1", "LATENCY": "1ms"}, []string{
			"1ms latency", "| msgraph_call_keepalive, no latency | bound | bound of 50 at a time |", "due apply of 1000 in one object", "what the latency adds",
		}},
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
			for _, want := range test.want {
				if !strings.Contains(string(text), want) {
					t.Errorf("no %q in the results:\n%s", want, text)
				}
			}
		})
	}
}

func TestRun_rejectsInvalidSettings(t *testing.T) {
	for name, value := range map[string]string{"CALLS": "none", "TF_ACC_TERRAFORM_PATH": filepath.Join(t.TempDir(), "missing")} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if err := run(t.Context()); err == nil || !strings.Contains(err.Error(), strings.Trim(strconv.Quote(value), `"`)) {
				t.Errorf("got %v, want an error about %s", err, name)
			}
		})
	}
}

func TestMeasure_failedCommand(t *testing.T) {
	w, err := harness.NewWorkspace(t.Context(), "bench-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	b := &bench{Workspace: w}
	if _, err := b.measure(t.Context(), b.Dir, 1, "1", "validate", "-nonsense"); err == nil || !strings.Contains(err.Error(), "not defined: -nonsense") {
		t.Errorf("got %v, want the output of the command", err)
	}
}

func TestCostPerCall_perCall(t *testing.T) {
	b := &bench{}
	if got := b.costPerCall(ours, cleanPlan, 5000, 100); got != 0 {
		t.Errorf("got %v without measurements, want 0", got)
	}
	for calls, wall := range map[int]time.Duration{100: 2 * time.Second, 5000: 50 * time.Second} {
		b.samples = append(b.samples, sample{variant: ours, step: cleanPlan, calls: calls, usage: usage{wall: wall}})
	}
	if got := b.costPerCall(ours, cleanPlan, 5000, 100); got != 0.5 {
		t.Errorf("20 ms each with 100, 10 ms each with 5000: got %v, want 0.5", got)
	}
}

// With CHECK=1 a missed target is an error; one that was not measured is not.
func TestReport_checks(t *testing.T) {
	b := &bench{settings: settings{check: true, calls: []int{1}}, Workspace: &harness.Workspace{}, size: 1}
	if err := b.report(); err != nil {
		t.Errorf("no target is missed, and the error is %v", err)
	}
	b.size = 25 << 20
	if err := b.report(); err == nil || !strings.Contains(err.Error(), "size of the stripped executable") {
		t.Errorf("got %v, want that the executable is too large", err)
	}
	b.out = filepath.Join(t.TempDir(), "missing.md")
	if err := b.report(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want an error about the missing page", err)
	}
}

func TestReadSettings_validates(t *testing.T) {
	for _, test := range []struct {
		name, value string
		ok          bool
	}{
		{"CALLS", "", true},
		{"CALLS", "1, 5000", true},
		{"CALLS", "0", false},
		{"CALLS", "all", false},
		{"LAB", "20000", true},
		{"LAB", "many", false},
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

func TestRatio_isMedianWithinRuns(t *testing.T) {
	b := &bench{}
	for round, seconds := range [][2]int{{1, 2}, {30, 10}, {4, 10}} {
		b.samples = append(
			b.samples,
			sample{variant: ours, step: cleanPlan, calls: 1000, round: round, usage: usage{wall: time.Duration(seconds[0]) * time.Second}},
			sample{variant: object, step: cleanPlan, calls: 1000, round: round, usage: usage{wall: time.Duration(seconds[1]) * time.Second}},
		)
	}
	if got := b.ratio(ours, object, cleanPlan, 1000); got != 0.5 {
		t.Errorf("got %v, want 0.5", got)
	}
}

func TestTarget_row(t *testing.T) {
	for measured, want := range map[float64]string{
		0.71: "| x | 0.85 s | 0.71 s | met |", 0.86: "| x | 0.85 s | 0.86 s | **missed** |", 0: "| x | 0.85 s | not in this run |  |",
	} {
		if got := (target{what: "x", limit: 0.85, measured: measured, unit: " s"}).row(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The longest bar fills the plot, and the others are in proportion.
func TestPlot_isToScale(t *testing.T) {
	b := &bench{settings: settings{calls: []int{1, 1000, 5000}}}
	for variant, wall := range map[string]time.Duration{builtIn: 10 * time.Second, ours: 4 * time.Second, twin: 20 * time.Second} {
		b.samples = append(b.samples, sample{variant: variant, step: cleanPlan, calls: 1000, usage: usage{wall: wall}})
	}
	plot := b.plot()
	for _, want := range []string{"Seconds for 1000 calls", "clean plan", `width="470.0"`, "10.0 s", `width="188.0"`, "4.0 s", "terraform_data"} {
		if !strings.Contains(plot, want) {
			t.Errorf("no %s in\n%s", want, plot)
		}
	}
	for absent, why := range map[string]string{"first apply": "was not measured", "twin": "is for maintainers"} {
		if strings.Contains(plot, absent) {
			t.Errorf("the plot has %q, which %s", absent, why)
		}
	}
	if err := xml.Unmarshal([]byte(plot), new(struct{})); err != nil {
		t.Error(err)
	}
}

func TestBound_ofParallelism(t *testing.T) {
	b := &bench{settings: settings{latency: 100 * time.Millisecond}}
	for variant, want := range map[string]float64{ours: 2, lab: 0.4} {
		if got := b.bound(variantNamed(variant), stepNamed(dueApply), 95); got != want {
			t.Errorf("%s: 95 calls, two requests each: got %v s, want %v s", variant, got, want)
		}
	}
}

func TestSoonestRetry_ofTheSameCall(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	requests := []graphsim.Request{
		{Path: "/a", At: at(0), Status: 429},
		{Path: "/b/keepAlive", At: at(100), Status: 429},
		{Path: "/c", At: at(200), Status: 200},
		{Path: "/a", At: at(1500), Status: 200},
		{Path: "/b/keepAlive", At: at(1300), Status: 204},
		{Path: "/a", At: at(1600), Status: 200},
	}
	if got := soonestRetry(requests); got != 1200*time.Millisecond {
		t.Errorf("got %s, want 1.2s", got)
	}
	if got := soonestRetry(requests[2:]); got != 0 {
		t.Errorf("got %s without a throttled request", got)
	}
}

func TestReplaceResults_betweenMarks(t *testing.T) {
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
		t.Error("a page without marks was replaced")
	}
}

func TestMultiplyState_ofOneObject(t *testing.T) {
	file := filepath.Join(t.TempDir(), "terraform.tfstate")
	write := func(instances string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(`{"version":4,"resources":[{"type":"x","instances":[`+instances+`]}]}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"index_key":0,"attributes":{"id":"` + callID(0) + `","value":"1 0","count":10}}`)
	if err := multiplyState(file, 11); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"attributes":{"count":10,"id":"` + callID(10) + `","value":"1 10"},"index_key":10}]`
	if !strings.Contains(string(got), want) || strings.Count(string(got), "index_key") != 11 {
		t.Errorf("%s\ndoes not have 11 objects with\n%s at the end", got, want)
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
