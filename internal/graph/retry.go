package graph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/redact"
)

// RetryOptions say how a failure that may pass is tried again.
type RetryOptions struct {
	// MaxRetries is how many requests may follow the first; negative for no limit but the
	// operation's time.
	MaxRetries int
	// Delay is the wait before the first retry when Graph advises none. It doubles from
	// one to the next, up to MaxDelay, and is jittered.
	Delay, MaxDelay time.Duration
	// AttemptTimeout ends a request that hangs, so that another can be tried.
	AttemptTimeout time.Duration
}

// DefaultRetry is what [New] uses where nothing else is asked for: an operation's time is
// what limits its retries, a hung request leaves room for several others in it.
var DefaultRetry = RetryOptions{
	MaxRetries:     -1,
	Delay:          time.Second,
	MaxDelay:       30 * time.Second,
	AttemptTimeout: 30 * time.Second,
}

// leastWait is the shortest wait before another try, however little is advised; shorter only
// where [RetryOptions] say so.
const leastWait = 500 * time.Millisecond

// retryPolicy sends a request until it succeeds, fails for good, or runs out of time.
//
// It stands in place of azcore's own because that one gives up on a Retry-After above its
// cap for backoff, reads no fractional ones, does not look at the time that is left before
// it waits, forgets what the answers were, and waits on a clock that tests cannot move.
type retryPolicy struct {
	clock   clock.Clock
	options RetryOptions
}

// progress is what the retry policy tells the operation that it serves; it travels in the
// request's context.
type progress struct {
	// ctx is the operation's own. The request's has no end, because azcore's retry policy,
	// which stays in front of this one, puts that in the place of whatever answer came.
	ctx context.Context //nolint:containedctx // it cannot travel the usual way, see above

	attempts int       // requests sent
	last     *Response // the last one that came
	broken   error     // why the attempt before this one brought no answer
	gaveUp   string

	operation Operation // what the requests are for
	stepTries int       // requests that appended steps have seen

	tokenTries int            // those that failed to get a token
	tokenSent  map[string]int // requests for one, by what was asked for
	mu         sync.Mutex     // of tokenSent: a credential may send several at a time

	renewed   bool // a token was refused, and the credential asked for another
	delegated bool // the token of the last request was a user's

	secrets       *redact.Secrets
	secretHeaders []string // names of headers whose values are not to be shown
}

// try is the how many-th of the operation's requests of its kind req is.
func (s *progress) try(req *http.Request) int {
	if _, ok := req.Context().Value(tokenRequestsKey{}).(*tokenRequests); !ok {
		return s.attempts
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tokenSent == nil {
		s.tokenSent = map[string]int{}
	}
	what := req.Method + " " + req.URL.Host + req.URL.Path
	s.tokenSent[what]++
	return s.tokenSent[what]
}

// note keeps an answer, whose body is in memory thanks to boundedTransport.
func (s *progress) note(resp *http.Response) {
	body, _ := runtime.Payload(resp)
	s.last = newResponse(resp, body, s.secrets)
}

type progressKey struct{}

func progressOf(ctx context.Context) *progress {
	return ctx.Value(progressKey{}).(*progress) //nolint:forcetypeassert // Client.do has put it there
}

// Do implements [policy.Policy].
func (p *retryPolicy) Do(req *policy.Request) (*http.Response, error) {
	done := progressOf(req.Raw().Context())
	ctx := context.WithValue(done.ctx, progressKey{}, done)
	deadline := p.deadline(ctx)
	for try := 1; ; try++ {
		resp, err := req.Clone(ctx).Next()
		if resp != nil {
			done.note(resp)
		}
		if _, ok := errors.AsType[*credentialError](err); ok {
			done.tokenTries++
		}
		if err != nil && ctx.Err() != nil {
			return nil, done.interrupted(ctx, err)
		}
		done.broken = err
		if !mayPass(resp, err) {
			return resp, err
		}
		if p.options.MaxRetries >= 0 && try > p.options.MaxRetries {
			done.gaveUp = fmt.Sprintf("gave up after %d retries", p.options.MaxRetries)
			return resp, err
		}
		wait, adviser := p.options.backoff(try), ""
		if who, advised := p.advised(resp, err); advised > 0 {
			wait, adviser = max(advised, min(p.options.Delay/2, leastWait)), who
		}
		if left := deadline.Sub(p.clock.Now()); wait >= left {
			done.gaveUp = outOfTime(done.triesFor(err), adviser, wait, left)
			return resp, err
		}
		if err := p.clock.Sleep(ctx, wait); err != nil {
			return nil, done.interrupted(ctx, err)
		}
	}
}

// interrupted says why the operation ended as ctx did, in the middle of a wait or of an
// attempt, which failed with err. A deadline alone would hide what used up the time.
func (s *progress) interrupted(ctx context.Context, err error) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	s.gaveUp = outOfTime(s.triesFor(err), "", 0, 0)
	_, step := errors.AsType[*StepError](err)
	if _, credential := errors.AsType[*credentialError](err); !credential && !step {
		err = ctx.Err()
	}
	if s.broken != nil {
		return fmt.Errorf("%w, and before that: %w", err, s.broken)
	}
	return err
}

// triesFor is how often a token was asked for in vain, if that is what err is about.
func (s *progress) triesFor(err error) int {
	var credential *credentialError
	if !errors.As(err, &credential) && !errors.As(s.broken, &credential) {
		return 0
	}
	return s.tokenTries
}

// advised is how long who answered asks to wait before the next request, 0 for no advice.
func (p *retryPolicy) advised(resp *http.Response, err error) (who string, wait time.Duration) {
	var credential *credentialError
	switch {
	case resp != nil:
		return "Graph", retryAfter(resp.Header, p.clock.Now())
	case errors.As(err, &credential):
		return "Entra ID, or where its credential comes from,", credential.advised(p.clock.Now())
	}
	return "", 0
}

// deadline is ctx's own, told by the policy's clock, or a time that never comes.
func (p *retryPolicy) deadline(ctx context.Context) time.Time {
	left := time.Duration(math.MaxInt64)
	if t, ok := ctx.Deadline(); ok {
		left = time.Until(t)
	}
	return p.clock.Now().Add(left)
}

// outOfTime says why there is no other try: the wait that adviser asks for is longer than
// what is left of the operation's time, or without an adviser there is nothing left.
func outOfTime(tokenTries int, adviser string, wait, left time.Duration) string {
	reason := "this operation's timeout is used up"
	if adviser != "" {
		reason = fmt.Sprintf("%s asks to wait %s before the next request (Retry-After) and only %s of this operation's timeout is left",
			adviser, wait.Round(time.Millisecond), max(left, 0).Round(time.Second))
	}
	if tokenTries > 1 {
		return fmt.Sprintf("gave up after %d tries to get a token, because %s", tokenTries, reason)
	}
	return "gave up because " + reason
}

// mayPass reports whether a failure may pass by itself. A 404 never does here: only the
// caller knows whether it waits for a call to appear.
func mayPass(resp *http.Response, err error) bool {
	if err != nil {
		var final interface{ NonRetriable() }
		if credential, ok := errors.AsType[*credentialError](err); ok {
			return credential.mayPass() // whatever azidentity says: it has not tried for as long as there is time
		}
		return !errors.As(err, &final)
	}
	return passingStatus(resp.StatusCode)
}

// passingStatus reports whether a status stands for a failure that may pass.
func passingStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// backoff is the wait before the request that follows the attempt-th: exponential, capped,
// and jittered to between half and the whole of that, so that many calls that fail together
// do not come back together.
func (o RetryOptions) backoff(attempt int) time.Duration {
	wait := min(float64(o.Delay)*math.Pow(2, float64(attempt-1)), float64(o.MaxDelay))
	return time.Duration(wait/2 + rand.Float64()*wait/2) //nolint:gosec // jitter is no secret
}

// retryAfter reads the delay that an answer advises: seconds, which Graph also sends as
// decimals ("2.128"), or an HTTP date. It returns 0 for none, a past or an unreadable one.
//
// Source: https://learn.microsoft.com/en-us/graph/throttling
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && !math.IsInf(seconds, 0) {
		if !(seconds > 0) {
			return 0
		}
		// Anything above a year is above any operation's timeout, and would overflow.
		return time.Duration(min(seconds, 365*24*3600) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	// The date is the server's, so it is held against the server's own clock if it tells it.
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(at.Sub(now), 0)
}
