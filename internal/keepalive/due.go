// Package keepalive knows when a call needs its next keepAlive. It knows neither Terraform
// nor HTTP: it works only on points in time and durations.
package keepalive

import "time"

const (
	// Limit is how long Graph lets a call live after its last successful keepAlive (or its
	// start) before it ends the call.
	//
	// Source: https://learn.microsoft.com/en-us/graph/api/call-keepalive
	Limit = 45 * time.Minute

	// DefaultRenewAfter is the age at which a scheduled keepAlive is due by default. Microsoft
	// recommends one every 15 minutes (same source); it lies below that so that a 15-minute
	// scheduler that starts a little early does not find "not due yet" and leave the call for
	// 30 minutes.
	DefaultRenewAfter = 10 * time.Minute

	// skewTolerance is how far in the future a keepAlive may seem to lie before the
	// clock is taken to be wrong: whole seconds in Graph's Date header and ordinary drift
	// stay well below it.
	skewTolerance = time.Minute
)

// RenewAt returns the instant at which the keepAlive that follows one sent at last is due.
func RenewAt(last time.Time, renewAfter time.Duration) time.Time { return last.Add(renewAfter) }

// Expiry returns the instant at which Graph ends the call when no keepAlive follows the
// one sent at last.
func Expiry(last time.Time) time.Time { return last.Add(Limit) }

// Due reports whether a keepAlive is due at now: the last one is renewAfter old or older,
// or it seems to lie in the future by more than a minute, which means that one of
// the clocks is wrong, and then one keepAlive too many is better than one too few. A
// renewAfter of zero is always due.
func Due(last, now time.Time, renewAfter time.Duration) bool {
	age := now.Sub(last)
	return renewAfter <= 0 || age >= renewAfter || age < -skewTolerance
}
