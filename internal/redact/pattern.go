package redact

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// pattern matches a text in every encoding of JSON, HTML and URLs, even if only some of its characters are
// escaped, and if the encodings are nested.
type pattern [][]form // of each character

// form is one way in which a character is written.
type form struct {
	text string
	// escape makes the letters of text match in either case.
	escape bool
	// slashes allows one backslash or more before text. JSON inside of JSON doubles them.
	slashes bool
}

func newPattern(text string) pattern {
	p := make(pattern, 0, len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r < utf8.RuneSelf {
			p = append(p, asciiForms()[r])
		} else {
			p = append(p, formsOf(r, text[i:i+size]))
		}
		i += size
	}
	return p
}

// asciiForms are the forms of the characters of ASCII, of which nearly all secrets are made.
var asciiForms = sync.OnceValue(func() [][]form {
	all := make([][]form, utf8.RuneSelf)
	for r := range all {
		all[r] = formsOf(rune(r), string(rune(r)))
	}
	return all
})

// formsOf are the forms of a character, which is raw in the text.
func formsOf(r rune, raw string) []form {
	percent := percentEncoded(raw)
	all := []form{
		{text: raw},
		{text: percent, escape: true},
		{text: strings.ReplaceAll(percent, "%", "%25"), escape: true}, // a URL in a URL
	}
	if r == ' ' {
		all = append(all, form{text: "+"})
	}
	if r == utf8.RuneError {
		return all // no text, and so in no JSON or HTML
	}
	if short, ok := shortEscapes[r]; ok {
		all = append(all, form{text: short, slashes: true})
	}
	var units strings.Builder
	for _, unit := range utf16.AppendRune(nil, r) {
		fmt.Fprintf(&units, `\u%04x`, unit)
	}
	all = append(all, form{text: units.String()[1:], escape: true, slashes: true},
		form{text: fmt.Sprintf("U%08x", r), escape: true, slashes: true}) // as Go quotes
	if r < utf8.RuneSelf {
		all = append(all, form{text: fmt.Sprintf("x%02x", r), escape: true, slashes: true})
	}
	for _, entity := range entitiesOf(r) {
		for _, and := range []string{"&", "&amp;", `\u0026`, "%26"} { // HTML in HTML, in JSON, in a URL
			all = append(all, form{text: and + entity, escape: true})
		}
	}
	return all
}

func percentEncoded(raw string) string {
	var b strings.Builder
	for i := range len(raw) {
		fmt.Fprintf(&b, "%%%02X", raw[i])
	}
	return b.String()
}

// shortEscapes are the letters that JSON and Go write after a backslash.
var shortEscapes = map[rune]string{
	'"': `"`, '\\': `\`, '/': "/", '\'': "'", '\b': "b", '\f': "f", '\n': "n", '\r': "r", '\t': "t", '\a': "a", '\v': "v",
}

// entitiesOf are the references of HTML to a character, without the ampersand.
func entitiesOf(r rune) []string {
	all := []string{fmt.Sprintf("#%d;", r), fmt.Sprintf("#%03d;", r), fmt.Sprintf("#x%x;", r), fmt.Sprintf("#x%02x;", r)}
	if name, ok := entityNames[r]; ok {
		all = append(all, name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// entityNames are those of the characters that have to be, or often are, escaped.
var entityNames = map[rune]string{
	'&': "amp;", '<': "lt;", '>': "gt;", '"': "quot;", '\'': "apos;", '/': "sol;", '+': "plus;", '=': "equals;", '\\': "bsol;", '`': "grave;",
}

// begin is how a match may begin: its first byte, and the second in small letters, where that is known; of
// what begins with backslashes, the one after these.
type begin struct {
	first, second byte
	known         bool
}

// begins are the ways in which a match may begin.
func (p pattern) begins() []begin {
	var all []begin
	for _, f := range p[0] {
		b := begin{first: f.text[0]}
		switch {
		case f.slashes && f.text[0] == '\\':
			b = begin{first: '\\'}
		case f.slashes:
			b = begin{'\\', lower(f.text[0]), true}
		case f.escape:
			b = begin{f.text[0], lower(f.text[1]), true}
		}
		if !slices.Contains(all, b) {
			all = append(all, b)
		}
	}
	return all
}

// beginsOf are the ways in which text, which begins with that many backslashes, begins.
func beginsOf(text string, slashes int) [2]begin {
	plain := begin{first: text[0]}
	if at := max(slashes, 1); at < len(text) {
		return [2]begin{plain, {text[0], lower(text[at]), true}}
	}
	return [2]begin{plain, plain}
}

// match returns how many bytes at the beginning of text, which begins with that many backslashes, are
// the pattern: as many as can be, and 0 for none.
func (p pattern) match(text string, slashes int) int {
	// A character may be written in two ways of which one begins the other. So several ends are
	// followed at a time; hostile texts make them no more than a few.
	ends, next := make([]int, 0, 8), make([]int, 0, 8)
	ends = append(ends, 0)
	for i, forms := range p {
		next = next[:0]
		for _, end := range ends {
			if i > 0 {
				slashes = backslashes(text[end:])
			}
			for _, f := range forms {
				for _, n := range f.lengths(text[end:], slashes) {
					if !slices.Contains(next, end+n) {
						next = append(next, end+n)
					}
				}
			}
		}
		if len(next) == 0 {
			return 0
		}
		ends, next = next, ends
	}
	return slices.Max(ends)
}

// maxSlashes bounds how many backslashes can represent one: JSON inside of JSON, three times over.
const maxSlashes = 15

// backslashes counts those at the beginning of text, up to maxSlashes.
func backslashes(text string) int {
	n := 0
	for n < len(text) && n < maxSlashes && text[n] == '\\' {
		n++
	}
	return n
}

// lengths are the numbers of bytes at the beginning of text, which begins with that many backslashes,
// that are the form.
func (f form) lengths(text string, run int) []int {
	if !f.slashes {
		if f.begins(text) {
			return []int{len(f.text)}
		}
		return nil
	}
	if run == 0 {
		return nil
	}
	if f.text[0] != '\\' { // what is escaped comes after all of them
		if f.begins(text[run:]) {
			return []int{run + len(f.text)}
		}
		return nil
	}
	var all []int
	for n := 2; n <= run; n++ {
		all = append(all, n)
	}
	return all
}

func (f form) begins(text string) bool {
	if !f.escape {
		return strings.HasPrefix(text, f.text)
	}
	if len(text) < len(f.text) {
		return false
	}
	for i := range len(f.text) { // from the front: most differ there
		if lower(text[i]) != lower(f.text[i]) {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// forms are those in which a value most often appears as a whole, as fixed strings.
func forms(value string) []string {
	all := append(disguises(value), longLines(value)...)
	for _, text := range slices.Clone(all) {
		all = append(all, inJSON(text)...)
		query := url.QueryEscape(text)
		for _, escaped := range []string{query, strings.ReplaceAll(query, "+", "%20"), url.PathEscape(text),
			strings.TrimPrefix(url.UserPassword("", text).String(), ":")} {
			all = append(all, escaped, percent.ReplaceAllStringFunc(escaped, strings.ToLower))
		}
		all = append(all, inHTML.Replace(text), strings.ReplaceAll(inHTML.Replace(text), "&#39;", "&apos;"))
	}
	return all
}
