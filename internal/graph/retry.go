package graph

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/transport"
)

// RetryOptions say how a transient failure is retried.
type RetryOptions struct {
	// MaxRetries is how many requests may follow the first; negative for no limit but the
	// operation's time.
	MaxRetries int
	// Delay is the wait before the first retry if Graph requests none. It doubles from
	// one to the next, up to MaxDelay, and is jittered; no wait is shorter than 100 ms.
	Delay, MaxDelay time.Duration
	// AttemptTimeout ends a request that hangs, so that another can be tried.
	AttemptTimeout time.Duration
}

// DefaultRetry is what [New] uses by default: retries are limited only by the
// operation's time, in which a hung request leaves room for several others.
var DefaultRetry = RetryOptions{
	MaxRetries:     -1,
	Delay:          time.Second,
	MaxDelay:       30 * time.Second,
	AttemptTimeout: 30 * time.Second,
}

const (
	// leastRequested is the shortest wait if a response requests less; a shorter Delay in [RetryOptions]
	// shortens it.
	leastRequested = 500 * time.Millisecond
	// leastWait is the shortest of all waits, whatever RetryOptions say: ten requests a second.
	leastWait = 100 * time.Millisecond
)

// retry sends the request until it succeeds, fails permanently, or runs out of time.
func (c *Client) retry(ctx context.Context, op *operation, req *http.Request) (*Response, error) {
	deadline := c.deadline(ctx)
	for try := 1; ; try++ {
		if err := op.member.waitForOthers(ctx); err != nil {
			return nil, op.interrupted(ctx, err)
		}
		resp, err := c.authorized(ctx, op, req)
		if resp != nil {
			op.last = resp
		}
		if _, ok := errors.AsType[*credentialError](err); ok {
			op.tokenFailures++
		}
		if !shared(err) {
			op.member.markFirstSent()
		}
		if err != nil && ctx.Err() != nil {
			return nil, op.interrupted(ctx, err)
		}
		op.broken = err
		if !op.mayRepeat(resp, err) {
			return resp, err
		}
		if most := c.options.Retry.MaxRetries; most >= 0 && try > most {
			op.gaveUp = outOfRetries(most)
			return resp, err
		}
		wait, requester := c.wait(try, resp, err)
		if left := deadline.Sub(c.options.Clock.Now()); wait >= left {
			op.gaveUp = outOfTime(op.tokenAttemptsFor(err), requester, wait, left)
			return resp, err
		}
		if err := c.options.Clock.Sleep(ctx, wait); err != nil {
			return nil, op.interrupted(ctx, err)
		}
	}
}

// outOfRetries says that max_retries allows no more.
func outOfRetries(most int) string {
	switch most {
	case 0:
		return "did not retry, as max_retries is 0"
	case 1:
		return "gave up after 1 retry"
	}
	return fmt.Sprintf("gave up after %d retries", most)
}

// shared reports whether a failure affects all operations: one of the token, or of the proxy.
func shared(err error) bool {
	_, token := errors.AsType[*credentialError](err)
	_, proxy := errors.AsType[*transport.ProxyError](err)
	return token || proxy
}

// mayRepeat reports whether another attempt may help, and does no harm.
func (op *operation) mayRepeat(resp *Response, err error) bool {
	switch {
	case !transient(resp, err):
		return false
	case op.idempotent:
		return true
	case err == nil:
		return resp.StatusCode == http.StatusTooManyRequests && !op.mayHaveTakenEffect
	}
	_, notProcessed := errors.AsType[transport.NotProcessedError](err)
	_, noToken := errors.AsType[*credentialError](err)
	return notProcessed || noToken
}

// interrupted returns why the operation ended when ctx did, in the middle of a wait or of an
// attempt, which failed with err. The deadline's own error would hide what used up the time.
func (op *operation) interrupted(ctx context.Context, err error) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	op.gaveUp = outOfTime(op.tokenAttemptsFor(err), "", 0, 0)
	_, step := errors.AsType[*stepError](err)
	if credential, ok := errors.AsType[*credentialError](err); ok {
		if _, again := errors.AsType[*credentialError](op.broken); again && credential.timedOut() {
			err = credential.error // the kind of failure is that of the attempt before, which had time
		}
	} else if !step {
		err = ctx.Err()
	}
	if op.broken != nil {
		return fmt.Errorf("%w, and before that: %w", err, op.broken)
	}
	return err
}

// tokenAttemptsFor returns how many attempts to get a token failed, if err is such a failure; else 0.
func (op *operation) tokenAttemptsFor(err error) int {
	var credential *credentialError
	if !errors.As(err, &credential) && !errors.As(op.broken, &credential) {
		return 0
	}
	return op.tokenFailures
}

// wait returns how long to wait before the request that follows the try-th, and who requested that; "" for nobody.
func (c *Client) wait(try int, resp *Response, err error) (wait time.Duration, requester string) {
	var credential *credentialError
	switch {
	case resp != nil:
		wait, requester = retryAfter(resp.header, c.options.Clock.Now()), "Graph"
	case errors.As(err, &credential):
		wait, requester = credential.retryIn(c.options.Clock.Now()), "the token endpoint"
	}
	if wait > 0 {
		return max(wait, min(c.options.Retry.Delay/2, leastRequested), leastWait), requester
	}
	return max(c.options.Retry.backoff(try), leastWait), ""
}

// deadline returns that of ctx by the client's clock, or a time that never comes.
func (c *Client) deadline(ctx context.Context) time.Time {
	left := time.Duration(math.MaxInt64)
	if own, ok := clock.Left(ctx); ok {
		left = own
	}
	return c.options.Clock.Now().Add(left)
}

// outOfTime says why there is no other attempt: the wait before it, which requester requested unless that is empty, is
// longer than what is left of the operation's time; or nothing is left.
func outOfTime(tokenAttempts int, requester string, wait, left time.Duration) string {
	reason := "this operation's timeout has expired"
	if left = left.Round(time.Second); requester != "" {
		reason = fmt.Sprintf("%s asks to wait %s before the next request (Retry-After) and only %s of this operation's timeout is left",
			requester, clock.FormatDuration(wait.Round(time.Millisecond)), clock.FormatDuration(max(left, 0)))
	} else if left > 0 {
		reason = fmt.Sprintf("only %s of this operation's timeout is left, less than the wait before the next attempt", clock.FormatDuration(left))
	}
	if tokenAttempts > 1 {
		return fmt.Sprintf("gave up after %d attempts to get a token, because %s", tokenAttempts, reason)
	}
	return "gave up because " + reason
}

// transient reports whether the next attempt may succeed. A 404 is never transient here: only the
// caller knows whether it waits for a call to appear.
func transient(resp *Response, err error) bool {
	if err == nil {
		return transport.TransientStatus(resp.StatusCode)
	}
	if credential, ok := errors.AsType[*credentialError](err); ok {
		return credential.transient // whatever azidentity says: it retries for a shorter time
	}
	return !permanent.Is(err)
}

// backoff is the wait before the request that follows the attempt-th: exponential, capped,
// and jittered to between half and the whole of that, so that many calls that fail together
// do not come back together.
func (o RetryOptions) backoff(attempt int) time.Duration {
	wait := min(float64(o.Delay)*math.Pow(2, float64(attempt-1)), float64(o.MaxDelay))
	return time.Duration(wait/2 + rand.Float64()*wait/2) //nolint:gosec // jitter is no secret
}

// retryAfter reads the header Retry-After: seconds, which Graph also sends as decimals
// ("2.128"), or an HTTP date. It returns 0 for none, a past or an unreadable one.
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
	// The date is by the server's clock, so it is compared with that if the response tells it.
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(at.Sub(now), 0)
}
