package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// Place places a call: it creates the one that body, JSON of Graph's type call, describes, and returns it with
// its ID. header is added to the request's own.
//
// Two requests would place two calls, so the request is repeated only if it is certain that Graph did not act on it:
// no connection, a refused token, 429, or an HTTP/2 server that has not processed it. After any other failure,
// [Error.MayHaveTakenEffect] reports whether there may be a call whose ID nobody knows. Once the request is sent, Place
// waits for the response until ctx is done, and up to [RetryOptions.AttemptTimeout] longer if it is canceled.
//
// Source: https://learn.microsoft.com/en-us/graph/api/application-post-calls
func (c *Client) Place(ctx context.Context, body json.RawMessage, header http.Header) (Call, *Response, error) {
	var call Call
	op := &operation{
		name: OperationPlace, method: http.MethodPost, url: c.calls, body: body, secrets: c.options.Secrets,
		header: header,
		decode: func(r *Response) (err error) { call, err = placedCall(r); return err },
	}
	response, err := c.do(ctx, op)
	return call, response, err
}

// placedCall returns the call in a response. Its ID is in the body, or else in the header Location.
func placedCall(r *Response) (Call, error) {
	call, err := decodeCall(r.body, r.secrets)
	if err != nil {
		call = Call{} // its ID is enough
	}
	if CheckCallID(call.ID) != nil {
		call.ID, _ = findCallID(r.header.Get("Location"))
	}
	if CheckCallID(call.ID) != nil {
		return Call{}, errors.New("the response has no ID of the call, neither in its body nor in the header Location")
	}
	return call, nil
}
