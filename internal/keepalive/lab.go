package keepalive

import "time"

// Lab is when each of many calls was kept alive last, by call ID. The zero value knows of no call.
type Lab struct {
	// Last is when Graph accepted a call's last keepAlive, in Unix seconds; 0 for a call that a later
	// keepAlive found ended.
	Last map[string]int64 `json:"last,omitempty"`
	// Overdue are the calls whose next keepAlive is due at once, however long ago the last one was: a
	// later one failed, or the call was taken for ended and is alive.
	Overdue map[string]bool `json:"overdue,omitempty"`
}

// Kept notes that Graph accepted a keepAlive of the call.
func (l *Lab) Kept(id string, at time.Time) {
	l.set(id, at.Unix())
	delete(l.Overdue, id)
}

// Failed notes that a keepAlive of the call failed, or that the call came back to life. When it was kept
// alive last stays.
func (l *Lab) Failed(id string) {
	if !l.Known(id) {
		return // due anyway
	}
	if l.Overdue == nil {
		l.Overdue = map[string]bool{}
	}
	l.Overdue[id] = true
}

// Ended notes that a keepAlive of the call found that it has ended.
func (l *Lab) Ended(id string) {
	if l.Known(id) {
		l.set(id, 0)
		l.Failed(id)
	}
}

func (l *Lab) set(id string, seconds int64) {
	if l.Last == nil {
		l.Last = map[string]int64{}
	}
	l.Last[id] = seconds
}

// Known reports whether the call was ever kept alive.
func (l *Lab) Known(id string) bool {
	_, ok := l.Last[id]
	return ok
}

// Due reports whether the call's next keepAlive is due at now.
func (l *Lab) Due(id string, now time.Time, renewAfter time.Duration) bool {
	return l.Last[id] == 0 || l.Overdue[id] || Due(time.Unix(l.Last[id], 0), now, renewAfter)
}

// Forget drops all calls but those to keep.
func (l *Lab) Forget(keep func(id string) bool) {
	for id := range l.Last {
		if !keep(id) {
			delete(l.Last, id)
			delete(l.Overdue, id)
		}
	}
}

// Oldest returns which of the calls was kept alive the longest time ago, and when. It reports false when
// none was.
func (l *Lab) Oldest(ids []string) (oldest string, last time.Time, ok bool) {
	for _, id := range ids {
		if at := l.Last[id]; at != 0 && (!ok || at < last.Unix()) {
			oldest, last, ok = id, time.Unix(at, 0).UTC(), true
		}
	}
	return oldest, last, ok
}
