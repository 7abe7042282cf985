package main

import (
	"context"
	"net/http"
	"time"

	"terraform-provider-msgraph/internal/cmd/harness"
)

// standIn is the stand-in for Graph and Entra ID, with one call placed.
type standIn struct{ *harness.StandIn }

// call is a call in the stand-in.
type call struct {
	ID            string    `json:"id"`
	State         string    `json:"state"`
	LastKeepAlive time.Time `json:"last_keepalive_at"`
	KeepAlives    int       `json:"keepalives"`
}

// request is one that the stand-in received.
type request struct {
	Service string `json:"service"` // graph or entra
	Method  string `json:"method"`
	Path    string `json:"path"`
	Status  int    `json:"status"`
}

func (s *standIn) call(ctx context.Context) (c call, err error) {
	err = s.Send(ctx, http.MethodGet, "/calls/"+callID, nil, &c)
	return c, err
}

// placed returns the calls that the provider has placed so far, oldest first.
func (s *standIn) placed(ctx context.Context) ([]call, error) {
	var calls []call
	if err := s.Send(ctx, http.MethodGet, "/placed", nil, &calls); err != nil {
		return nil, err
	}
	for i := range calls {
		if err := s.Send(ctx, http.MethodGet, "/calls/"+calls[i].ID, nil, &calls[i]); err != nil {
			return nil, err
		}
	}
	return calls, nil
}

// endCall ends a call that everybody else has left.
// https://learn.microsoft.com/graph/api/call-delete
func (s *standIn) endCall(ctx context.Context, id string) error {
	return s.Send(ctx, http.MethodDelete, "/calls/"+id, map[string]any{
		"code": 200, "subcode": 5002, "message": "All other participants have left the call.",
	}, nil)
}

func (s *standIn) requests(ctx context.Context) (r []request, err error) {
	err = s.Send(ctx, http.MethodGet, "/requests", nil, &r)
	return r, err
}

// showEndedCalls sets how long the stand-in shows an ended call as terminated before it forgets it.
func (s *standIn) showEndedCalls(ctx context.Context, terminated time.Duration) error {
	return s.Send(ctx, http.MethodPut, "/ended", map[string]string{"terminated": terminated.String(), "terminating": "0s"}, nil)
}
