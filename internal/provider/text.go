package provider

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// whichObject ends the description of an object with the page that tells the objects apart.
const whichObject = " [Which one do I use?](../guides/which-object.md)"

// capitalize makes an error's text a capitalize of a diagnostic.
func capitalize(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// attributeTitle writes the last step of a path as a title: "call_id" becomes "Call ID".
func attributeTitle(p path.Path) string {
	steps := p.Steps()
	last, _ := steps.LastStep()
	words := strings.Split(strings.Trim(last.String(), `."[]`), "_")
	for i, word := range words {
		switch word {
		case "":
		case "id":
			words[i] = "ID"
		default:
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, " ")
}

// formatDuration writes a duration without its zero units: "45m" where String has "45m0s".
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// knownString returns the string in v, and false when v is null or unknown.
func knownString(v attr.Value) (string, bool) {
	s, ok := v.(types.String)
	if !ok || s.IsNull() || s.IsUnknown() {
		return "", false
	}
	return s.ValueString(), true
}
