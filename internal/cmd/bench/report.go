package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// report prints the results, puts them into the file OUT, and with CHECK=1 fails when a
// target is missed.
func (b *bench) report() error {
	text := b.markdown()
	fmt.Print(text)
	if b.out != "" {
		if err := replaceResults(b.out, text); err != nil {
			return err
		}
	}
	if b.check {
		for _, t := range b.targets() {
			if !t.met() {
				return errors.New("a target is missed: " + t.String())
			}
		}
	}
	return nil
}

// markdown is what was measured, as tables.
func (b *bench) markdown() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, %s %s, %s, %s/%s, %d processors, medians of %d runs",
		time.Now().UTC().Format(time.DateOnly), b.cli.Product, b.cli.Version,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.runs)
	if b.latency > 0 {
		fmt.Fprintf(&w, ", every answer %s late", b.latency)
	}
	w.WriteString(".\n\n")
	for _, n := range b.calls {
		b.table(&w, n)
	}
	for _, t := range b.targets() {
		fmt.Fprintf(&w, "- %s\n", t)
	}
	return w.String()
}

// table writes the results for one number of calls. CPU is in seconds, memory the peak in MiB.
func (b *bench) table(w *strings.Builder, n int) {
	fmt.Fprintf(w, "| %d calls | | wall s | CLI CPU s | provider CPU s | CLI MiB | provider MiB |"+
		" wall to `terraform_data` | to empty | to twin | requests | connections | tokens |", n)
	if b.latency > 0 {
		w.WriteString(" bound s |")
	}
	w.WriteString("\n|" + strings.Repeat(" --- |", 13))
	if b.latency > 0 {
		w.WriteString(" --- |")
	}
	w.WriteString("\n")
	for _, step := range steps {
		for _, s := range b.subjects() {
			samples := b.of(s.name, step.name, n)
			if len(samples) == 0 {
				continue
			}
			column := func(format string, value func(sample) float64) {
				fmt.Fprintf(w, " "+format+" |", median(samples, value))
			}
			fmt.Fprintf(w, "| %s | %s |", step.name, s.name)
			column("%.2f", func(s sample) float64 { return s.wall.Seconds() })
			column("%.2f", func(s sample) float64 { return s.cliCPU.Seconds() })
			column("%.2f", func(s sample) float64 { return s.pluginCPU.Seconds() })
			column("%.0f", func(s sample) float64 { return mib(s.cliRSS) })
			column("%.0f", func(s sample) float64 { return mib(s.pluginRSS) })
			for _, to := range []string{builtIn, yardstick, twin} {
				fmt.Fprintf(w, " %.2f |", b.over(s.name, to, step.name, n))
			}
			column("%.0f", func(s sample) float64 { return float64(s.graph) })
			column("%.0f", func(s sample) float64 { return float64(s.connections) })
			column("%.0f", func(s sample) float64 { return float64(s.tokens) })
			if b.latency > 0 {
				fmt.Fprintf(w, " %.2f |", b.bound(step, n))
			}
			w.WriteString("\n")
		}
	}
	w.WriteString("\n")
}

const (
	resultsBegin = "<!-- results: make bench OUT=... writes what is between these lines -->\n"
	resultsEnd   = "<!-- end of results -->\n"
)

// replaceResults puts text between the two marks of a file.
func replaceResults(file, text string) error {
	old, err := os.ReadFile(file) //nolint:gosec // the caller's own choice of file
	if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(old), resultsBegin)
	_, after, ended := strings.Cut(rest, resultsEnd)
	if !begun || !ended {
		return fmt.Errorf("%s has no place for results, between %q and %q", file, resultsBegin, resultsEnd)
	}
	return os.WriteFile(file, []byte(before+resultsBegin+"\n"+text+"\n"+resultsEnd+after), 0o644) //nolint:gosec // a page of the repository
}
