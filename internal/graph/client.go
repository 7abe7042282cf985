// Package graph is a client for the three things the provider does to a Microsoft Teams
// call through Microsoft Graph: keep it alive, look at it, hang it up. It knows nothing of
// Terraform.
package graph

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/pipelinestep"
	"terraform-provider-msgraph/internal/redact"
)

const (
	// DefaultEndpoint is the root of Microsoft Graph's global service.
	//
	// Source: https://learn.microsoft.com/en-us/graph/deployments
	DefaultEndpoint = "https://graph.microsoft.com"
	// DefaultAPIVersion is the version of Graph's API whose calls are generally available.
	DefaultAPIVersion = "v1.0"
	// BetaAPIVersion is the version in which they are developed.
	BetaAPIVersion = "beta"
)

// Options configure a [Client].
type Options struct {
	// Endpoint is Graph's root, such as [DefaultEndpoint], which an empty one stands for.
	// Tokens are asked for in its name. Only for a loopback address may it be http.
	Endpoint string
	// APIVersion is the version of Graph's API, [DefaultAPIVersion] or [BetaAPIVersion]; an
	// empty one stands for the former.
	APIVersion string
	// Credential gets the tokens.
	Credential azcore.TokenCredential
	// Renew makes the credential anew, without the tokens that it has cached, for when Graph
	// refuses one of them; nil when it cannot be.
	Renew func() (azcore.TokenCredential, error)
	// Transport sends the requests.
	Transport policy.Transporter
	// UserAgent names the program in every request.
	UserAgent string
	// Clock times the waits between retries.
	Clock clock.Clock
	// Retry says how failures that may pass are tried again; the zero value stands for
	// [DefaultRetry].
	Retry RetryOptions
	// Header is sent with every request, but for what a request sets itself. Its values are
	// not to be shown.
	Header http.Header
	// Prepend are steps that see each operation's request before all else is done to it, and its
	// last answer; Append are those that see every attempt, next to the wire.
	Prepend, Append []pipelinestep.Step
	// Secrets are kept out of errors and answers; nil for none.
	Secrets *redact.Secrets
}

// Client works on calls. Its methods may be called concurrently. They go on until ctx is
// done, so give ctx a deadline; every error they return is an [*Error].
type Client struct {
	pipeline  runtime.Pipeline
	calls     string
	userAgent string
	clock     clock.Clock
	header    http.Header
	secrets   *redact.Secrets
}

// New returns a client. It sends nothing yet.
func New(o Options) *Client {
	endpoint := strings.TrimSuffix(o.Endpoint, "/")
	if endpoint == "" {
		endpoint = DefaultEndpoint
	}
	if o.Retry == (RetryOptions{}) {
		o.Retry = DefaultRetry
	}
	if o.APIVersion == "" {
		o.APIVersion = DefaultAPIVersion
	}
	return &Client{
		pipeline: runtime.NewPipeline("msgraph", "v0.0.0", runtime.PipelineOptions{
			PerCall: []policy.Policy{stepsPolicy{steps: o.Prepend}},
			PerRetry: []policy.Policy{
				&retryPolicy{clock: o.Clock, options: o.Retry},
				bearerPolicy{newTokenSource(o, Scope(endpoint))}, delegatedPolicy{},
				requestIDPolicy{o.Header}, stepsPolicy{steps: o.Append, appended: true}, attemptPolicy{o.Retry.AttemptTimeout},
			},
		}, &policy.ClientOptions{
			Transport: boundedTransport{headerTransport{o.Transport, o.Header}},
			Telemetry: policy.TelemetryOptions{Disabled: true},
			Retry:     policy.RetryOptions{MaxRetries: -1},
		}),
		calls:     endpoint + "/" + o.APIVersion + "/communications/calls/",
		userAgent: o.UserAgent,
		clock:     o.Clock,
		header:    o.Header,
		secrets:   o.Secrets,
	}
}

// Scope returns the scope that an application asks a token for to use the Graph at endpoint.
//
// Source: https://learn.microsoft.com/en-us/graph/sdks/national-clouds
func Scope(endpoint string) string { return strings.TrimSuffix(endpoint, "/") + "/.default" }

// KeepAlive sends one keepAlive for the call, with header added to the request's own. Any
// 2xx is success; the answer's body is not looked at.
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-keepalive
func (c *Client) KeepAlive(ctx context.Context, callID string, header http.Header) (*Response, error) {
	return c.do(ctx, request{operation: OperationKeepAlive, method: http.MethodPost, suffix: "/keepAlive", callID: callID, header: header})
}

// Get returns what Graph tells about the call. A call that Graph does not know is an error
// for which [IsNotFound] is true; one that it still shows may have [Call.Ended].
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-get
func (c *Client) Get(ctx context.Context, callID string) (Call, *Response, error) {
	var call Call
	answer, err := c.do(ctx, request{
		operation: OperationGet, method: http.MethodGet, callID: callID,
		header: http.Header{"Accept": {"application/json"}},
		decode: func(body []byte) (err error) { call, err = decodeCall(body); return err },
	})
	return call, answer, err
}

// HangUp deletes the call, which ends it, or for a group call the application's leg of it.
// A call that Graph does not know (any more) is hung up already, and no error.
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-delete
func (c *Client) HangUp(ctx context.Context, callID string) error {
	_, err := c.do(ctx, request{operation: OperationHangUp, method: http.MethodDelete, callID: callID})
	if IsNotFound(err) {
		return nil
	}
	return err
}

// request is what an operation on a call sends.
type request struct {
	operation              Operation
	method, suffix, callID string
	header                 http.Header
	decode                 func(body []byte) error // of a success; nil where the body means nothing
}

func (c *Client) url(r request) string { return c.calls + url.PathEscape(r.callID) + r.suffix }

// do sends r and returns its answer if that is a success.
func (c *Client) do(ctx context.Context, r request) (*Response, error) {
	start := c.clock.Now()
	state := &progress{ctx: ctx, operation: r.operation, secrets: c.secrets, secretHeaders: slices.Collect(maps.Keys(c.header))}
	fail := func(err error) (*Response, error) {
		return nil, c.failure(r, state, c.clock.Now().Sub(start), err)
	}
	if err := CheckCallID(r.callID); err != nil {
		return fail(callIDError{err})
	}
	req, err := runtime.NewRequest(context.WithValue(context.WithoutCancel(ctx), progressKey{}, state), r.method, c.url(r))
	if err != nil {
		return fail(err)
	}
	if c.header.Get("User-Agent") == "" {
		req.Raw().Header.Set("User-Agent", c.userAgent)
	}
	for name, values := range r.header {
		req.Raw().Header[http.CanonicalHeaderKey(name)] = values
	}
	if _, err := c.pipeline.Do(req); err != nil { //nolint:bodyclose // boundedTransport has
		return fail(err)
	}
	if !state.last.Success() {
		return fail(nil)
	}
	if r.decode != nil {
		if err := r.decode(state.last.body); err != nil {
			return fail(err)
		}
	}
	return state.last, nil
}

func (c *Client) failure(r request, state *progress, elapsed time.Duration, err error) *Error {
	if proxy := (*ProxyError)(nil); errors.As(err, &proxy) {
		err = proxy // whichever request it let down: what a credential says about it adds nothing
	}
	if err != nil {
		err = shownError{err, c.secrets}
	}
	return &Error{
		Operation: r.operation, CallID: r.callID, Method: r.method, URL: c.url(r),
		Attempts: state.attempts, Elapsed: elapsed, Last: state.last, GaveUp: state.gaveUp, Delegated: state.delegated, Err: err,
	}
}
