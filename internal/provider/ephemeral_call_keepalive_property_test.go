package provider

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// For any series of renewals, with any mix of failures shorter than 30 minutes, the call
// never expires: the real Open and Renew against the stand-in, which ends a call that gets
// no keepAlive for 45 minutes. Ten seconds are taken off for the tries themselves, which
// take up to five each.
func TestEphemeral_failuresShorterThan30MinutesAreHarmless(t *testing.T) {
	t.Parallel()
	kinds := []graphsim.Fault{
		graphsim.Status(503), graphsim.Status(500), graphsim.Throttled(""), graphsim.Throttled("2.128"), graphsim.Throttled("900"),
		graphsim.Status(401), graphsim.Status(403), graphsim.HTMLNotFound(), graphsim.Garbage(502), graphsim.CutOff(graphsim.CutRequest),
		graphsim.CutOff(graphsim.CutHeaders), graphsim.Redirect("https://127.0.0.1:1/"),
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 3))
			within := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d))) }
			l := newLab(t).skewed(within(4*time.Hour) - 2*time.Hour)
			r := l.rpc(t)
			opened := r.mustOpen(set())
			private, wait := opened.Private, opened.RenewAt.Sub(l.local.Now())
			upFrom, downFrom := start, start.Add(within(time.Hour))
			renewals, failures := 0, 0
			for ; l.clock.Now().Before(start.Add(16 * time.Hour)); renewals++ {
				if wait < time.Second {
					t.Fatalf("at %v the next renewal is asked for after %s", l.clock.Now(), wait)
				}
				l.clock.Advance(wait)
				for !l.clock.Now().Before(downFrom) {
					upFrom = downFrom.Add(within(30*time.Minute - 10*time.Second))
					downFrom = upFrom.Add(66*time.Second + within(time.Hour))
				}
				l.ClearFaults()
				if l.clock.Now().Before(upFrom) {
					failures++
					l.graphIs(kinds[random.IntN(len(kinds))])
				}
				renewed := r.renew(private)
				if len(renewed.Diagnostics) != 0 {
					t.Fatalf("renewal %d at %v, with Graph out of reach until %v:\n%s", renewals, l.clock.Now(), upFrom, said(renewed.Diagnostics))
				}
				if random.IntN(2) == 0 { // as OpenTofu does
					private = renewed.Private
				}
				wait = renewed.RenewAt.Sub(l.local.Now())
			}
			call, _ := l.Call(callID)
			if !call.EndedAt.IsZero() {
				t.Errorf("the call ended at %v", call.EndedAt)
			}
			if failures < 20 || call.KeepAlives < 16 {
				t.Errorf("only %d failures and %d keepAlives in %d renewals: this shows little", failures, call.KeepAlives, renewals)
			}
		})
	}
}
