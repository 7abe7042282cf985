package provider

import (
	"strings"
	"sync"
)

// runCalls records what this provider process does to calls as it creates, updates and destroys resources. It is all that
// one resource can know of the others in a run: the provider gets a replacement as an unrelated create and destroy.
//
// Ephemeral resources and actions are not recorded: that one keeps a call alive during a run is no reason not to hang the
// call up when a resource is destroyed. Nor is the create of a msgraph_call: no other resource can have its call yet, and
// one that it leaves tainted is hung up.
//
// The zero value is ready for use. All methods may be called concurrently.
type runCalls struct {
	mu    sync.Mutex
	calls map[string]runCall
}

// runCall is what is recorded of one call.
type runCall struct {
	keepers int // creates and updates that keep the call alive, or have done so
	hungUp  bool
	planned callPlan
	warned  bool // that the plan hangs up a call that it also keeps alive
}

// callPlan is what a plan does to one call: keep it alive in one resource, and hang it up in the destroy of another.
type callPlan struct{ keep, hangUp bool }

// get returns what is recorded of a call.
func (r *runCalls) get(callID string) runCall {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[sameCall(callID)]
}

// change changes what is recorded of a call.
func (r *runCalls) change(callID string, change func(*runCall)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls = map[string]runCall{}
	}
	c := r.calls[sameCall(callID)]
	change(&c)
	r.calls[sameCall(callID)] = c
}

// beginKeeping records that a create or an update begins to keep the call alive. The caller must call
// end with whether it succeeded.
func (r *runCalls) beginKeeping(callID string) (end func(kept bool)) {
	r.change(callID, func(c *runCall) { c.keepers++ })
	return func(kept bool) {
		if !kept {
			r.change(callID, func(c *runCall) { c.keepers-- })
		}
	}
}

// isKept reports whether a create or an update keeps the call alive, or has done so.
func (r *runCalls) isKept(callID string) bool { return r.get(callID).keepers > 0 }

// recordHangUp records that a destroy hung up the call.
func (r *runCalls) recordHangUp(callID string) {
	r.change(callID, func(c *runCall) { c.hungUp = true })
}

// wasHungUp reports whether a destroy hung up the call.
func (r *runCalls) wasHungUp(callID string) bool { return r.get(callID).hungUp }

// plan records what a resource is planned to do to the call, and reports, once for each call, that
// the plan both hangs it up and has another resource keep it alive.
func (r *runCalls) plan(callID string, next callPlan) (conflict bool) {
	r.change(callID, func(c *runCall) {
		c.planned = callPlan{c.planned.keep || next.keep, c.planned.hangUp || next.hangUp}
		conflict = c.planned == callPlan{true, true} && !c.warned
		c.warned = c.warned || conflict
	})
	return conflict
}

// sameCall returns the key of a call, which is the same for every spelling of its ID. Graph's IDs are GUIDs, and taking two
// calls for one only leaves one of them alive, which ends by itself.
func sameCall(callID string) string { return strings.ToLower(callID) }
