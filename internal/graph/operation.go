package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"terraform-provider-msgraph/internal/quote"
	"terraform-provider-msgraph/internal/redact"
	"terraform-provider-msgraph/internal/transport"
)

// operation is one thing that is done to a call: its request, and the outcome so far.
type operation struct {
	name        Operation
	callID      string
	method, url string
	header      http.Header
	body        []byte // JSON; nil for none

	// idempotent is whether sending the request twice does no more than sending it once. One that is
	// not is repeated only if it is certain that Graph did not act on it.
	idempotent bool
	// decode reads the response of a success; nil if its body is ignored.
	decode func(*Response) error

	attempts           int       // requests sent
	mayHaveTakenEffect bool      // Graph may have acted on one of them
	last               *Response // the last response
	broken             error     // why the attempt before this one got no response
	gaveUp             string
	stepAttempts       int // attempts that appended steps have seen

	tokenFailures int            // failed attempts to get a token
	tokenSent     map[string]int // requests for one, by what was requested
	mu            sync.Mutex     // guards tokenSent: a credential may send several at a time

	renewed bool        // a token was refused, and another one was requested
	claims  tokenClaims // of the token of the last request
	sentID  string      // the client-request-id of the last request

	member  *BatchMember // nil for an operation by itself
	secrets *redact.Secrets
}

// do sends the operation's request and returns the response if that is a success.
func (c *Client) do(ctx context.Context, op *operation) (*Response, error) {
	start := c.options.Clock.Now()
	err := c.send(ctx, op)
	if err == nil && op.succeeded() {
		return op.last, nil
	}
	if proxy, ok := errors.AsType[*transport.ProxyError](err); ok {
		err = proxy // even if it failed the request for a token: the credential's text adds nothing
	}
	if err != nil {
		err = shownError{err, op.secrets}
	}
	return nil, &Error{
		Operation: op.name, CallID: op.callID, Method: op.method, URL: op.url, Err: err,
		Attempts: op.attempts, Elapsed: c.options.Clock.Now().Sub(start),
		Last: op.last, GaveUp: op.gaveUp, Delegated: op.claims.delegated(), Caller: op.claims.caller(), ClientRequestID: op.sentID, MayHaveTakenEffect: op.mayHaveTakenEffect,
	}
}

// send sends the operation's request. On success, the response is in op.last.
func (c *Client) send(ctx context.Context, op *operation) error {
	if err := op.check(c.options.Header); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, op.method, op.url, http.NoBody)
	if err != nil {
		return err
	}
	if c.options.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.options.UserAgent)
	}
	if op.decode != nil {
		req.Header.Set("Accept", "application/json")
	}
	for name, values := range op.header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	resp, err := c.runSteps(ctx, op, c.options.Prepend, 0, req, func(req *http.Request) (*Response, error) {
		return c.retry(ctx, op, req)
	})
	if err != nil {
		return err
	}
	if len(c.options.Prepend) > 0 {
		op.last = resp // as the steps leave it
	}
	if op.decode != nil && op.succeeded() {
		return op.decode(op.last)
	}
	return nil
}

// succeeded reports whether the last response is a success, and Graph's: something in between may respond with a web
// page and any status.
func (op *operation) succeeded() bool {
	return op.last.Success() && (op.last.empty() || !op.last.HTML())
}

// check returns what is wrong with the operation before anything is sent.
func (op *operation) check(added http.Header) error {
	if op.name != OperationPlace { // there is no call yet
		if err := CheckCallID(op.callID); err != nil {
			return argumentError{err, KindInvalidID}
		}
	}
	for _, header := range []http.Header{op.header, added} {
		for name, values := range header {
			for _, value := range values {
				if err := CheckHeader(name, value); err != nil {
					return argumentError{fmt.Errorf("the header %s: %w", quote.UnlessPlain(name), err), KindInvalidHeader}
				}
			}
		}
	}
	return nil
}

// tokenAttempt returns which attempt a request for a token is.
func (op *operation) tokenAttempt(req *http.Request) int {
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.tokenSent == nil {
		op.tokenSent = map[string]int{}
	}
	what := req.Method + " " + req.URL.Host + req.URL.Path
	op.tokenSent[what]++
	return op.tokenSent[what]
}
