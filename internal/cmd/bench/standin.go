package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/cmd/harness"
)

// standIn is the stand-in for Graph and Entra ID. It is a separate process, so that its work does not count as the
// provider's.
type standIn struct {
	*harness.StandIn

	before counts // at the last reset
}

// traffic is what reached the stand-in during a step.
type traffic struct {
	graph       int // requests to Graph
	tokens      int // issued
	connections int // to Graph
	// soonest is the shortest time from a response with a status of 429 to the next request to the same call.
	soonest time.Duration
}

// counts are the totals since the stand-in started.
type counts struct {
	Graph  int `json:"graph_connections"`
	Tokens int `json:"tokens"`
}

// placeCalls places n calls with the IDs in the configurations.
func (s *standIn) placeCalls(ctx context.Context, n int) error {
	for i := range n {
		if err := s.PlaceCall(ctx, callID(i)); err != nil {
			return err
		}
	}
	return nil
}

// delay delays every response.
func (s *standIn) delay(ctx context.Context, by time.Duration) error {
	if err := s.Send(ctx, http.MethodDelete, "/faults", nil, nil); err != nil || by == 0 {
		return err
	}
	return s.Send(ctx, http.MethodPost, "/faults", map[string]any{"delay": by.String(), "times": -1}, nil)
}

// throttled is how many requests there are for each one that is throttled.
const throttled = 20

// retryAfter is what a throttled request is told to wait.
const retryAfter = time.Second

// throttle has Graph respond to 5 % of the requests to n calls with a status of 429: to a GET of some calls, and to a
// keepAlive of others.
func (s *standIn) throttle(ctx context.Context, n int) error {
	for i := range n / throttled {
		for j, method := range []string{http.MethodGet, http.MethodPost} {
			if err := s.Send(ctx, http.MethodPost, "/faults", map[string]any{
				"method": method, "path_contains": callID(i*throttled + j), "status": http.StatusTooManyRequests,
				"header": map[string]string{"Retry-After": fmt.Sprintf("%.0f", retryAfter.Seconds())},
			}, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// reset starts a new count of the traffic.
func (s *standIn) reset(ctx context.Context) error {
	if err := s.ClearRequests(ctx); err != nil {
		return err
	}
	return s.Send(ctx, http.MethodGet, "/counts", nil, &s.before)
}

// traffic returns the traffic since the last reset.
func (s *standIn) traffic(ctx context.Context) (t traffic, err error) {
	var requests []request
	var now counts
	if err := s.Send(ctx, http.MethodGet, "/requests", nil, &requests); err != nil {
		return t, err
	}
	if err := s.Send(ctx, http.MethodGet, "/counts", nil, &now); err != nil {
		return t, err
	}
	for _, r := range requests {
		if r.Service == "graph" {
			t.graph++
		}
	}
	t.soonest = soonestRetry(requests)
	t.tokens, t.connections = now.Tokens-s.before.Tokens, now.Graph-s.before.Graph
	return t, nil
}

// request is one of those that reached the stand-in, in their order.
type request struct {
	Service, Path string
	At            time.Time
	Status        int
}

// soonestRetry returns the shortest time from a throttled request to the next one to the same call, or 0 without any.
func soonestRetry(requests []request) (soonest time.Duration) {
	throttledAt := map[string]time.Time{} // by the call's path
	for _, r := range requests {
		call := strings.TrimSuffix(r.Path, "/keepAlive")
		if at, ok := throttledAt[call]; ok {
			if waited := r.At.Sub(at); soonest == 0 || waited < soonest {
				soonest = waited
			}
			delete(throttledAt, call)
		}
		if r.Status == http.StatusTooManyRequests {
			throttledAt[call] = r.At
		}
	}
	return soonest
}
