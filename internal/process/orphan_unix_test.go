//go:build !windows

package process

import (
	"testing"
	"time"
)

func TestWatchParent_endsWithAnotherParent(t *testing.T) {
	t.Parallel()
	parents := []int{7, 7, 1}
	ticks := make(chan time.Time, len(parents))
	for range parents {
		ticks <- time.Time{}
	}
	ended := false
	watchParent(7, func() int {
		parent := parents[0]
		parents = parents[1:]
		return parent
	}, ticks, func() { ended = true })
	if !ended || len(parents) > 0 {
		t.Errorf("ended: %t, with the parents %v to come", ended, parents)
	}
}
