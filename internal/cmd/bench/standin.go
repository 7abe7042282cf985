package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// traffic is what reached the stand-in during a step.
type traffic struct {
	graph int // requests to Graph
	counts
	// soonest is the shortest time from a response with a status of 429 to the next request to the same call.
	soonest time.Duration
}

// counts are totals since the stand-in was started.
type counts struct {
	tokens      int // issued
	connections int // to Graph
}

func (b *bench) counts() counts {
	graph, _ := b.StandIn.Connections()
	return counts{tokens: b.StandIn.TokensIssued(), connections: graph}
}

// placeCalls places n calls with the IDs in the configurations.
func (b *bench) placeCalls(n int) {
	for i := range n {
		b.StandIn.PlaceCall(graphsim.Call{ID: callID(i)})
	}
}

// delay delays every response.
func (b *bench) delay(by time.Duration) {
	b.StandIn.ClearFaults()
	if by > 0 {
		b.StandIn.Inject(graphsim.Slow(by).For(-1))
	}
}

// throttled is how many requests there are for each one that is throttled.
const throttled = 20

// retryAfter is what a throttled request is told to wait.
const retryAfter = time.Second

// throttle has Graph respond to 5 % of the requests to n calls with a status of 429: to a GET of some calls, and to a
// keepAlive of others.
func (b *bench) throttle(n int) {
	fault := graphsim.Throttled(fmt.Sprintf("%.0f", retryAfter.Seconds()))
	for i := range n / throttled {
		b.StandIn.Inject(fault.To(http.MethodGet, callID(i*throttled)))
		b.StandIn.Inject(fault.To(http.MethodPost, callID(i*throttled+1)))
	}
}

// resetTraffic starts a new count of the traffic.
func (b *bench) resetTraffic() {
	b.StandIn.ResetRequests()
	b.before = b.counts()
}

// traffic returns the traffic since resetTraffic.
func (b *bench) traffic() traffic {
	requests, now := b.StandIn.Requests(), b.counts()
	t := traffic{soonest: soonestRetry(requests), counts: counts{now.tokens - b.before.tokens, now.connections - b.before.connections}}
	for _, r := range requests {
		if r.Service == graphsim.ServiceGraph {
			t.graph++
		}
	}
	return t
}

// soonestRetry returns the shortest time from a throttled request to the next one to the same call, or 0 without any.
func soonestRetry(requests []graphsim.Request) (soonest time.Duration) {
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
