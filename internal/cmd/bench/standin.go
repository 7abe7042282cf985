package main

import (
	"context"
	"net/http"
	"time"

	"terraform-provider-msgraph/internal/cmd/rig"
)

// standIn is the stand-in for Graph and Entra ID: a process of its own, since its work is not
// the provider's.
type standIn struct {
	*rig.StandIn

	before counted // at the last forget
}

// traffic is what reached the stand-in during a step.
type traffic struct {
	graph       int // requests to Graph
	tokens      int // handed out
	connections int // to Graph
}

// counted is what the stand-in has counted since its start.
type counted struct {
	Graph  int `json:"graph_connections"`
	Tokens int `json:"tokens"`
}

// startStandIn starts the program.
func startStandIn(program, caFile string) (*standIn, error) {
	s, err := rig.StartStandIn(program, caFile, time.Minute)
	if err != nil {
		return nil, err
	}
	return &standIn{StandIn: s}, nil
}

// placeCalls places n calls anew, under the ids that the configuration makes.
func (s *standIn) placeCalls(ctx context.Context, n int) error {
	for i := range n {
		if err := s.Ask(ctx, http.MethodPost, "/calls", map[string]string{"id": callOf(i)}, nil); err != nil {
			return err
		}
	}
	return nil
}

// slow has every answer take that much longer.
func (s *standIn) slow(ctx context.Context, by time.Duration) error {
	if err := s.Ask(ctx, http.MethodDelete, "/faults", nil, nil); err != nil || by == 0 {
		return err
	}
	return s.Ask(ctx, http.MethodPost, "/faults", map[string]any{"delay": by.String(), "times": -1}, nil)
}

// forget begins what traffic counts.
func (s *standIn) forget(ctx context.Context) error {
	if err := s.ForgetRequests(ctx); err != nil {
		return err
	}
	return s.Ask(ctx, http.MethodGet, "/counts", nil, &s.before)
}

// traffic is what came since forget.
func (s *standIn) traffic(ctx context.Context) (t traffic, err error) {
	var requests []struct{ Service string }
	var now counted
	if err := s.Ask(ctx, http.MethodGet, "/requests", nil, &requests); err != nil {
		return t, err
	}
	if err := s.Ask(ctx, http.MethodGet, "/counts", nil, &now); err != nil {
		return t, err
	}
	for _, r := range requests {
		if r.Service == "graph" {
			t.graph++
		}
	}
	t.tokens, t.connections = now.Tokens-s.before.Tokens, now.Graph-s.before.Graph
	return t, nil
}
