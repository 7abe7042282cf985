package keepalive

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTracker_due(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 15, 0, 0, 0, time.UTC)
	var tracker Tracker
	for id, age := range map[string]time.Duration{"fresh": time.Minute, "old": 10 * time.Minute, "failed": 2 * time.Minute, "gone": 3 * time.Minute} {
		tracker.Kept(id, now.Add(-age))
	}
	for _, id := range []string{"failed", "never"} {
		tracker.Failed(id, id != "old")
	}
	for _, id := range []string{"gone", "never"} {
		tracker.Ended(id)
	}
	encoded, err := json.Marshal(tracker)
	if err != nil {
		t.Fatal(err)
	}
	tracker = Tracker{}
	if err := json.Unmarshal(encoded, &tracker); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]struct{ due, known bool }{
		"fresh": {false, true}, "old": {true, true}, "failed": {true, true}, "gone": {true, true}, "never": {true, false},
	} {
		if due, known := tracker.Due(id, now, 10*time.Minute), tracker.Known(id); due != want.due || known != want.known {
			t.Errorf("%s: due %t, known %t; want %+v", id, due, known, want)
		}
	}
	if id, last, ok := tracker.Oldest([]string{"never", "gone", "fresh", "failed"}); id != "failed" || !last.Equal(now.Add(-2*time.Minute)) || !ok {
		t.Errorf("the oldest is %q at %s", id, last)
	}
	if id, _, ok := tracker.Oldest([]string{"never", "gone"}); ok {
		t.Errorf("the oldest is %q", id)
	}
	tracker.Kept("failed", now)
	if tracker.Due("failed", now, 10*time.Minute) {
		t.Error("a call that was kept alive again is still due")
	}
	tracker.Failed("old", false)
	tracker.Forget(func(id string) bool { return id == "fresh" })
	if len(tracker.Last) != 1 || len(tracker.Overdue) != 0 {
		t.Errorf("left: %+v", tracker)
	}
}
