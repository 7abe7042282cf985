package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxDisguised is the length in bytes above which a value is looked for as it is, and by its
// lines, only: certificates with their keys, which nothing puts into a header or a URL.
const maxDisguised = 1 << 10

// disguises returns a value as it is and in the encodings that change all of it: base64 and
// hexadecimal digits.
func disguises(value string) []string {
	all := []string{value}
	if len(value) > maxDisguised {
		return all
	}
	digits := hex.EncodeToString([]byte(value))
	all = append(all, digits, strings.ToUpper(digits))
	for offset := range 3 {
		all = append(all, inBase64(value, offset)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// minBase64 is the length below which the base64 of a secret is too short to recognize.
const minBase64 = 6

// inBase64 returns what a secret looks like in the base64 of a text that it is a part of,
// when offset bytes, modulo 3, come before it: the characters that depend on it only. A
// Basic authorization, which has the user's name before the password, is such a text.
func inBase64(secret string, offset int) []string {
	padded := append(make([]byte, offset), secret...)
	first := (offset*8 + 5) / 6 // the characters before have bits of what comes before
	last := len(padded) * 8 / 6 // those after, of what comes after
	var all []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if last-first >= minBase64 {
			all = append(all, encoding.EncodeToString(padded)[first:last])
		}
		if offset == 0 {
			// On its own, to its end and with the padding that follows.
			all = append(all, encoding.EncodeToString(padded), encoding.WithPadding('=').EncodeToString(padded))
		}
	}
	return all
}

// minLine is the minimum length of a line that is redacted by itself.
const minLine = 16

// longLines are the lines of a secret that has several, such as those of a private key in
// PEM, except its headings.
func longLines(secret string) []string {
	if !strings.Contains(secret, "\n") {
		return nil
	}
	var all []string
	for line := range strings.Lines(secret) {
		if line = strings.TrimSpace(line); len(line) >= minLine && !strings.HasPrefix(line, "-----") {
			all = append(all, line)
		}
	}
	return all
}

// inJSON are the ways in which programs write a text in JSON, or quote it.
func inJSON(text string) []string {
	quoted, ascii := strconv.Quote(text), strconv.QuoteToASCII(text)
	all := []string{quoted[1 : len(quoted)-1], ascii[1 : len(ascii)-1]}
	if encoded, err := json.Marshal(text); err == nil {
		inner := string(encoded[1 : len(encoded)-1])
		all = append(all, inner, strings.ReplaceAll(inner, "/", `\/`), strings.ReplaceAll(all[0], "/", `\/`),
			strings.ReplaceAll(inner, "/", `\u002f`), strings.ReplaceAll(inner, "/", `\u002F`))
	}
	return all
}

// inHTML escapes as most programs do.
var inHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// percent is one escaped byte of a URL, whose digits are written in either case.
var percent = regexp.MustCompile(`%[0-9A-F]{2}`)
