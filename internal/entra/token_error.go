package entra

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// TokenError is why no credential obtained a token: what went wrong with each that is configured.
// Its text contains no secret, and of a response only the reason.
type TokenError struct {
	// Failures are those of the credentials that were tried, in their order.
	Failures []Failure
	// NotTried are the names of the credentials that time ran out for.
	NotTried []string

	ended error // the context's own, if that is over
}

// Failure is a credential that did not obtain a token.
type Failure struct {
	// Method is its name, such as "client secret".
	Method string
	// Text says what went wrong, and what to do.
	Text string
	// Advised is whether Text says what to do.
	Advised bool
	// Cause is why it obtained no token.
	Cause Cause
	// Err is the credential's own error. Its text may hold a whole response.
	Err error

	last exchange
}

// Advised reports whether each failure says what to do about it.
func (e *TokenError) Advised() bool {
	return len(e.Failures) > 0 && !slices.ContainsFunc(e.Failures, func(f Failure) bool { return !f.Advised })
}

// Cause is the cause that the failures share, or [CauseRefused] where they have several.
func (e *TokenError) Cause() Cause {
	for _, f := range e.Failures {
		if f.Cause != e.Failures[0].Cause {
			return CauseRefused
		}
	}
	if len(e.Failures) == 0 {
		return CauseUnreachable // there was no time for any
	}
	return e.Failures[0].Cause
}

// Error names every credential that was tried and says what went wrong with it.
func (e *TokenError) Error() string {
	if len(e.Failures) == 1 && len(e.NotTried) == 0 {
		return fmt.Sprintf("the %s credential did not obtain a token: %s", e.Failures[0].Method, e.Failures[0].Text)
	}
	var b strings.Builder
	b.WriteString("none of the configured credentials obtained a token:")
	for _, f := range e.Failures {
		fmt.Fprintf(&b, "\n  - %s: %s", f.Method, f.Text)
	}
	for _, method := range e.NotTried {
		fmt.Fprintf(&b, "\n  - %s: not tried, since there was no time left", method)
	}
	return b.String()
}

// EachRequest calls f with the end of the last request of each credential that sent one: the response, nil if none came,
// and why none came or its body broke off.
func (e *TokenError) EachRequest(f func(*http.Response, error)) {
	for _, failure := range e.Failures {
		if x := failure.last; x.request != nil {
			f(x.response, x.err)
		}
	}
}

// Unwrap returns the credentials' own errors and that of the context.
func (e *TokenError) Unwrap() []error {
	var all []error
	for _, f := range e.Failures {
		all = append(all, f.Err)
	}
	if e.ended != nil {
		all = append(all, e.ended)
	}
	return all
}
