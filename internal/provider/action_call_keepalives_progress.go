package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// callsProgress reports on calls while they are held.
type callsProgress struct {
	reporter reporter
	group    *heldGroup
	holdFor  time.Duration
	// refused are the invalid entries of calls.
	refused []callFailure
	// ends are why calls are over, by their numbers.
	ends map[int]endedCall
	// shown are the calls that were last said to have ended or to fail, by the reason.
	shown map[string]string
}

// total is how many entries calls has.
func (p *callsProgress) total() int { return len(p.group.calls) + len(p.refused) }

// roundMessage describes one round and what follows it, for example:
//
//	round 3 of about 8 at 14:30:05Z: 240 of 240 calls kept; next at 14:45:05Z; 1h15m left
func (p *callsProgress) roundMessage(r keepalive.Round) string {
	kept := 0
	for _, record := range r.Records {
		if record.Sent > 0 && record.Failure == nil && !record.Over() {
			kept++
		}
	}
	result := fmt.Sprintf("at %s: %s kept", clockTime(r.Began), countOf(kept, p.total()))
	if r.Next.IsZero() {
		return fmt.Sprintf("round %d of %d %s", r.Number, r.Number, result)
	}
	return fmt.Sprintf("round %d of about %d %s; next at %s; %s left", r.Number, r.Of, result, clockTime(r.Next), formatLeft(r.Left))
}

// countOf counts calls.
func countOf(n, all int) string {
	if all == 1 {
		return fmt.Sprintf("%d of 1 call", n)
	}
	return fmt.Sprintf("%d of %d calls", n, all)
}

// changes returns a line for each reason for which other calls have ended or fail than were last said to.
func (p *callsProgress) changes(held groupRecords) (lines []string) {
	reasons := p.reasons(held)
	now := make(map[string]string, len(reasons))
	for _, r := range reasons {
		names := listNames(r.calls)
		now[r.key] = fmt.Sprintf("%d %s", len(r.calls), names)
		if p.shown[r.key] != now[r.key] {
			lines = append(lines, fmt.Sprintf("%s: %s: %s", r.word, names, r.line()))
		}
	}
	p.shown = now
	return lines
}

// reasons are why calls have ended or fail.
func (p *callsProgress) reasons(held groupRecords) []callReason {
	var reasons callReasons
	add := func(call namedCall, key, word, text string) {
		reasons.add(call, word+" "+key, func() callReason { return callReason{word: word, text: text} })
	}
	for _, f := range p.refused {
		add(f.call, f.err.Error(), "failed", f.err.Error())
	}
	for i, r := range held.records {
		switch call := held.group.calls[i]; {
		case r.Over():
			add(call, p.ends[i].reason, endLabel(r), p.ends[i].reason)
		case r.Failure != nil:
			add(call, fmt.Sprintf("%d %s", kindOf(r.Failure), reasonKey(r.Failure)), "failed", oneLineReason(r.Failure))
		}
	}
	return reasons.list
}

// endLabel says in a word what became of a call that is over.
func endLabel(r keepalive.Record) string {
	switch {
	case r.Lost:
		return "lost"
	case r.Sent == 0:
		return "not found"
	}
	return "ended"
}

// oneLineReason says in a few words why a keepAlive failed.
func oneLineReason(err error) string {
	if errors.As(err, new(notTriedError)) {
		return "the round timed out before the first attempt"
	}
	first, _, _ := strings.Cut(shortReason(err), "\n")
	return first
}

// interrupted summarizes a hold that was interrupted.
func (p *callsProgress) interrupted(held groupRecords) string {
	over, failing, alive := held.partition(nil)
	numbers := slices.Concat(alive, failing)
	first, last := held.keptTimes(numbers)
	if len(numbers) == 0 {
		return "The run was interrupted before Graph accepted a keepAlive of any call that is still alive. Requests that were in flight may " +
			"have taken effect; sending others is safe."
	}
	which := "a call was"
	if p.total() > 1 {
		which = fmt.Sprintf("%d calls were", p.total())
	}
	text := "The run was interrupted. "
	if p.holdFor > 0 {
		text = fmt.Sprintf("The run was interrupted while %s being held for %s. ", which, tfvalue.FormatDuration(p.holdFor))
	}
	text += p.heldMessage(len(numbers), first, last)
	if len(over) > 0 {
		text += "\n\nEnded before that: " + listNames(held.group.named(over)) + "."
	}
	return text
}
