package graph

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/uuid"
)

const clientRequestIDHeader = "client-request-id"

// requestIDPolicy gives every request a client-request-id of its own, unless the user has
// chosen one: Graph echoes it, and Microsoft's support finds a request by it. It comes after
// all policies that send a request more than once.
type requestIDPolicy struct{ added http.Header }

// Do implements [policy.Policy].
func (p requestIDPolicy) Do(req *policy.Request) (*http.Response, error) {
	req = req.Clone(req.Raw().Context()) // which the policies before it may send again
	if req.Raw().Header.Get(clientRequestIDHeader) == "" && p.added.Get(clientRequestIDHeader) == "" {
		req.Raw().Header.Set(clientRequestIDHeader, uuid.NewString())
	}
	return req.Next()
}

// headerTransport adds headers to each request that the request does not have itself.
//
// It is no policy because azcore's log, which AZURE_SDK_GO_LOGGING turns on, comes after
// those, and shows some headers.
type headerTransport struct {
	policy.Transporter
	added http.Header
}

// Do implements [policy.Transporter].
func (t headerTransport) Do(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	for name, values := range t.added {
		if _, ok := req.Header[name]; !ok {
			req.Header[name] = values
		}
	}
	return t.Transporter.Do(req)
}

const (
	// callLimit bounds how much of a call's JSON is read: media blobs make some large.
	callLimit = 4 << 20
	// errorLimit bounds how much of an error's body is read: an error envelope is small, and
	// of anything else only the start is shown.
	errorLimit = 64 << 10
)

// attemptPolicy counts a request and ends it after timeout: a server that hangs or trickles
// leaves time for other attempts.
type attemptPolicy struct{ timeout time.Duration }

// Do implements [policy.Policy].
func (p attemptPolicy) Do(req *policy.Request) (*http.Response, error) {
	progressOf(req.Raw().Context()).attempts++
	ctx, cancel := context.WithTimeout(req.Raw().Context(), p.timeout)
	defer cancel()
	resp, err := req.Clone(ctx).Next()
	if err != nil && ctx.Err() != nil && req.Raw().Context().Err() == nil {
		return nil, fmt.Errorf("no complete answer came within %s: %w", p.timeout, err)
	}
	return resp, err
}

// boundedTransport reads the body of each answer into memory, up to a bound: an endless one
// is never read to its end. A body that breaks off is an error only where it is what was
// asked for: the status of a keepAlive says it all, and so does that of a failure.
//
// It is no policy because azcore's own, which reads whole the bodies of failures and takes
// it as final when one breaks off, comes after those.
type boundedTransport struct{ policy.Transporter }

// Do implements [policy.Transporter].
func (t boundedTransport) Do(req *http.Request) (*http.Response, error) {
	resp, err := t.Transporter.Do(req)
	if err != nil {
		return nil, err
	}
	wanted := req.Method == http.MethodGet && resp.StatusCode == http.StatusOK
	limit := int64(errorLimit)
	if wanted {
		limit = callLimit
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	_ = resp.Body.Close()
	if wanted && err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	if int64(len(body)) > limit {
		if wanted {
			return nil, tooLargeError{}
		}
		body = body[:limit]
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// tooLargeError is a call larger than callLimit; it would be as large the next time.
type tooLargeError struct{}

func (tooLargeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d MiB, which no call is", callLimit>>20)
}

// NonRetriable marks the error as final for the retry policy.
func (tooLargeError) NonRetriable() {}
