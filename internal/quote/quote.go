// Package quote shows text from outside, in which anything may stand, so that it does nothing to a
// terminal or a log but stand there.
package quote

import (
	"math"
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

// UnlessPlain returns s as it is if it holds nothing but what codes, IDs and content types are made
// of, else as [Line] does.
func UnlessPlain(s string) string {
	if !isPlain(s) || len(s) > lineLimit {
		return Line(s)
	}
	return s
}

// Whole is [UnlessPlain] without the cut, for a text that is redacted after that: a secret that is cut
// in two is no longer known as one.
func Whole(s string) string {
	if isPlain(s) {
		return s
	}
	return strconv.Quote(s)
}

func isPlain(s string) bool {
	for _, r := range s {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./+;= ", r)
		if !plain {
			return false
		}
	}
	return true
}

// Text returns a text of several lines with everything unprintable but its line breaks escaped, cut to
// 4000 bytes.
func Text(s string) string { return escape(s, textLimit) }

// WholeText is [Text] without the cut, for a text that is redacted after that.
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
