package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// forms returns a secret as it is and as it may appear inside of something else: a URL, a
// form, JSON, a quoted string, base64.
func forms(secret string) []string {
	quoted := strconv.Quote(secret)
	ascii := strconv.QuoteToASCII(secret)
	all := []string{
		secret,
		quoted[1 : len(quoted)-1], ascii[1 : len(ascii)-1],
		hex.EncodeToString([]byte(secret)),
	}
	if text, err := json.Marshal(secret); err == nil {
		all = append(all, string(text[1:len(text)-1]))
	}
	for _, escaped := range []string{
		url.QueryEscape(secret), url.PathEscape(secret), strings.TrimPrefix(url.UserPassword("", secret).String(), ":"),
	} {
		all = append(all, escaped, percent.ReplaceAllStringFunc(escaped, strings.ToLower))
	}
	for offset := range 3 {
		all = append(all, inBase64(secret, offset)...)
	}
	return all
}

// percent is one escaped byte of a URL, whose digits are written in either case.
var percent = regexp.MustCompile(`%[0-9A-F]{2}`)

// minBase64 is the length below which what a secret leaves in base64 could be anything.
const minBase64 = 6

// inBase64 returns what a secret looks like in the base64 of a text that it is a part of,
// when offset bytes, modulo 3, come before it: the characters that depend on it alone. A
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

// minLine is the length from which a line of a secret tells something by itself.
const minLine = 16

// longLines are the lines of a secret that has several, such as those of a private key in
// PEM, but for its headings.
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
