package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// plotFile is the name of the plot, beside the page.
const plotFile = "plot.svg"

// report prints the results and writes them to the page OUT, with the plot beside it. With CHECK=1 it fails if a target is
// missed.
func (b *bench) report() error {
	text := b.markdown(time.Now())
	fmt.Print(text)
	if b.out != "" {
		if err := replaceResults(b.out, text); err != nil {
			return err
		}
		plot := filepath.Join(filepath.Dir(b.out), plotFile)
		if err := os.WriteFile(plot, []byte(b.plot()), 0o644); err != nil {
			return err
		}
	}
	if b.check {
		for _, t := range b.targets() {
			if !t.met() {
				return errors.New("missed target: " + t.row())
			}
		}
	}
	return nil
}

// markdown returns the results as tables.
func (b *bench) markdown(now time.Time) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, %s %s, %s, %s/%s, %d processors, medians of %d runs",
		now.UTC().Format(time.DateOnly), b.CLI.Product, b.CLI.Version,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.runs)
	if b.latency > 0 {
		fmt.Fprintf(&w, ", %s latency in every response", b.latency)
	}
	w.WriteString(".\n\nSeconds that a user waits:\n\n")
	b.timesTable(&w)
	for _, of := range []string{ours, lab} {
		fmt.Fprintf(&w, "\n%s divided by the others:\n\n", of)
		b.ratiosTable(&w, of)
	}
	for _, n := range append(b.calls[len(b.calls)-1:], b.labs...) {
		fmt.Fprintf(&w, "\nClean plan of %d in detail:\n\n", n)
		b.detailsTable(&w, n)
	}
	w.WriteString("\n| target | at most | measured | |\n| --- | --- | --- | --- |\n")
	for _, t := range b.targets() {
		w.WriteString(t.row() + "\n")
	}
	return w.String()
}

// timesTable writes the wall time of each step, in seconds.
func (b *bench) timesTable(w *strings.Builder) {
	header := []string{"calls", "command"}
	for _, v := range b.variants() {
		header = append(header, v.name)
	}
	if b.latency > 0 {
		header = append(header, "bound", "bound of 50 at a time")
	}
	writeHeader(w, header)
	b.eachStep(func(n int, s step) {
		fmt.Fprintf(w, "| %d | %s |", n, s.name)
		for _, v := range b.variants() {
			writeCell(w, b.seconds(v.name, s.name, n))
		}
		if b.latency > 0 {
			fmt.Fprintf(w, " %.2f | %.2f |", b.bound(variantNamed(ours), s, n), b.bound(variantNamed(lab), s, n))
		}
		w.WriteString("\n")
	})
}

// ratiosTable writes the ratio of a variant to each other one.
func (b *bench) ratiosTable(w *strings.Builder, of string) {
	header := []string{"calls", "command"}
	for _, v := range b.variants() {
		if v.name != of {
			header = append(header, "to "+v.name)
		}
	}
	writeHeader(w, header)
	b.eachStep(func(n int, s step) {
		if len(b.of(of, s.name, n)) == 0 || len(b.of(builtIn, s.name, n)) == 0 {
			return
		}
		fmt.Fprintf(w, "| %d | %s |", n, s.name)
		for _, v := range b.variants() {
			if v.name != of {
				writeCell(w, b.ratio(of, v.name, s.name, n))
			}
		}
		w.WriteString("\n")
	})
}

// detailsTable writes what a clean plan uses.
func (b *bench) detailsTable(w *strings.Builder, n int) {
	writeHeader(w, []string{"", "CPU s of the CLI", "CPU s of the provider", "peak MiB of the provider", "requests", "connections", "tokens"})
	for _, v := range b.variants() {
		samples := b.of(v.name, cleanPlan, n)
		if len(samples) == 0 {
			continue
		}
		fmt.Fprintf(w, "| %s |", v.name)
		for _, column := range []struct {
			format string
			value  func(sample) float64
		}{
			{"%.2f", func(s sample) float64 { return s.cliCPU.Seconds() }},
			{"%.2f", func(s sample) float64 { return s.providerCPU.Seconds() }},
			{"%.0f", func(s sample) float64 { return mib(s.providerMemory) }},
			{"%.0f", func(s sample) float64 { return float64(s.graph) }},
			{"%.0f", func(s sample) float64 { return float64(s.connections) }},
			{"%.0f", func(s sample) float64 { return float64(s.tokens) }},
		} {
			fmt.Fprintf(w, " "+column.format+" |", median(samples, column.value))
		}
		w.WriteString("\n")
	}
}

// eachStep calls row for each number of calls and each step that was measured with it.
func (b *bench) eachStep(row func(n int, s step)) {
	for _, n := range b.sizes() {
		for _, s := range steps {
			if b.measured(s, n) {
				row(n, s)
			}
		}
	}
}

// writeCell writes what was measured, or nothing.
func writeCell(w *strings.Builder, value float64) {
	if value == 0 {
		w.WriteString(" |")
		return
	}
	fmt.Fprintf(w, " %.2f |", value)
}

func writeHeader(w *strings.Builder, columns []string) {
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)))
}

const (
	resultsBegin = "<!-- results: make bench OUT=... writes what is between these lines -->\n"
	resultsEnd   = "<!-- end of results -->\n"
)

// replaceResults replaces the text between the two marks of a file.
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
