package keepalive

import "time"

// Tracker records when each of many calls was last kept alive, by call ID. The zero value is empty.
type Tracker struct {
	// Last is when Graph accepted a call's last keepAlive, in Unix seconds; 0 for a call that a later
	// keepAlive found ended.
	Last map[string]int64 `json:"last,omitempty"`
	// Overdue are the calls whose next keepAlive is due at once, however long ago the last one was: with true, a
	// later one was sent and failed; with false, there was no time to send it, or the call was believed to have
	// ended and is alive.
	Overdue map[string]bool `json:"overdue,omitempty"`
}

// Kept records that Graph accepted a keepAlive of the call.
func (t *Tracker) Kept(id string, at time.Time) {
	t.set(id, at.Unix())
	delete(t.Overdue, id)
}

// Failed records that a keepAlive of the call failed, and whether it was sent, or that a call believed to have ended is
// alive. The time of its last keepAlive stays.
func (t *Tracker) Failed(id string, sent bool) {
	if !t.Known(id) {
		return // due anyway
	}
	if t.Overdue == nil {
		t.Overdue = map[string]bool{}
	}
	t.Overdue[id] = sent
}

// Ended records that a keepAlive of the call found that it has ended.
func (t *Tracker) Ended(id string) {
	if t.Known(id) {
		t.set(id, 0)
		t.Failed(id, true)
	}
}

func (t *Tracker) set(id string, seconds int64) {
	if t.Last == nil {
		t.Last = map[string]int64{}
	}
	t.Last[id] = seconds
}

// Known reports whether the call was ever kept alive.
func (t *Tracker) Known(id string) bool {
	_, ok := t.Last[id]
	return ok
}

// Due reports whether the call's next keepAlive is due at now.
func (t *Tracker) Due(id string, now time.Time, renewAfter time.Duration) bool {
	_, overdue := t.Overdue[id]
	return t.Last[id] == 0 || overdue || Due(time.Unix(t.Last[id], 0), now, renewAfter)
}

// Forget drops all calls but those to keep.
func (t *Tracker) Forget(keep func(id string) bool) {
	for id := range t.Last {
		if !keep(id) {
			delete(t.Last, id)
			delete(t.Overdue, id)
		}
	}
}

// Oldest returns which of the calls was kept alive the longest time ago, and when. It reports false when
// none was.
func (t *Tracker) Oldest(ids []string) (oldest string, last time.Time, ok bool) {
	for _, id := range ids {
		if at := t.Last[id]; at != 0 && (!ok || at < last.Unix()) {
			oldest, last, ok = id, time.Unix(at, 0).UTC(), true
		}
	}
	return oldest, last, ok
}
