package provider

import (
	"strings"
	"sync"
)

// runCalls is what this provider process has done to calls as it created, updated and
// destroyed resources. It is all that one resource can know of the others in a run: a
// replacement reaches the provider as a create and a destroy that nothing connects.
//
// Ephemeral resources and actions have no part in it. They keep a call alive for a run and say nothing of what is to
// become of it: one that is open in the run that destroys a resource is no reason not to hang up.
//
// Nor has the create of a msgraph_call: nothing else can have had its call before, and one that it leaves tainted is hung up.
//
// The zero value is ready for use. All methods may be called concurrently.
type runCalls struct {
	mu     sync.Mutex
	kept   map[string]int // how many creates and updates keep the call alive, or have done so
	hungUp map[string]bool
	// planned is what a plan is going to do to a call.
	planned map[string]callPlan
}

// callPlan is what a plan is going to do to one call, in different resources: to create one that keeps it alive, or
// to have a lab or the one that places it do so, and to destroy one that hangs it up.
type callPlan struct{ keep, hangUp, warned bool }

// beginKeeping records that a create or an update begins to keep the call alive. The caller must call
// end with whether it succeeded.
func (r *runCalls) beginKeeping(callID string) (end func(kept bool)) {
	r.add(callID, 1)
	return func(kept bool) {
		if !kept {
			r.add(callID, -1)
		}
	}
}

func (r *runCalls) add(callID string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept = map[string]int{}
	}
	r.kept[sameCall(callID)] += n
}

// isKept reports whether a create or an update has kept the call alive, or is about to.
func (r *runCalls) isKept(callID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept[sameCall(callID)] > 0
}

// recordHangUp records that a destroy hung up the call.
func (r *runCalls) recordHangUp(callID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hungUp == nil {
		r.hungUp = map[string]bool{}
	}
	r.hungUp[sameCall(callID)] = true
}

// wasHungUp reports whether a destroy hung up the call.
func (r *runCalls) wasHungUp(callID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hungUp[sameCall(callID)]
}

// plan records what a resource is going to do to the call, and reports, once for each call, that
// the plan both hangs it up and has another resource keep it alive.
func (r *runCalls) plan(callID string, next callPlan) (conflict bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.planned == nil {
		r.planned = map[string]callPlan{}
	}
	p := r.planned[sameCall(callID)]
	p.keep, p.hangUp = p.keep || next.keep, p.hangUp || next.hangUp
	conflict = p.keep && p.hangUp && !p.warned
	p.warned = p.warned || conflict
	r.planned[sameCall(callID)] = p
	return conflict
}

// sameCall makes one key of two spellings of an ID. Graph's are GUIDs, and to take two calls
// for one leaves one of them alive, which ends by itself.
func sameCall(callID string) string { return strings.ToLower(callID) }
