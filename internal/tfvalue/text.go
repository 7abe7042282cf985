// Package tfvalue has the helpers for framework values that the provider block and the objects of the
// provider share: validators, durations, headers, and the wording of their errors.
package tfvalue

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Capitalize makes a sentence of an error's text. The name of an argument at its start stays as it is.
func Capitalize(err error) string {
	text := err.Error()
	if word, _, _ := strings.Cut(text, " "); !strings.ContainsAny(word, "_:") {
		first, size := utf8.DecodeRuneInString(text)
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// initialisms are the words of attributes' names that a title does not write as words.
var initialisms = map[string]string{
	"ado": "ADO", "api": "API", "ca": "CA", "id": "ID", "ids": "IDs", "msi": "MSI", "oidc": "OIDC", "uri": "URI", "url": "URL",
}

// attributeTitle writes the last step of a path as a title: "call_id" becomes "Call ID".
func attributeTitle(p path.Path) string {
	steps := p.Steps()
	last, _ := steps.LastStep()
	words := strings.Split(strings.Trim(last.String(), `."[]`), "_")
	for i, word := range words {
		if initialism, ok := initialisms[word]; ok {
			words[i] = initialism
		} else if word != "" {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, " ")
}
