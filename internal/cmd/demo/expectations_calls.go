package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// labKeepAlives expects one keepAlive to each of several calls: so many that Graph accepted and so many that it rejected,
// because the call has ended.
func labKeepAlives(accepted, rejected int) expectation {
	text := fmt.Sprintf("%d calls got one keepAlive each, and Graph accepted it", accepted)
	if rejected > 0 {
		text += fmt.Sprintf("; it rejected %d, to what has ended", rejected)
	}
	return expectation{text, func(o outcome) (string, bool) {
		sent := keepAlives(o.requests)
		calls, ok, notFound := map[string]bool{}, 0, 0
		for _, r := range sent {
			calls[r.Path] = true
			switch {
			case r.Status/100 == 2:
				ok++
			case r.Status == http.StatusNotFound:
				notFound++
			}
		}
		return fmt.Sprintf("%d keepAlives to %d calls, %d accepted, %d rejected", len(sent), len(calls), ok, notFound),
			ok == accepted && notFound == rejected && len(calls) == len(sent) && len(sent) == accepted+rejected
	}}
}

// callsPlaced expects so many requests that place a call, all of which Graph accepted.
func callsPlaced(n int) expectation {
	return expectation{fmt.Sprintf("exactly %s was sent that places a call", counted(n, "request")), func(o outcome) (string, bool) {
		sent := slices.DeleteFunc(toGraph(o.requests), func(r request) bool {
			return r.Method != http.MethodPost || !strings.HasSuffix(r.Path, "/communications/calls")
		})
		refused := slices.ContainsFunc(sent, func(r request) bool { return r.Status != http.StatusCreated })
		return listed(toGraph(o.requests)), len(sent) == n && !refused
	}}
}

// hangsUp expects so many requests that hang up, all of which Graph accepted.
func hangsUp(n int) expectation {
	return expectation{fmt.Sprintf("exactly %s was sent that hangs up", counted(n, "request")), func(o outcome) (string, bool) {
		sent := slices.DeleteFunc(toGraph(o.requests), func(r request) bool { return r.Method != http.MethodDelete })
		refused := slices.ContainsFunc(sent, func(r request) bool { return r.Status != http.StatusNoContent })
		return listed(toGraph(o.requests)), len(sent) == n && !refused
	}}
}

// callsAlive expects that so many of the calls that Terraform has placed so far are alive.
func callsAlive(alive, all int) expectation {
	text := fmt.Sprintf("Terraform has placed %s in total, of which %d", counted(all, "call"), alive)
	if alive == 1 {
		text += " is established"
	} else {
		text += " are established"
	}
	return expectation{text, func(o outcome) (string, bool) {
		established := 0
		for _, c := range o.placed {
			if c.State == "established" {
				established++
			}
		}
		return fmt.Sprintf("%d of %d", established, len(o.placed)), established == alive && len(o.placed) == all
	}}
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
