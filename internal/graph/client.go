// Package graph is a client for what the provider does to a Microsoft Teams call through Microsoft
// Graph: place it, keep it alive, read it, hang it up. It does not depend on Terraform,
// but its errors name the provider's arguments.
package graph

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

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
	// Endpoint is Graph's root; empty for [DefaultEndpoint]. Tokens are requested for it. It may be
	// http only for a loopback address.
	Endpoint string
	// APIVersion is the version of Graph's API, [DefaultAPIVersion] or [BetaAPIVersion]; empty for
	// the former.
	APIVersion string
	// Credential gets the tokens.
	Credential azcore.TokenCredential
	// Renew makes the credential again, without the tokens that it has cached, for when Graph
	// refuses one of them; nil when it cannot be.
	Renew func() (azcore.TokenCredential, error)
	// Transport sends the requests. If its error wraps no [transport.NotProcessedError], a request may have been processed.
	Transport policy.Transporter
	// UserAgent names the program in every request.
	UserAgent string
	// Clock times attempts and the waits between them.
	Clock clock.Clock
	// Retry says how transient failures are retried; the zero value is that of [DefaultRetry].
	Retry RetryOptions
	// MaxConcurrent is how many requests all operations together send at a time, and fewer while Graph throttles
	// them (429); 0 for [DefaultMaxConcurrent]. An operation that waits for its retry does not count.
	MaxConcurrent int
	// Header is sent with every request, except where the request sets the same header itself.
	// Its values are not shown.
	Header http.Header
	// Prepend are steps that see each operation's request before anything else is done to it, and its
	// last response; Append are those that see every attempt as it is sent.
	Prepend, Append []pipelinestep.Step
	// Secrets are kept out of errors and responses; nil for none.
	Secrets *redact.Secrets
}

// Client works on calls. Its methods may be called concurrently. They go on until ctx is
// done, so give ctx a deadline; every error they return is an [*Error].
//
// An operation's request goes through the prepended steps (runSteps), is sent until that succeeds
// (retry), with a token (authorized), past the appended steps and over the transport (attempt).
type Client struct {
	options Options
	calls   string // the URL of the collection of calls
	tokens  *tokenSource
	limiter *limiter
	// programs holds a value for each run of a pipeline step: a thousand calls are not a thousand processes.
	programs chan struct{}
}

// New returns a client. It sends nothing yet.
func New(o Options) *Client {
	endpoint := cmp.Or(strings.TrimSuffix(o.Endpoint, "/"), DefaultEndpoint)
	o.APIVersion = cmp.Or(o.APIVersion, DefaultAPIVersion)
	o.Retry = cmp.Or(o.Retry, DefaultRetry)
	o.MaxConcurrent = cmp.Or(o.MaxConcurrent, DefaultMaxConcurrent)
	return &Client{
		options: o,
		calls:   endpoint + "/" + o.APIVersion + "/communications/calls",
		tokens:  newTokenSource(o, endpoint+"/.default"),
		limiter: newLimiter(o.MaxConcurrent),

		programs: make(chan struct{}, o.MaxConcurrent),
	}
}

// KeepAlive sends one keepAlive for the call, with header added to the request's own. Any
// 2xx is success; the response's body is ignored.
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-keepalive
func (c *Client) KeepAlive(ctx context.Context, callID string, header http.Header, options ...OperationOption) (*Response, error) {
	op := c.newOperation(OperationKeepAlive, http.MethodPost, callID, "/keepAlive", options...)
	op.header = header
	return c.do(ctx, op)
}

// Get reads the call. A call that Graph does not know is an error
// for which [IsNotFound] is true; one that it still shows may have [Call.Ended].
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-get
func (c *Client) Get(ctx context.Context, callID string, options ...OperationOption) (Call, *Response, error) {
	var call Call
	op := c.newOperation(OperationGet, http.MethodGet, callID, "", options...)
	op.decode = func(r *Response) (err error) { call, err = decodeCall(r.body, r.secrets); return err }
	response, err := c.do(ctx, op)
	return call, response, err
}

// HangUp deletes the call, which ends it, or for a group call the application's leg of it.
// A call that Graph does not know (any more) has ended already: that is no error. Any 404 but a web page counts, also one
// without Graph's error code, which may be a gateway's while the call goes on.
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-delete
func (c *Client) HangUp(ctx context.Context, callID string) error {
	err := c.HangUpKnown(ctx, callID)
	if IsNotFound(err) {
		return nil
	}
	return err
}

// HangUpKnown is [Client.HangUp] for a call that must exist: if Graph does not know it, that is an error for
// which [IsNotFound] is true.
func (c *Client) HangUpKnown(ctx context.Context, callID string) error {
	op := c.newOperation(OperationHangUp, http.MethodDelete, callID, "")
	_, err := c.do(ctx, op)
	return err
}

// newOperation returns an idempotent operation on the call, whose request goes to the call's URL with suffix.
func (c *Client) newOperation(name Operation, method, callID, suffix string, options ...OperationOption) *operation {
	op := &operation{
		name: name, method: method, callID: callID, idempotent: true,
		url:     c.calls + "/" + url.PathEscape(callID) + suffix,
		secrets: c.options.Secrets,
	}
	for _, option := range options {
		option(op)
	}
	return op
}
