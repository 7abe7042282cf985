// Package redact takes secrets out of texts. No text of the provider is meant to hold any;
// but some come from outside, and a service, a proxy or a library may repeat what it was
// given.
package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Mark stands where a secret stood.
const Mark = "[redacted]"

// minLength is the length in bytes below which a value is no secret worth the name: taking
// it out would tear up ordinary words and numbers, and tell what it is by that.
const minLength = 4

// Token is what access tokens, assertions and most tokens of CI systems look like: parts in
// base64 with dots between them, the first two of them JSON objects.
var Token = regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+(?:\.[\w-]*)?`)

// Secrets are texts that must not be shown. It may be used concurrently, and a nil one
// knows no secrets.
type Secrets struct {
	mu       sync.RWMutex
	forms    []string // longest first, so that none leaves a rest of another
	replacer *strings.Replacer
}

// New returns the set of the values, see [Secrets.Add].
func New(values ...string) *Secrets {
	s := &Secrets{}
	s.Add(values...)
	return s
}

// Add takes in further values, with all the forms in which they travel. Values of less than
// four bytes are left out. A nil set stays as it is.
func (s *Secrets) Add(values ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		if len(value) >= minLength && !slices.Contains(s.forms, value) {
			s.forms = append(s.forms, forms(value)...)
			s.forms = append(s.forms, longLines(value)...)
		}
	}
	slices.SortFunc(s.forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	s.forms = slices.Compact(s.forms)
	pairs := make([]string, 0, 2*len(s.forms))
	for _, form := range s.forms {
		pairs = append(pairs, form, Mark)
	}
	s.replacer = strings.NewReplacer(pairs...)
}

// Forms returns the secrets in all the forms in which they may appear.
func (s *Secrets) Forms() []string {
	if s == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.forms)
}

// Text returns text with a [Mark] in the place of every secret and of all that looks like a
// token.
func (s *Secrets) Text(text string) string {
	if s != nil {
		s.mu.RLock()
		defer s.mu.RUnlock()
		text = s.replacer.Replace(text)
	}
	return Token.ReplaceAllString(text, Mark)
}
