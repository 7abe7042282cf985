package keepalive

import "time"

const (
	// RecommendedRenewAfter is the interval that Microsoft recommends. It is the default where
	// the provider keeps time itself, and so needs no allowance for a scheduler.
	//
	// Source: https://learn.microsoft.com/en-us/graph/api/call-keepalive
	RecommendedRenewAfter = 15 * time.Minute

	// MinRenewAfter is the shortest time between two keepAlives that succeed. Terraform
	// and OpenTofu renew in a tight loop when they are told a time that has passed, so
	// nothing here ever asks for less.
	MinRenewAfter = time.Minute

	// expiryMargin is what is left of [Limit] at the latest time at which a keepAlive is
	// planned, however long the user's renew_after: enough for several more attempts.
	expiryMargin = 2 * time.Minute

	// retryAfter is how soon a failed keepAlive is retried while there is time, and minRetry
	// the shortest such wait as time runs out.
	retryAfter = time.Minute
	minRetry   = time.Second
)

// nextDue returns when to send the next keepAlive of a call that is being held. The last attempt
// has just ended, at now; the last one that Graph accepted was at last.
//
// After a success, it is renewAfter later: at least [MinRenewAfter] from now, and at the latest
// shortly before the call's expiry. After a failure, it is a minute later, or half of the time
// that is left until the call's expiry where that is less, so that the first attempt after an
// outage still comes in time. After the expiry, there is no hurry: only a response can tell
// whether the call has ended.
func nextDue(now, last time.Time, renewAfter time.Duration, failed bool) time.Time {
	if !failed {
		renewAfter = cadence(renewAfter)
		// If the clock was set meanwhile, last is no guide any more.
		return now.Add(min(max(RenewAt(last, renewAfter).Sub(now), MinRenewAfter), renewAfter))
	}
	left := Expiry(last).Sub(now)
	if left <= 0 {
		return now.Add(retryAfter)
	}
	return now.Add(min(max(left/2, minRetry), retryAfter))
}

// timesLeft is how many keepAlives a hold has yet to send, the next one included; left is how much of the hold remains
// when that one is due. There is one every renewAfter, and one at the end.
func timesLeft(left, renewAfter time.Duration) int {
	every := cadence(renewAfter)
	return 1 + int((left+every-1)/every)
}

// cadence is renewAfter within the bounds of what [nextDue] plans.
func cadence(renewAfter time.Duration) time.Duration {
	return min(max(renewAfter, MinRenewAfter), Limit-expiryMargin)
}
