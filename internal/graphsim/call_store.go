package graphsim

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// callStore holds the calls, and what requests about them return.
type callStore struct {
	mu    sync.Mutex
	calls map[string]*Call
	ended EndedVisibility

	placed  []PlacedCall
	onPlace func(PlacedCall) Outcome
}

// settle brings a call up to date with the clock.
func (c *callStore) settle(call *Call, now time.Time) *Call {
	last := call.StartedAt
	if call.LastKeepAlive.After(last) {
		last = call.LastKeepAlive
	}
	end, why := last.Add(InactivityLimit), ResultInfo{408, 8537, "Keep Alive timeout, cleaned up inactive call."}
	if p := call.placement; p != nil && p.outcome.End != nil {
		if at := call.StartedAt.Add(p.outcome.EndsAfter); at.Before(end) {
			end, why = at, *p.outcome.End
		}
	}
	if call.EndedAt.IsZero() && !now.Before(end) {
		call.end(end, why)
	}
	switch {
	case !call.EndedAt.IsZero() && now.Before(call.EndedAt.Add(c.endedOf(call).Terminating)):
		call.State = StateTerminating
	case !call.EndedAt.IsZero():
		call.State = StateTerminated
	case call.placement != nil:
		call.State = call.placement.outcome.stateAt(now.Sub(call.StartedAt))
	}
	return call
}

// endedOf says how GET shows the end of a call.
func (c *callStore) endedOf(call *Call) EndedVisibility {
	if p := call.placement; p != nil && p.outcome.Ended != (EndedVisibility{}) {
		return p.outcome.Ended
	}
	return c.ended
}

// visible finds a call that Graph would act on: one that it knows by now, in
// the state it has now. It returns nil for any other.
func (c *callStore) visible(id string, now time.Time) *Call {
	call, ok := c.calls[id]
	if !ok || now.Before(call.KnownFrom) {
		return nil
	}
	return c.settle(call, now)
}

// get is what GET shows of a call.
func (c *callStore) get(id string, now time.Time) (Call, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.visible(id, now)
	if call == nil {
		return Call{}, false
	}
	ended := c.endedOf(call)
	if !call.EndedAt.IsZero() && !now.Before(call.EndedAt.Add(ended.Terminating+ended.Terminated)) {
		return Call{}, false
	}
	return call.clone(), true
}

// owner is the tenant and the app of a call that Graph knows, ended or not. The app is empty
// for a call that no client has placed.
func (c *callStore) owner(id string, now time.Time) (tenant, app string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.visible(id, now)
	if call == nil {
		return "", "", false
	}
	return call.TenantID, call.ClientID, true
}

// keepAlive keeps a call alive, and reports whether there was one to keep.
func (c *callStore) keepAlive(id string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.visible(id, now)
	if call == nil || call.over() {
		return false
	}
	call.LastKeepAlive = now
	call.KeepAlives++
	return true
}

// hangUp ends a call on the bot's behalf, and reports whether there was one to end.
func (c *callStore) hangUp(id string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.visible(id, now)
	if call == nil || call.over() {
		return false
	}
	call.end(now, ResultInfo{200, 7000, "The call was ended by the bot."})
	return true
}

func (c *Call) end(at time.Time, why ResultInfo) {
	c.EndedAt, c.ResultInfo = at, &why
}

// over reports whether the call can no longer be kept alive.
func (c *Call) over() bool {
	return !c.EndedAt.IsZero() || c.State == StateTerminating || c.State == StateTerminated
}

func (c Call) clone() Call {
	c.Extra = maps.Clone(c.Extra)
	c.Participants = slices.Clone(c.Participants)
	if c.ResultInfo != nil {
		why := *c.ResultInfo
		c.ResultInfo = &why
	}
	return c
}
