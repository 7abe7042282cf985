package graph

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// tokenRequests is what happened to the requests that a credential sent to get one token:
// to Entra ID, to an OIDC provider, to the machine's identity endpoint. It travels in their
// context, since the credentials' errors do not tell whether a failure may pass.
type tokenRequests struct {
	mu   sync.Mutex
	last map[string]tokenOutcome // by host
}

// tokenOutcome is how the last request to a host ended.
type tokenOutcome struct {
	mayPass bool
	header  http.Header // of the answer, nil when none came
	err     error       // why none came
}

type tokenRequestsKey struct{}

// noteTokenRequest notes how a request ended, if it is one for a token, and has the answer
// note if its body breaks off.
func noteTokenRequest(req *http.Request, resp *http.Response, err error) {
	r, ok := req.Context().Value(tokenRequestsKey{}).(*tokenRequests)
	if !ok {
		return
	}
	host := req.URL.Host
	outcome := tokenOutcome{mayPass: mayPass(resp, err), err: err}
	if resp != nil {
		outcome.header = resp.Header
		resp.Body = watchedBody{resp.Body, func(err error) { r.note(host, tokenOutcome{mayPass: true, err: err}) }}
	}
	if dial := (*net.OpError)(nil); errors.As(err, &dial) && dial.Op == "dial" && isLinkLocal(req.URL.Hostname()) {
		// There is no identity endpoint on this machine; azidentity has looked for it long enough.
		outcome.mayPass = false
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

// watchedBody is an answer's body that tells when it breaks off.
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

// failure makes err, for which there is no token, an error that says whether another try
// may help and who is to blame.
func (r *tokenRequests) failure(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	failed := &credentialError{error: err}
	for _, outcome := range r.last {
		if outcome.mayPass {
			failed.passing = append(failed.passing, outcome.header)
		}
		if outcome.err == nil {
			continue
		}
		errors.As(outcome.err, &failed.proxy)
		if text := outcome.err.Error(); !strings.Contains(err.Error(), text) {
			// azcore has put the context's error in its place.
			failed.error = fmt.Errorf("%w (%s)", failed.error, text)
		}
	}
	return failed
}

// credentialError is a credential's failure to get a token, told apart from Graph's own.
type credentialError struct {
	error
	// passing are the headers of the answers that may be others the next time, nil for one
	// that did not come.
	passing []http.Header
	// proxy is the failure of a proxy that is behind it, if one is.
	proxy *ProxyError
}

// mayPass reports whether another try may help.
func (e *credentialError) mayPass() bool { return len(e.passing) > 0 }

// advised is how long the answers advise to wait before.
func (e *credentialError) advised(now time.Time) time.Duration {
	var longest time.Duration
	for _, h := range e.passing {
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
