package graphsim

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// ControlOutcome is an Outcome as PUT /outcomes takes it, with the calls that it is for; the
// fields mean the same. The first one that matches holds.
type ControlOutcome struct {
	// Match is part of a call's callback URI, of the ID or number of one of its targets, of
	// the ID of its chat, or of its meeting's ID; empty matches any call.
	Match string `json:"match"`
	// Times is how many calls it is for; any number when 0.
	Times int `json:"times"`

	Outcome

	KnownAfter  duration `json:"known_after"`
	Ringing     duration `json:"ringing"`
	Established duration `json:"established"`
	EndsAfter   duration `json:"ends_after"`
	Terminating duration `json:"terminating"`
	Terminated  duration `json:"terminated"`
}

func (c *ControlOutcome) outcome() Outcome {
	o := c.Outcome
	o.KnownAfter, o.Ringing = time.Duration(c.KnownAfter), time.Duration(c.Ringing)
	o.Established, o.EndsAfter = time.Duration(c.Established), time.Duration(c.EndsAfter)
	o.Ended = EndedVisibility{time.Duration(c.Terminating), time.Duration(c.Terminated)}
	return o
}

func (c *ControlOutcome) matches(p PlacedCall) bool {
	return slices.ContainsFunc(append([]string{p.CallbackURI, p.ThreadID, p.JoinMeetingID}, p.Targets...),
		func(s string) bool { return strings.Contains(s, c.Match) })
}

// outcomeRules find the outcome of a call among several.
type outcomeRules struct {
	mu    sync.Mutex
	rules []ControlOutcome
}

func (r *outcomeRules) outcome(p PlacedCall) Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.rules {
		rule := &r.rules[i]
		if !rule.matches(p) {
			continue
		}
		found := rule.outcome()
		if rule.Times > 0 {
			if rule.Times--; rule.Times == 0 {
				r.rules = slices.Delete(r.rules, i, i+1)
			}
		}
		return found
	}
	return Outcome{}
}

func (c control) setOutcomes(_ *http.Request, rules []ControlOutcome) (any, error) {
	c.server.OnPlace((&outcomeRules{rules: rules}).outcome)
	return nil, nil
}
