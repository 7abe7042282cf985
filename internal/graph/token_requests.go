package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/transport"
)

// tokenRequests are the outcomes of the requests that a credential sent to get one token: to
// Entra ID, to an OIDC provider, to the machine's identity endpoint. The transport reports them,
// since the credentials' errors do not say whether a failure is transient.
type tokenRequests struct {
	mu   sync.Mutex
	last map[string]tokenOutcome // by host
}

// tokenOutcome is how the last request to a host ended.
type tokenOutcome struct {
	transient bool
	header    http.Header // of the response; nil for none
	err       error       // why there was none
	absent    bool        // the host does not exist, as an identity endpoint outside Azure
}

// done records how a request ended, and makes the response record if its body breaks off.
func (r *tokenRequests) done(req *http.Request, resp *http.Response, err error) {
	host := req.URL.Host
	outcome := tokenOutcome{err: err}
	if resp != nil {
		outcome.header, outcome.transient = resp.Header, transport.TransientStatus(resp.StatusCode)
		resp.Body = watchedBody{resp.Body, func(err error) { r.note(host, tokenOutcome{transient: !permanent.Is(err), err: err}) }}
	} else {
		outcome.transient = !permanent.Is(err)
	}
	if dial := (*net.OpError)(nil); errors.As(err, &dial) && dial.Op == "dial" && isLinkLocal(req.URL.Hostname()) {
		// There is no identity endpoint on this machine; azidentity has tried for long enough.
		outcome.transient, outcome.absent = false, true
	}
	r.note(host, outcome)
}

func (r *tokenRequests) note(host string, outcome tokenOutcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil {
		r.last = map[string]tokenOutcome{}
	}
	r.last[host] = outcome
}

// watchedBody is a response's body that reports if it breaks off.
type watchedBody struct {
	io.ReadCloser
	broke func(error)
}

// Read implements [io.Reader].
func (b watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.broke(err)
	}
	return n, err
}

// failure returns err, for which there is no token, with what the requests tell: whether it is
// transient, and what failed.
func (r *tokenRequests) failure(err error) *credentialError {
	r.mu.Lock()
	defer r.mu.Unlock()
	failed := &credentialError{error: err}
	reached := false
	for _, outcome := range r.last {
		reached = reached || outcome.err == nil || outcome.absent
		if outcome.transient {
			failed.transients = append(failed.transients, outcome.header)
		}
		if outcome.err == nil {
			continue
		}
		failed.unreached = outcome.err
		errors.As(outcome.err, &failed.proxy)
		if text := outcome.err.Error(); !strings.Contains(err.Error(), text) {
			// azcore returned the context's error instead.
			failed.error = fmt.Errorf("%w (%s)", failed.error, text)
		}
	}
	if reached {
		failed.unreached = nil // err is the response of the one that was reached
	}
	return failed
}

// credentialError is a credential's failure to get a token, as opposed to a failure of Graph.
type credentialError struct {
	error
	// transients are the headers of the responses with a transient failure, nil for a response that
	// did not come.
	transients []http.Header
	// unreached is why no token endpoint was reached; nil if one was.
	unreached error
	// retryAt is when they request the next attempt, by the client's clock; zero for any time.
	retryAt time.Time
	// proxy is the failure of a proxy that caused it, if one did.
	proxy *transport.ProxyError
}

// withCauseOf returns e as the failure of an attempt after another one, which failed with broken: if time was up before
// it reached a token endpoint, that is unreached for the reason of the attempt before.
func (e *credentialError) withCauseOf(broken error) *credentialError {
	before, ok := errors.AsType[*credentialError](broken)
	sentNothing := e.unreached == nil && len(e.transients) == 0
	if !ok || !errors.Is(e.error, context.DeadlineExceeded) || !sentNothing && !errors.Is(e.unreached, context.DeadlineExceeded) {
		return e
	}
	cut := *e
	cut.unreached = before.unreached
	return &cut
}

// transient reports whether another attempt may help.
func (e *credentialError) transient() bool { return len(e.transients) > 0 }

// retryIn returns how long to wait at now before another attempt; 0 if the responses did not request a wait.
func (e *credentialError) retryIn(now time.Time) time.Duration { return max(e.retryAt.Sub(now), 0) }

// retryAfter returns how long the responses, which were received at now, ask to wait before another attempt.
func (e *credentialError) retryAfter(now time.Time) time.Duration {
	var longest time.Duration
	for _, h := range e.transients {
		longest = max(longest, retryAfter(h, now))
	}
	return longest
}

// Unwrap returns the credential's own error and the proxy's.
func (e *credentialError) Unwrap() []error {
	if e.proxy != nil {
		return []error{e.error, e.proxy}
	}
	return []error{e.error}
}

func isLinkLocal(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLinkLocalUnicast()
}
