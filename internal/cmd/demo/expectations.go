package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// outcome is the result of a step.
type outcome struct {
	exitCode int
	output   string    // standard output and standard error of the CLI
	requests []request // that the stand-in received during the step
	call     call      // after the step
	placed   []call    // the calls that the provider has placed so far, as they are after the step
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
		other := slices.ContainsFunc(sent, func(r request) bool { return r.Method != http.MethodGet })
		return listed(sent), len(sent) > 0 && !other
	}}
}

// keepAliveAccepted expects one keepAlive that Graph accepted.
func keepAliveAccepted() expectation {
	return expectation{"exactly one keepAlive was sent, and Graph accepted it", func(o outcome) (string, bool) {
		sent := keepAlives(o.requests)
		return listed(toGraph(o.requests)), len(sent) == 1 && sent[0].Status/100 == 2
	}}
}

// keepAlivesAccepted expects n keepAlives that Graph accepted.
func keepAlivesAccepted(n int, why string) expectation {
	return expectation{fmt.Sprintf("%d keepAlives were sent (%s), and Graph accepted them", n, why), func(o outcome) (string, bool) {
		sent := keepAlives(o.requests)
		accepted := !slices.ContainsFunc(sent, func(r request) bool { return r.Status/100 != 2 })
		return listed(toGraph(o.requests)), len(sent) == n && accepted
	}}
}

// keepAliveRejected expects one keepAlive for a call that Graph does not know.
func keepAliveRejected() expectation {
	return expectation{"one keepAlive was sent, and Graph rejected it: nothing has changed", func(o outcome) (string, bool) {
		sent := keepAlives(o.requests)
		return listed(toGraph(o.requests)), len(sent) == 1 && sent[0].Status == http.StatusNotFound
	}}
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
		want := o.call.LastKeepAlive.Add(limit)
		match := expiresAt.FindStringSubmatch(o.output)
		if match == nil {
			return "no such output", false
		}
		got, err := time.Parse(time.RFC3339, match[1])
		apart := want.Sub(got).Abs()
		return fmt.Sprintf("%s, and the call ends at %s", match[1], want.Format(time.RFC3339)), err == nil && apart < 2*time.Second
	}}
}

// unwrapped removes the CLI's line breaks and the bars beside its diagnostics.
func unwrapped(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

func toGraph(all []request) []request {
	return slices.DeleteFunc(slices.Clone(all), func(r request) bool { return r.Service != "graph" })
}

func keepAlives(all []request) []request {
	return slices.DeleteFunc(toGraph(all), func(r request) bool {
		return r.Method != http.MethodPost || !strings.HasSuffix(r.Path, "/keepAlive")
	})
}

// listed formats requests for people.
func listed(requests []request) string {
	if len(requests) == 0 {
		return "no request"
	}
	var list []string
	for _, r := range requests {
		list = append(list, fmt.Sprintf("%s %s (%d)", r.Method, r.Path, r.Status))
	}
	return strings.Join(list, ", ")
}
