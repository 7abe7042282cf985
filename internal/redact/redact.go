// Package redact removes secrets from text. The provider does not write secrets itself, but services,
// proxies and libraries may repeat those that they received.
//
// Redact text before truncating it, and only for display: decisions must be based on the original.
package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Mark replaces a secret.
const Mark = "[redacted]"

// Token matches access tokens, assertions and most tokens of CI systems: a JWT, which is base64url parts
// separated by dots, of which the first two are JSON objects, or an encrypted JWT, which has five parts.
var Token = regexp.MustCompile(`eyJ[\w-]+\.(?:eyJ[\w-]+(?:\.[\w-]*)?|[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+)`)

// Secrets is a set of texts that must not be shown. It is safe for concurrent use; a nil *Secrets is
// empty.
type Secrets struct {
	mu       sync.RWMutex
	values   []string
	patterns []pattern
	mayBegin [256]bool       // by the first byte
	byBegin  map[begin][]int // the patterns that may begin so
	forms    []string        // longest first, so that no part of a longer one remains
}

// New returns the set of the values, see [Secrets.Add].
func New(values ...string) *Secrets {
	s := &Secrets{}
	s.Add(values...)
	return s
}

// Add adds values, in all the encodings in which they may appear. Values for which [Worthwhile] is false
// are ignored. On a nil set, Add does nothing.
func (s *Secrets) Add(values ...string) { s.add(values, Worthwhile) }

// AddKnown is Add for values that are known to be secrets, such as the passcode of a meeting: those of four bytes or
// more count, even of letters or digits only.
func (s *Secrets) AddKnown(values ...string) {
	s.add(values, func(value string) bool { return len(strings.TrimSpace(value)) >= minLength })
}

func (s *Secrets) add(values []string, counts func(string) bool) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		if !counts(value) || slices.Contains(s.values, value) {
			continue
		}
		s.values = append(s.values, value)
		for _, text := range append(disguises(value), longLines(value)...) {
			s.addPattern(text)
		}
		s.forms = append(s.forms, forms(value)...)
	}
	slices.SortFunc(s.forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	s.forms = slices.Compact(s.forms)
}

func (s *Secrets) addPattern(text string) {
	p := newPattern(text)
	if s.byBegin == nil {
		s.byBegin = map[begin][]int{}
	}
	for _, b := range p.begins() {
		s.byBegin[b] = append(s.byBegin[b], len(s.patterns))
		s.mayBegin[b.first] = true
	}
	s.patterns = append(s.patterns, p)
}

// Forms returns the secrets in their most common encodings, for code that can only search for fixed
// strings. [Secrets.Text] recognizes more.
func (s *Secrets) Forms() []string {
	if s == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.forms)
}

// Text returns text with every secret, and everything that looks like a token, replaced by [Mark]. If a
// secret and a token overlap, one mark replaces both.
func (s *Secrets) Text(text string) string { return s.Start(text, len(text)) }

// Start is [Secrets.Text] for about the first limit bytes of text, for text that is truncated anyway:
// redacting a large text takes time, and its sender must not be able to exhaust it. A secret that begins
// within the limit is redacted to its end.
func (s *Secrets) Start(text string, limit int) string {
	limit = min(limit, len(text))
	for limit < len(text) && limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	spans := tokens(text, limit)
	if s != nil {
		s.mu.RLock()
		spans = append(spans, s.find(text, limit)...)
		s.mu.RUnlock()
	}
	slices.SortFunc(spans, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	var b strings.Builder
	shown := 0 // how far the text is written
	for _, span := range spans {
		if span[0] >= shown {
			b.WriteString(text[shown:span[0]])
			b.WriteString(Mark)
		}
		shown = max(shown, span[1])
	}
	b.WriteString(text[min(shown, limit):limit])
	return b.String()
}

// tokens returns where what looks like a token begins and ends, for all that begin before limit.
func tokens(text string, limit int) (spans [][]int) {
	for from := 0; from < limit; {
		next := strings.Index(text[from:], "eyJ") // or the regular expression makes room for each byte of text
		if next < 0 {
			break
		}
		from += next
		span := Token.FindStringIndex(text[from:min(len(text), limit+maxToken)])
		if span == nil || from+span[0] >= limit {
			break
		}
		spans = append(spans, []int{from + span[0], from + span[1]})
		from += span[1]
	}
	return spans
}

// maxToken is how far past the limit a token may extend: far more than the longest.
const maxToken = 64 << 10

// fieldLimit is how many bytes of each text a log line shows.
const fieldLimit = 4000

// Fields returns the fields of a log line with their texts redacted, and then cut.
func (s *Secrets) Fields(fields map[string]any) map[string]any {
	redacted := make(map[string]any, len(fields))
	for name, value := range fields {
		switch v := value.(type) {
		case string:
			value = s.field(v)
		case error:
			value = s.field(v.Error())
		case []string:
			texts := make([]string, len(v))
			for i, text := range v {
				texts[i] = s.field(text)
			}
			value = texts
		}
		redacted[name] = value
	}
	return redacted
}

func (s *Secrets) field(text string) string {
	shown := s.Start(text, fieldLimit)
	if len(text) > fieldLimit {
		shown += "…"
	}
	return shown
}

// find returns where in text the secrets stand that begin before limit, as pairs of begin and end.
func (s *Secrets) find(text string, limit int) (spans [][]int) {
	for i := range limit {
		if !s.mayBegin[text[i]] {
			continue
		}
		end, slashes := 0, backslashes(text[i:])
		for _, b := range beginsOf(text[i:], slashes) {
			for _, p := range s.byBegin[b] {
				end = max(end, s.patterns[p].match(text[i:], slashes))
			}
		}
		if end > 0 {
			spans = append(spans, []int{i, i + end})
		}
	}
	return spans
}
