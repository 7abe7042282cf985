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

	Refused          string      `json:"refused"`
	KnownAfter       duration    `json:"known_after"`
	Ringing          duration    `json:"ringing"`
	Established      duration    `json:"established"`
	NeverEstablished bool        `json:"never_established"`
	End              *ResultInfo `json:"end"`
	EndsAfter        duration    `json:"ends_after"`

	Terminating duration `json:"terminating"`
	Terminated  duration `json:"terminated"`

	Participants []Participant  `json:"participants"`
	InLobby      bool           `json:"in_lobby"`
	Extra        map[string]any `json:"extra"`
}

func (c *ControlOutcome) outcome() Outcome {
	return Outcome{
		Refused: c.Refused, KnownAfter: time.Duration(c.KnownAfter), Ringing: time.Duration(c.Ringing),
		Established: time.Duration(c.Established), NeverEstablished: c.NeverEstablished,
		End: c.End, EndsAfter: time.Duration(c.EndsAfter),
		Ended:        EndedVisibility{time.Duration(c.Terminating), time.Duration(c.Terminated)},
		Participants: c.Participants, InLobby: c.InLobby, Extra: c.Extra,
	}
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

func (c control) setOutcomes(r *http.Request) (any, error) {
	var rules outcomeRules
	if err := decode(r, &rules.rules); err != nil {
		return nil, err
	}
	c.server.OnPlace(rules.outcome)
	return nil, nil
}
