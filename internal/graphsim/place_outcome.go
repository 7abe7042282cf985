package graphsim

import "time"

// Outcome says how a placed call proceeds. Its durations count from the POST, on the
// server's clock. The zero value is a call that is established as soon as its 201 is sent,
// and lasts for as long as it is kept alive.
type Outcome struct {
	// KnownAfter is when GET begins to show the call; until then it returns 404.
	KnownAfter time.Duration
	// Ringing is when establishing turns into ringing; never when 0.
	Ringing time.Duration
	// Established is when the call is established.
	Established time.Duration
	// NeverEstablished leaves it establishing, or ringing: nobody picks up.
	NeverEstablished bool

	// End ends the call after EndsAfter, established or not; nil lets it go on.
	End       *ResultInfo
	EndsAfter time.Duration
	// Ended is how GET shows the end of this call, in place of what the server does for all
	// when it is not zero.
	Ended EndedVisibility

	// Extra is Call.Extra.
	Extra map[string]any
}

// Ends of calls that were never established.
// https://learn.microsoft.com/graph/api/call-delete
var (
	// EndAllLeft has a code of success, and says nothing about whether anybody was there.
	EndAllLeft = ResultInfo{200, 5002, "All other participants have left the call."}
	// EndUnreachable is a callee that could not be reached.
	EndUnreachable = ResultInfo{480, 10037, "Callee is not found or is offline."}
	// EndNoAnswer is a callee that gave no sign.
	EndNoAnswer = ResultInfo{408, 10057, "No signalling response from the callee endpoint."}
)

// stateAt is the state that a call is in so long after its POST, as long as it has not ended.
func (o *Outcome) stateAt(elapsed time.Duration) string {
	switch {
	case !o.NeverEstablished && elapsed >= o.Established:
		return StateEstablished
	case o.Ringing > 0 && elapsed >= o.Ringing:
		return StateRinging
	}
	return StateEstablishing
}
