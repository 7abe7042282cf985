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
// Two requests are two calls, so the request is repeated only after what proves that Graph has not taken it: no
// connection, a refused token, 429. Of any other failure, [Error.MayHaveBeenTaken] says whether there may be a
// call whose ID nobody knows. Once the request is on its way it is waited for even when ctx is canceled, as long as
// an attempt takes ([RetryOptions.AttemptTimeout]).
//
// Source: https://learn.microsoft.com/en-us/graph/api/application-post-calls
func (c *Client) Place(ctx context.Context, body json.RawMessage, header http.Header) (Call, *Response, error) {
	var call Call
	op := &operation{
		name: OperationPlace, method: http.MethodPost, url: c.calls, body: body, secrets: c.options.Secrets,
		header: withAccept(header),
		decode: func(r *Response) (err error) { call, err = placedCall(r); return err },
	}
	response, err := c.do(ctx, op)
	return call, response, err
}

// withAccept returns the header with the one that asks for JSON.
func withAccept(header http.Header) http.Header {
	all := acceptJSON.Clone()
	for name, values := range header {
		all[http.CanonicalHeaderKey(name)] = values
	}
	return all
}

// placedCall returns the call that a response is about. Its ID is in the body, or else in the header Location.
func placedCall(r *Response) (Call, error) {
	call, err := decodeCall(r.body)
	if err != nil {
		call = Call{} // which its ID makes up for
	}
	if CheckCallID(call.ID) != nil {
		call.ID, _ = FindCallID(r.header.Get("Location"))
	}
	if CheckCallID(call.ID) != nil {
		return Call{}, errors.New("the response has no ID of the call, neither in its body nor in the header Location")
	}
	return call, nil
}
