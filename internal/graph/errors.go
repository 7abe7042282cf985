package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/redact"
)

// Error is why an operation on a call failed. It is the only type of error that the
// methods of [Client] return.
type Error struct {
	// Operation is what was tried.
	Operation Operation
	// CallID is the call it was tried on.
	CallID string
	// Method and URL are those of the request.
	Method, URL string
	// Attempts is how many requests were sent to Graph, and Elapsed how long that took.
	Attempts int
	Elapsed  time.Duration
	// Last is the last answer that came, nil when none did.
	Last *Response
	// GaveUp says why a failure that may pass was not tried again; empty for a failure
	// that is final by its nature.
	GaveUp string
	// Delegated reports whether the token that was sent is a user's.
	Delegated bool
	// Err is the failure when it is not the answer's status: a broken connection, a
	// credential without a token, a deadline, an unreadable body. What comes from outside
	// in its text is escaped; there may be several lines.
	Err error
}

// Operation is one of the things that can be done to a call.
type Operation string

// The operations.
const (
	OperationKeepAlive Operation = "keepAlive"
	OperationGet       Operation = "get"
	OperationHangUp    Operation = "hang up"
)

// Kind sorts failures by what a person can do about them.
type Kind int

// The kinds of failure.
const (
	// KindNetwork: no usable answer came.
	KindNetwork Kind = iota
	// KindNotFound: Graph does not know the call; it has ended, or is not known yet.
	KindNotFound
	// KindNotGraph: something other than Graph answered, such as a proxy's web page; or with
	// more than Graph ever says.
	KindNotGraph
	// KindUnauthorized: Graph did not accept the token (401).
	KindUnauthorized
	// KindForbidden: the token is good but may not touch this call (403).
	KindForbidden
	// KindThrottled: too many requests (429).
	KindThrottled
	// KindUnavailable: Graph failed and may recover (408 and 5xx).
	KindUnavailable
	// KindRefused: Graph refused the request itself (any other 4xx).
	KindRefused
	// KindCredential: no token could be had, so nothing was sent.
	KindCredential
	// KindProxy: the proxy cannot be reached, or does not let the request by.
	KindProxy
	// KindCanceled: the run was interrupted.
	KindCanceled
	// KindStep: a pipeline step failed, or ended the operation.
	KindStep
	// KindInvalidID: no call can have this id ([CheckCallID]), so nothing was sent.
	KindInvalidID
)

// Kind tells what sort of failure e is.
func (e *Error) Kind() Kind {
	var credential *credentialError
	var id callIDError
	var proxy *ProxyError
	var step *StepError
	var large tooLargeError
	switch {
	case errors.Is(e.Err, context.Canceled):
		return KindCanceled
	case errors.As(e.Err, &step):
		return KindStep
	case errors.As(e.Err, &proxy):
		return KindProxy
	case errors.As(e.Err, &credential):
		return KindCredential
	case errors.As(e.Err, &id):
		return KindInvalidID
	case errors.As(e.Err, &large):
		return KindNotGraph
	case e.Last == nil:
		return KindNetwork
	case e.Last.HTML(), e.Last.StatusCode < 400:
		return KindNotGraph
	}
	switch status := e.Last.StatusCode; {
	case status == http.StatusNotFound:
		return KindNotFound
	case status == http.StatusUnauthorized:
		return KindUnauthorized
	case status == http.StatusForbidden:
		return KindForbidden
	case status == http.StatusProxyAuthRequired, status == http.StatusNetworkAuthenticationRequired:
		return KindNotGraph
	case status == http.StatusTooManyRequests:
		return KindThrottled
	case status == http.StatusRequestTimeout, status >= 500:
		return KindUnavailable
	}
	return KindRefused
}

// IsNotFound reports whether err says that Graph does not know the call.
func IsNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind() == KindNotFound
}

// Error says what was tried and what came of it.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of call %s failed", e.Operation, quoteUnlessPlain(e.CallID))
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d requests in %s", e.Attempts, e.Elapsed.Round(time.Millisecond))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Last != nil {
		fmt.Fprintf(&b, ": %s (%s)", e.Last, e.Last.IDs())
	}
	if e.GaveUp != "" {
		fmt.Fprintf(&b, "; %s", e.GaveUp)
	}
	return b.String()
}

// Unwrap returns the underlying failure, nil when it is the answer's status.
func (e *Error) Unwrap() error { return e.Err }

// shownError is an error whose text can be shown: a credential's, for one, holds the whole
// of an answer as it came.
type shownError struct {
	error
	secrets *redact.Secrets
}

// Error returns the text, without secrets, escaped and cut.
func (e shownError) Error() string { return escape(e.secrets.Text(e.error.Error())) }

// Unwrap returns the error as it was.
func (e shownError) Unwrap() error { return e.error }

// callIDError is what [CheckCallID] has against the id of a request.
type callIDError struct{ error }
