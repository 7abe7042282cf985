package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// outcome is the result of a step.
type outcome struct {
	exitCode int
	output   string             // standard output and standard error of the CLI
	requests []graphsim.Request // that the stand-in received during the step
	call     graphsim.Call      // after the step
	placed   []graphsim.Call    // the calls that the provider has placed so far, as they are after the step
}

// expectation is something that must be true after a step.
type expectation struct {
	text  string                              // as a fact
	check func(outcome) (got string, ok bool) // got is printed if the expectation is not met
}

func exits(code int, meaning string) expectation {
	return expectation{fmt.Sprintf("the exit code is %d: %s", code, meaning), func(o outcome) (string, bool) {
		return fmt.Sprintf("exit code %d", o.exitCode), o.exitCode == code
	}}
}

// prints expects words in the CLI's output, across line breaks.
func prints(text, words string) expectation {
	return expectation{fmt.Sprintf("%s: %q", text, words), func(o outcome) (string, bool) {
		return "output without that", strings.Contains(unwrapped(o.output), unwrapped(words))
	}}
}

// noRequests expects no request to Entra ID or Graph.
func noRequests() expectation {
	return expectation{"neither Entra ID nor Graph received a request", func(o outcome) (string, bool) {
		return listed(o.requests), len(o.requests) == 0
	}}
}

// onlyGET expects that the step read the call and changed nothing.
func onlyGET() expectation {
	return expectation{"no keepAlive was sent: Graph received only GET requests", func(o outcome) (string, bool) {
		sent := toGraph(o.requests)
		other := slices.ContainsFunc(sent, func(r graphsim.Request) bool { return r.Method != http.MethodGet })
		return listed(sent), len(sent) > 0 && !other
	}}
}

// sends expects those of the requests to Graph that match to have these statuses, in any order.
func sends(text string, match func(graphsim.Request) bool, statuses ...int) expectation {
	slices.Sort(statuses)
	return expectation{text, func(o outcome) (string, bool) {
		var got []int
		for _, r := range toGraph(o.requests) {
			if match(r) {
				got = append(got, r.Status)
			}
		}
		slices.Sort(got)
		return listed(toGraph(o.requests)), slices.Equal(got, statuses)
	}}
}

func isKeepAlive(r graphsim.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/keepAlive")
}

func isPlacement(r graphsim.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/communications/calls")
}

func isHangUp(r graphsim.Request) bool { return r.Method == http.MethodDelete }

// keepAliveAccepted expects one keepAlive that Graph accepted.
func keepAliveAccepted() expectation {
	return sends("exactly one keepAlive was sent, and Graph accepted it", isKeepAlive, http.StatusOK)
}

// labKeepAlives expects one keepAlive to each of several calls: so many that Graph accepted and so many, one at most, that it
// rejected, because the call has ended.
func labKeepAlives(accepted, rejected int) expectation {
	text := fmt.Sprintf("Graph accepted one keepAlive for each of %d calls", accepted)
	if rejected > 0 {
		text += ", and rejected the one for the call that has ended"
	}
	all := sends(text, isKeepAlive,
		slices.Concat(slices.Repeat([]int{http.StatusOK}, accepted), slices.Repeat([]int{http.StatusNotFound}, rejected))...)
	return expectation{text, func(o outcome) (string, bool) {
		got, ok := all.check(o)
		calls := map[string]bool{}
		for _, r := range o.requests {
			if isKeepAlive(r) {
				calls[r.Path] = true
			}
		}
		return fmt.Sprintf("keepAlives of %d calls: %s", len(calls), got), ok && len(calls) == accepted+rejected
	}}
}

// callPlaced expects one request that places a call, which Graph accepted.
func callPlaced() expectation {
	return sends("exactly 1 request was sent that places a call", isPlacement, http.StatusCreated)
}

// keepAlivesInAll expects that the call has received n keepAlives since it was placed.
func keepAlivesInAll(n int) expectation {
	return expectation{fmt.Sprintf("the call has received %d in total", n), func(o outcome) (string, bool) {
		return fmt.Sprintf("%d in total", o.call.KeepAlives), o.call.KeepAlives == n
	}}
}

var expiresAt = regexp.MustCompile(`(?m)^expires_at = "(.+)"$`)

// expiresAtEnd expects that the output expires_at is the time at which Graph will end the call. The two differ by up to
// a second, because HTTP dates have whole seconds.
func expiresAtEnd() expectation {
	return expectation{"the output expires_at is the time at which Graph will end the call", func(o outcome) (string, bool) {
		want := o.call.LastKeepAlive.Add(graphsim.InactivityLimit)
		match := expiresAt.FindStringSubmatch(o.output)
		if match == nil {
			return "no such output", false
		}
		got, err := time.Parse(time.RFC3339, match[1])
		apart := want.Sub(got).Abs()
		return fmt.Sprintf("%s, and the call ends at %s", match[1], want.Format(time.RFC3339)), err == nil && apart < 2*time.Second
	}}
}

// callsAlive expects that so many of the calls that Terraform has placed so far are alive.
func callsAlive(alive, all int) expectation {
	text := fmt.Sprintf("calls that Terraform has placed in total: %d; established now: %d", all, alive)
	return expectation{text, func(o outcome) (string, bool) {
		established := 0
		for _, c := range o.placed {
			if c.State == graphsim.StateEstablished {
				established++
			}
		}
		return fmt.Sprintf("%d of %d", established, len(o.placed)), established == alive && len(o.placed) == all
	}}
}

// unwrapped removes the CLI's line breaks and the bars beside its diagnostics.
func unwrapped(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

func toGraph(all []graphsim.Request) []graphsim.Request {
	return slices.DeleteFunc(slices.Clone(all), func(r graphsim.Request) bool { return r.Service != graphsim.ServiceGraph })
}

// listed formats requests for people.
func listed(requests []graphsim.Request) string {
	if len(requests) == 0 {
		return "no request"
	}
	var list []string
	for _, r := range requests {
		list = append(list, fmt.Sprintf("%s %s (%d)", r.Method, r.Path, r.Status))
	}
	return strings.Join(list, ", ")
}
