package entra

import (
	"fmt"
	"strings"
)

// TokenError is why no token could be had: what went wrong with each of the configured ways
// to sign in. Its text holds no secret, and of an answer only what says why.
type TokenError struct {
	// Failures are the ways that were tried, in their order.
	Failures []Failure
	// NotTried are the names of the ways that time ran out for.
	NotTried []string

	ended error // the context's own, if that is over
}

// Failure is one way to sign in that failed.
type Failure struct {
	// Method is its name, such as "client secret".
	Method string
	// Text says what went wrong.
	Text string
	// Err is the credential's own error. Its text may hold a whole answer.
	Err error
}

// Error names every way that was tried and says what went wrong with it.
func (e *TokenError) Error() string {
	if len(e.Failures) == 1 && len(e.NotTried) == 0 {
		return fmt.Sprintf("the %s got no token: %s", e.Failures[0].Method, e.Failures[0].Text)
	}
	var b strings.Builder
	b.WriteString("none of the configured credentials got a token:")
	for _, f := range e.Failures {
		fmt.Fprintf(&b, "\n  - %s: %s", f.Method, f.Text)
	}
	for _, method := range e.NotTried {
		fmt.Fprintf(&b, "\n  - %s: not tried, since the time was up", method)
	}
	return b.String()
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
