package main

import (
	"fmt"
	"regexp"
	"strings"
)

// printQuoted prints output and files, indented.
func printQuoted(text string) {
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		fmt.Printf("%s\n", strings.TrimRight("     "+line, " \n"))
	}
}

// omission marks omitted output.
const omission = "…"

// legend matches the introduction of every plan.
var legend = regexp.MustCompile(`(?s)\n(Terraform|OpenTofu) used the selected providers.*?will perform the following actions:\n`)

// outsideNote matches the note below changes outside of Terraform.
var outsideNote = regexp.MustCompile(`(?s)\nUnless you have made equivalent changes.*?─\n`)

var blankLines = regexp.MustCompile(`\n{3,}`)

// abridged omits what is the same in every plan.
func abridged(output string) string {
	output = legend.ReplaceAllString(output, "")
	output = outsideNote.ReplaceAllString(output, "")
	return blankLines.ReplaceAllString(output, "\n\n")
}

// from omits everything before the line that begins with start.
func from(start string) func(string) string {
	return func(output string) string {
		if _, after, found := strings.Cut(output, "\n"+start); found {
			return omission + "\n" + start + blankLines.ReplaceAllString(after, "\n\n")
		}
		return abridged(output)
	}
}

// lines keeps only the lines that contain one of the texts.
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
