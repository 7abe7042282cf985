package graphsim

import (
	"maps"
	"net/http"
	"sync"
	"time"
)

// callStore holds the calls and how they answer.
type callStore struct {
	mu              sync.Mutex
	calls           map[string]*Call
	ended           EndedAnswers
	keepAliveStatus int
	hangUpStatus    int
}

func (c *callStore) init() {
	c.calls = map[string]*Call{}
	c.keepAliveStatus = http.StatusOK
	c.hangUpStatus = http.StatusNoContent
}

// settle brings a call up to date with the clock.
func (c *callStore) settle(call *Call, now time.Time) *Call {
	last := call.StartedAt
	if call.LastKeepAlive.After(last) {
		last = call.LastKeepAlive
	}
	if expiry := last.Add(InactivityLimit); call.EndedAt.IsZero() && !now.Before(expiry) {
		call.end(expiry, ResultInfo{408, 8537, "Keep Alive timeout, cleaned up inactive call."})
	}
	if !call.EndedAt.IsZero() {
		call.State = StateTerminated
		if now.Before(call.EndedAt.Add(c.ended.Terminating)) {
			call.State = StateTerminating
		}
	}
	return call
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
	if call == nil || !call.EndedAt.IsZero() && !now.Before(call.EndedAt.Add(c.ended.Terminating+c.ended.Terminated)) {
		return Call{}, false
	}
	return call.clone(), true
}

// tenant is the tenant of a call that Graph knows, ended or not.
func (c *callStore) tenant(id string, now time.Time) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.visible(id, now)
	if call == nil {
		return "", false
	}
	return call.TenantID, true
}

// keepAlive keeps a call alive and returns the status that says so, or false
// when there is no call to keep.
func (c *callStore) keepAlive(id string, now time.Time) (status int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.visible(id, now)
	if call == nil || call.over() {
		return 0, false
	}
	call.LastKeepAlive = now
	call.KeepAlives++
	return c.keepAliveStatus, true
}

// hangUp ends a call on the bot's behalf, as keepAlive does it otherwise.
func (c *callStore) hangUp(id string, now time.Time) (status int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.visible(id, now)
	if call == nil || call.over() {
		return 0, false
	}
	call.end(now, ResultInfo{200, 7000, "The call was ended by the bot."})
	return c.hangUpStatus, true
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
	if c.ResultInfo != nil {
		why := *c.ResultInfo
		c.ResultInfo = &why
	}
	return c
}
