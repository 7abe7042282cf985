package graph

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/quote"
	"terraform-provider-msgraph/internal/redact"
)

// Error is why an operation on a call failed. It is the only type of error that the
// methods of [Client] return.
type Error struct {
	// Operation is what failed.
	Operation Operation
	// CallID is the ID of the call.
	CallID string
	// Method and URL are those of the request.
	Method, URL string
	// Attempts is how many requests were sent to Graph, and Elapsed how long that took.
	Attempts int
	Elapsed  time.Duration
	// Last is the last response; nil if there was none.
	Last *Response
	// GaveUp is why a transient failure was not retried (again); empty for a permanent one.
	GaveUp string
	// Delegated reports whether the token that was sent is a user's.
	Delegated bool
	// Caller is whose token was sent last, and ClientRequestID the ID of that request; empty when none was sent.
	Caller          Caller
	ClientRequestID string
	// MayHaveTakenEffect reports whether Graph may have done what was requested, despite the failure: a
	// request was sent, and no response proves that it was refused.
	MayHaveTakenEffect bool
	// Err is the failure if it is not the response's status: a broken connection, a
	// credential without a token, a deadline, an unreadable body. Untrusted parts of its text
	// are escaped; it may have several lines.
	Err error
}

// Operation is one of the things that can be done to a call.
type Operation string

// The operations.
const (
	OperationKeepAlive Operation = "keepAlive"
	OperationGet       Operation = "get"
	OperationHangUp    Operation = "hang up"
	OperationPlace     Operation = "place"
	// OperationParticipants reads the participants of a call.
	OperationParticipants Operation = "get participants"
)

// IsNotFound reports whether err is that Graph does not know the call.
func IsNotFound(err error) bool { return hasKind(err, KindNotFound) }

// IsForbidden reports whether err is that Graph denied access to the call.
func IsForbidden(err error) bool { return hasKind(err, KindForbidden) }

// IsContradicted reports whether err is one that [Contradicted] has returned for a 404.
func IsContradicted(err error) bool { return hasKind(err, KindContradicted) }

func hasKind(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind() == kind
}

// errShownAlive contradicts a response that Graph does not know a call.
var errShownAlive = errors.New("a GET showed the call as alive")

// errNoCode says why a 404 does not count.
var errNoCode = errors.New("the response has no error code, so it may not be Graph's")

// Contradicted turns an error for which [IsNotFound] is true into one of [KindContradicted]: a GET has since shown the
// call as alive.
func Contradicted(notFound error) error { return withReason(notFound, errShownAlive) }

// Doubted turns an error for which [IsNotFound] is true into one of [KindNotGraph]: without one of Graph's error codes, the
// 404 may be a gateway's.
func Doubted(notFound error) error { return withReason(notFound, errNoCode) }

// withReason returns a failure with another reason.
func withReason(failure, reason error) error {
	var e *Error
	if !errors.As(failure, &e) {
		return failure
	}
	other := *e
	other.Err = reason
	return &other
}

// Error returns what failed, and why.
func (e *Error) Error() string {
	var b strings.Builder
	switch {
	case e.Operation == OperationPlace:
		b.WriteString("placing a call failed")
	case e.CallID == "":
		fmt.Fprintf(&b, "%s of a call without an ID failed", e.Operation)
	default:
		fmt.Fprintf(&b, "%s of call %s failed", e.Operation, quote.UnlessPlain(e.CallID))
	}
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

// Shared reports whether the failure affects all operations, as one of the token or the proxy does, and not only
// this call.
func (e *Error) Shared() bool { return shared(e.Err) && e.Kind() != KindCanceled }

// Unusable reports whether no operation can succeed until the provider's configuration is corrected: Entra ID or a proxy
// refused the credentials, or a certificate is not trusted. Time that was up is no reason.
func (e *Error) Unusable() bool {
	return (e.Shared() || e.Kind() == KindCertificate) && !transient(nil, e.Err) && !errors.Is(e.Err, context.DeadlineExceeded)
}

// Reason identifies the reason of a failure, so that failures of several calls can be grouped: the last response's
// status and code. Messages may name the call, or the time. It is empty if there was no response.
func (e *Error) Reason() string {
	if e.Last == nil {
		return ""
	}
	return fmt.Sprintf("%d %s", e.Last.StatusCode, e.Last.Code)
}

// Unwrap returns the underlying failure, nil when it is the response's status.
func (e *Error) Unwrap() error { return e.Err }

// shownError is an error whose text can be shown: that of a credential, for example, contains
// the whole response.
type shownError struct {
	error
	secrets *redact.Secrets
}

// Error returns the text, without secrets, escaped and truncated.
func (e shownError) Error() string {
	return quote.Text(e.secrets.Start(e.error.Error(), quote.TextBytes))
}

// Unwrap returns the error as it was.
func (e shownError) Unwrap() error { return e.error }

// argumentError is the error of [CheckCallID] or [CheckHeader].
type argumentError struct {
	error
	kind Kind
}
