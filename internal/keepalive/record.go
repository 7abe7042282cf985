package keepalive

import "time"

// Record is the outcome of keeping one call alive so far. Times are Graph's.
type Record struct {
	// Sent is how many keepAlives Graph has accepted.
	Sent int
	// First and Last are when Graph accepted the first and the last of them; zero for none.
	First, Last time.Time
	// Failures is how many attempts have failed since Last.
	Failures int
	// Failure is why the last attempt failed, at FailedAt; nil if it succeeded.
	Failure  error
	FailedAt time.Time
	// Ended is whether Failure means that the call has ended.
	Ended bool
	// Shown is when Graph last showed the call as alive although no keepAlive had succeeded
	// by its expiry; zero if it has not since Last.
	Shown time.Time
	// Lost is whether a [GroupHold] gave the call up: no keepAlive had succeeded by its expiry,
	// and Graph did not show it as alive.
	Lost bool
}

// Over reports whether the call has ended or was given up.
func (r Record) Over() bool { return r.Ended || r.Lost }

// note records the outcome of one attempt, at now; ended is as in [KeeperOptions].
func (r *Record) note(at time.Time, err error, now time.Time, ended func(error) bool) {
	if err != nil {
		r.Failures++
		r.Failure, r.FailedAt, r.Ended = err, now, ended(err)
		return
	}
	if r.First.IsZero() {
		r.First = at
	}
	*r = Record{Sent: r.Sent + 1, First: r.First, Last: at}
}

// noteShown records, at now, whether the server shows the call as alive although no keepAlive has succeeded by its expiry. It reports
// whether the call cannot be alive any more: the server does not show it as alive, or no response has shown it alive for [Limit].
func (r *Record) noteShown(alive bool, err error, now time.Time) bool {
	switch {
	case err != nil:
		return !now.Before(Expiry(r.Last)) && !now.Before(Expiry(r.Shown))
	case alive:
		r.Shown = now
	}
	return !alive
}

// timeout is how long an attempt may take, so that there is time for others before the call's expiry.
func (r Record) timeout(now time.Time) time.Duration {
	if r.Sent == 0 {
		return Limit
	}
	return max(Expiry(r.Last).Sub(now)/2, minAttempt)
}

// lastOr is when the last keepAlive was accepted, or now if none was.
func (r Record) lastOr(now time.Time) time.Time {
	if r.Last.IsZero() {
		return now
	}
	return r.Last
}
