package main

import (
	"fmt"
	"regexp"
	"strings"
)

// printQuoted prints text that is not the demo's own.
func printQuoted(text string) {
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		fmt.Printf("%s\n", strings.TrimRight("     "+line, " \n"))
	}
}

// left stands where output was left out.
const left = "…"

// legend is what the CLI says in front of every plan.
var legend = regexp.MustCompile(`(?s)\n(Terraform|OpenTofu) used the selected providers.*?will perform the following actions:\n`)

// outsideNote is what the CLI says below what has changed by itself.
var outsideNote = regexp.MustCompile(`(?s)\nUnless you have made equivalent changes.*?─\n`)

var blankLines = regexp.MustCompile(`\n{3,}`)

// abridged leaves out what is the same in every plan.
func abridged(output string) string {
	output = legend.ReplaceAllString(output, "")
	output = outsideNote.ReplaceAllString(output, "")
	return blankLines.ReplaceAllString(output, "\n\n")
}

// from leaves out what comes before a line that begins with start.
func from(start string) func(string) string {
	return func(output string) string {
		if _, after, found := strings.Cut(output, "\n"+start); found {
			return left + "\n" + start + blankLines.ReplaceAllString(after, "\n\n")
		}
		return abridged(output)
	}
}

// lines keeps the lines with one of the texts.
func lines(texts ...string) func(string) string {
	return func(output string) string {
		var kept []string
		for line := range strings.Lines(output) {
			for _, text := range texts {
				if strings.Contains(line, text) {
					kept = append(kept, strings.TrimRight(line, "\n"))
				}
			}
		}
		if len(kept) == 0 {
			return output
		}
		return strings.Join(kept, "\n")
	}
}
