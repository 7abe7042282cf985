package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// outcome is what a step brought about.
type outcome struct {
	exitCode int
	output   string    // the CLI's, standard output and error together
	requests []request // what reached the stand-in during the step
	call     call      // as the stand-in has it after the step
}

// claim is something that has to hold after a step.
type claim struct {
	text  string                               // as a fact
	check func(outcome) (seen string, ok bool) // seen is printed when it does not hold
}

func exits(code int, meaning string) claim {
	return claim{fmt.Sprintf("the exit code is %d: %s", code, meaning), func(o outcome) (string, bool) {
		return fmt.Sprintf("exit code %d", o.exitCode), o.exitCode == code
	}}
}

// says claims that the CLI's output contains words, however it wraps them.
func says(text, words string) claim {
	return claim{fmt.Sprintf("%s: %q", text, words), func(o outcome) (string, bool) {
		return "output without these words", strings.Contains(unwrapped(o.output), unwrapped(words))
	}}
}

// sentNothing claims that the step reached neither Entra ID nor Graph.
func sentNothing() claim {
	return claim{"neither Entra ID nor Graph saw a request", func(o outcome) (string, bool) {
		return listed(o.requests), len(o.requests) == 0
	}}
}

// lookedOnly claims that Graph was asked about the call and told nothing.
func lookedOnly() claim {
	return claim{"no keepAlive was sent: Graph saw nothing but GET", func(o outcome) (string, bool) {
		sent := toGraph(o.requests)
		other := slices.ContainsFunc(sent, func(r request) bool { return r.Method != http.MethodGet })
		return listed(sent), len(sent) > 0 && !other
	}}
}

// keptAlive claims that one keepAlive was sent, and that Graph took it.
func keptAlive() claim {
	return claim{"exactly one keepAlive was sent, and Graph took it", func(o outcome) (string, bool) {
		sent := keepAlives(o.requests)
		return listed(toGraph(o.requests)), len(sent) == 1 && sent[0].Status/100 == 2
	}}
}

// keptAliveTimes claims that several keepAlives were sent, and that Graph took all of them.
func keptAliveTimes(n int, why string) claim {
	return claim{fmt.Sprintf("%d keepAlives were sent (%s), and Graph took them", n, why), func(o outcome) (string, bool) {
		sent := keepAlives(o.requests)
		taken := !slices.ContainsFunc(sent, func(r request) bool { return r.Status/100 != 2 })
		return listed(toGraph(o.requests)), len(sent) == n && taken
	}}
}

// refused claims that one keepAlive was sent, and that Graph did not know the call.
func refused() claim {
	return claim{"one keepAlive was sent, and Graph refused it: nothing was changed", func(o outcome) (string, bool) {
		sent := keepAlives(o.requests)
		return listed(toGraph(o.requests)), len(sent) == 1 && sent[0].Status == http.StatusNotFound
	}}
}

// keptAliveInAll claims that the call has had n keepAlives since it was placed.
func keptAliveInAll(n int) claim {
	return claim{fmt.Sprintf("the call has had %d in all", n), func(o outcome) (string, bool) {
		return fmt.Sprintf("%d in all", o.call.KeepAlives), o.call.KeepAlives == n
	}}
}

var expiresAt = regexp.MustCompile(`(?m)^expires_at = "(.+)"$`)

// expiresInTime claims that the output expires_at is when Graph will end the call. The two
// are a second apart at most: HTTP's dates have whole seconds.
func expiresInTime() claim {
	return claim{"the output expires_at is when Graph will end the call", func(o outcome) (string, bool) {
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

// unwrapped undoes the CLI's line breaks and the bars that it frames diagnostics with.
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

// listed writes requests for people.
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
