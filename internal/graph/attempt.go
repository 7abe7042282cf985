package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/transport"
)

const clientRequestIDHeader = "client-request-id"

const (
	// callLimit limits how much of a call's JSON is read: media blobs make some large.
	callLimit = 4 << 20
	// errorLimit limits how much of any other body is read: an error envelope is small, and
	// of anything else only the start is shown.
	errorLimit = 64 << 10
)

// attempt sends the request once, past the appended steps, with a client-request-id of its own unless
// the user has chosen one: Graph echoes it, and Microsoft's support finds a request by it.
func (c *Client) attempt(ctx context.Context, op *operation, req *http.Request) (*Response, error) {
	op.claims = claimsIn(req.Header.Get("Authorization"))
	if req.Header.Get(clientRequestIDHeader) == "" && c.options.Header.Get(clientRequestIDHeader) == "" {
		req.Header.Set(clientRequestIDHeader, uuid.NewString())
	}
	op.stepAttempts++
	return c.runSteps(ctx, op, c.options.Append, op.stepAttempts, req, func(req *http.Request) (*Response, error) {
		return c.attemptLimited(ctx, op, req)
	})
}

// attemptLimited sends the request once the limiter allows it, and cancels it after AttemptTimeout: a
// server that hangs or trickles leaves time for other attempts.
func (c *Client) attemptLimited(ctx context.Context, op *operation, req *http.Request) (*Response, error) {
	round, err := c.limiter.acquire(ctx)
	if err != nil {
		return nil, err
	}
	status := 0
	var once sync.Once
	release := func(status int) { once.Do(func() { c.limiter.release(round, status) }) }
	defer func() { release(status) }()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	limited, limit, cancel := c.limited(ctx, op)
	defer cancel()
	if !op.idempotent { // it may wait for long, and must not keep others from being sent
		slot, stop := c.options.Clock.WithTimeout(limited, c.options.Retry.AttemptTimeout)
		defer stop()
		context.AfterFunc(slot, func() {
			if errors.Is(slot.Err(), context.DeadlineExceeded) {
				release(0)
			}
		})
	}
	op.attempts++
	resp, err := c.exchange(limited, op, req)
	if resp != nil {
		status = resp.StatusCode
	}
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("no complete response within %s: %w", clock.FormatDuration(limit.Round(time.Second)), err)
	}
	return resp, err
}

// limited returns the context of a request, and its limit, AttemptTimeout.
//
// One that must not be repeated has the operation's time if that is longer, since no other attempt needs it, and is not
// canceled with the operation: waiting for AttemptTimeout shows what Graph did, and canceling could leave a call that
// nobody knows of.
func (c *Client) limited(ctx context.Context, op *operation) (context.Context, time.Duration, context.CancelFunc) {
	limit := c.options.Retry.AttemptTimeout
	if op.idempotent {
		limited, cancel := c.options.Clock.WithTimeout(ctx, limit)
		return limited, limit, cancel
	}
	left, _ := clock.Left(ctx)
	limited, cancel := c.options.Clock.WithTimeout(context.WithoutCancel(ctx), max(limit, left))
	stop := context.AfterFunc(ctx, func() {
		soon, stop := c.options.Clock.WithTimeout(limited, limit)
		defer stop()
		<-soon.Done()
		cancel()
	})
	return limited, max(limit, left), func() { stop(); cancel() }
}

// exchange sends the request, with the headers that every request has, and records whether Graph may have
// acted on it.
func (c *Client) exchange(ctx context.Context, op *operation, req *http.Request) (*Response, error) {
	attempt := op.attempts
	ctx = transport.WithTrace(ctx, &transport.Trace{HiddenHeaders: c.options.Header, Attempt: func(*http.Request) int { return attempt }})
	req = req.Clone(ctx)
	for name, values := range c.options.Header {
		if _, ok := req.Header[name]; !ok {
			req.Header[name] = values
		}
	}
	op.sentID = op.secrets.Text(req.Header.Get(clientRequestIDHeader))
	if op.body != nil {
		req.Header.Set("Content-Type", "application/json")
		req.ContentLength = int64(len(op.body))
		// Without GetBody: with it, net/http repeats a request that an HTTP/2 server has taken and may have acted on.
		req.Body = io.NopCloser(bytes.NewReader(op.body))
	}
	resp, err := c.options.Transport.Do(req)
	if err != nil {
		if _, ok := errors.AsType[transport.NotProcessedError](err); !ok {
			op.mayHaveTakenEffect = true
		}
		return nil, err
	}
	response, err := op.read(resp)
	if response == nil || !response.provesRefusal() {
		op.mayHaveTakenEffect = true
	}
	return response, err
}

// provesRefusal reports whether the response proves that the request was not carried out: its status is any 4xx but
// a timeout, and it is Graph's. A web page, or a body without Graph's error, may come from something in between, which
// does not know what Graph did. 401 and 429 are proof from any sender: they come before anything is done.
func (r *Response) provesRefusal() bool {
	switch {
	case r.StatusCode/100 != 4, r.StatusCode == http.StatusRequestTimeout, r.HTML():
		return false
	case r.StatusCode == http.StatusUnauthorized, r.StatusCode == http.StatusTooManyRequests:
		return true
	}
	return r.code != ""
}

// read reads the response into memory, up to a limit: it may be endless. A body that breaks off is a failure
// only of a request for that body, which can be repeated. A keepAlive's is ignored, and of a call that was placed
// the header Location may have the ID.
func (op *operation) read(resp *http.Response) (*Response, error) {
	success := resp.StatusCode/100 == 2
	limit := int64(errorLimit)
	if success && op.decode != nil {
		limit = callLimit
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	_ = resp.Body.Close()
	wanted := op.decode != nil && op.idempotent && resp.StatusCode == http.StatusOK
	if wanted && err != nil {
		return nil, fmt.Errorf("the response broke off: %w", err)
	}
	if int64(len(body)) > limit {
		if wanted {
			return nil, permanent.Error(errTooLarge) // it would be as large the next time
		}
		body = body[:limit]
	}
	return op.newResponse(resp.StatusCode, resp.Header, body), nil
}

// errTooLarge is the error for a call larger than callLimit.
var errTooLarge = errors.New("the response is larger than 4 MiB, more than any call")
