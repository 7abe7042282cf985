package graph

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/transport"
)

// credentialError is a credential's failure to get a token, as opposed to a failure of Graph.
type credentialError struct {
	error
	// transient is whether another attempt may help.
	transient bool
	// retryAt is when the responses request the next attempt, by the client's clock.
	retryAt time.Time
	// unreached is why no token endpoint was reached; nil if one was.
	unreached error
}

// tokenFailure is the error of a credential that tells how its last requests ended, as that of the package entra does: with
// a response, or why none came or its body broke off.
type tokenFailure interface {
	error
	EachRequest(func(*http.Response, error))
}

// newCredentialError returns err, for which there is no token at now, with what its requests tell: azidentity's own errors
// do not say whether a failure is transient.
func newCredentialError(err error, now time.Time) *credentialError {
	failed := &credentialError{error: err}
	token, ok := errors.AsType[tokenFailure](err)
	if !ok {
		return failed
	}
	reached := false
	var wait time.Duration
	token.EachRequest(func(resp *http.Response, err error) {
		absent := isLinkLocalDial(err) // no identity endpoint on this machine; azidentity has tried for long enough
		reached = reached || err == nil || absent
		if err != nil {
			failed.unreached = err
		}
		switch {
		case absent:
		case err != nil && !permanent.Is(err):
			failed.transient = true
		case resp != nil && transport.TransientStatus(resp.StatusCode):
			failed.transient = true
			wait = max(wait, retryAfter(resp.Header, now))
		}
	})
	if reached {
		failed.unreached = nil // err is the response of the one that was reached
	}
	failed.retryAt = now.Add(wait)
	return failed
}

// timedOut reports whether time was up before a token endpoint was reached.
func (e *credentialError) timedOut() bool {
	sentNothing := e.unreached == nil && !e.transient
	return errors.Is(e.error, context.DeadlineExceeded) && (sentNothing || errors.Is(e.unreached, context.DeadlineExceeded))
}

// retryIn returns how long to wait at now before another attempt; 0 if the responses did not request a wait.
func (e *credentialError) retryIn(now time.Time) time.Duration { return max(e.retryAt.Sub(now), 0) }

// Unwrap returns the credential's own error.
func (e *credentialError) Unwrap() error { return e.error }

// isLinkLocalDial reports whether err is a failure to connect to a link-local address.
func isLinkLocalDial(err error) bool {
	dial, ok := errors.AsType[*net.OpError](err)
	if !ok || dial.Op != "dial" {
		return false
	}
	addr, ok := dial.Addr.(*net.TCPAddr)
	return ok && addr.IP.IsLinkLocalUnicast()
}
