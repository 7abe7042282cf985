package provider

import (
	"context"
	"errors"
	"fmt"

	"terraform-provider-msgraph/internal/graph"
)

// endedCall is how a call ended; the zero value for one that is alive.
type endedCall struct {
	// reason is why, without what differs from one response to the next.
	reason string
	// response is the response that said so, where that is an error.
	response *graph.Response
}

// readEnd reads one call of many; known is whether it was seen alive before.
func (d *providerData) readEnd(ctx context.Context, id string, known bool, o graph.OperationOption) (endedCall, error) {
	call, err := d.getCall(ctx, id, o)
	return endOfCall(call, err, known)
}

// endOfCall returns how a call ended, from the result of reading it; an error if it could not be read.
func endOfCall(call graph.Call, err error, known bool) (endedCall, error) {
	switch failure := (*graph.Error)(nil); {
	case graph.IsNotFound(err) && errors.As(err, &failure):
		if !known {
			return endedCall{endedForgotten(err), failure.Last}, nil
		}
		return endedCall{fmt.Sprintf("Graph no longer knows it (response: %s)", failure.Last), failure.Last}, nil
	case err == nil && call.Ended():
		return endedCall{reason: endedShown(call)}, nil
	}
	return endedCall{}, err
}
