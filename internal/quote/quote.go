// Package quote escapes and truncates untrusted text, so that it is safe to print to a terminal or a log.
package quote

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// How many bytes of a text are worth redacting before [Line] or [Text] cuts it: more than either shows.
const (
	LineBytes = 4*lineLimit + 100
	TextBytes = textLimit + 100
)

const (
	// lineLimit is how many characters of a line are shown.
	lineLimit = 300
	// textLimit is how many bytes of a text of several lines are shown.
	textLimit = 4000
)

// Line returns s in quotation marks, control characters escaped, cut to 300 characters.
func Line(s string) string {
	if runes := []rune(s); len(runes) > lineLimit {
		return strconv.Quote(string(runes[:lineLimit])) + "…"
	}
	return strconv.Quote(s)
}

// UnlessPlain returns s unchanged if it has only the characters of codes, IDs and content types;
// otherwise it is [Line].
func UnlessPlain(s string) string {
	if !plain.MatchString(s) || len(s) > lineLimit {
		return Line(s)
	}
	return s
}

// Whole is [UnlessPlain] without truncation, for text that is redacted afterwards: a truncated secret would
// not be recognized.
func Whole(s string) string {
	if plain.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// plain matches the characters of codes, IDs and content types.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./+;= -]*$`)

// Text returns a text of several lines with everything unprintable but its line breaks escaped, cut to
// 4000 bytes.
func Text(s string) string { return escape(s, textLimit) }

// WholeText is [Text] without truncation, for text that is redacted afterwards.
func WholeText(s string) string { return escape(s, math.MaxInt) }

func escape(s string, limit int) string {
	var b strings.Builder
	for _, r := range s {
		if b.Len() >= limit {
			b.WriteRune('…')
			break
		}
		if r == '\n' || unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}
