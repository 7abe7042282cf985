package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// observed is what was seen of a process and its children.
type observed struct {
	cpu            time.Duration // of all children
	rss, parentRSS int64         // the most that one child had, and the parent, in bytes
}

type watcher struct {
	end  chan struct{}
	seen chan observed
}

const (
	// look is how far apart the looks at the processes are. What a process does after the last
	// look at it counts as its parent's.
	look = 20 * time.Millisecond
	// tick is the unit of the times in /proc: USER_HZ, which is 100 on all of Go's platforms.
	tick = 10 * time.Millisecond
)

// watch looks at the children of a process, until stop.
func watch(pid int) *watcher {
	w := &watcher{make(chan struct{}), make(chan observed, 1)}
	go func() {
		var o observed
		cpu := map[int]time.Duration{}
		every := time.NewTicker(look)
		defer every.Stop()
		for {
			o.parentRSS = max(o.parentRSS, peak(pid))
			for _, child := range children(pid) {
				if !started(child, pid) {
					continue
				}
				o.rss = max(o.rss, peak(child))
				cpu[child] = max(cpu[child], times(child))
			}
			select {
			case <-every.C:
			case <-w.end:
				for _, spent := range cpu {
					o.cpu += spent
				}
				w.seen <- o
				return
			}
		}
	}()
	return w
}

func (w *watcher) stop() observed {
	close(w.end)
	return <-w.seen
}

// children are those of all threads of a process.
func children(pid int) (all []int) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return nil // it has ended
	}
	for _, thread := range threads {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, thread.Name()))
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}

// started reports whether a child runs a program of its own: until it does, what it has is
// its parent's.
func started(child, parent int) bool {
	program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", child))
	own, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", parent))
	return err == nil && program != own
}

// peak is the most memory that a process has had, in bytes.
func peak(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, after, found := bytes.Cut(text, []byte("VmHWM:"))
	if fields := bytes.Fields(after); found && len(fields) > 0 {
		kib, _ := strconv.ParseInt(string(fields[0]), 10, 64)
		return kib << 10
	}
	return 0
}

// times is the processor time that a process has taken.
func times(pid int) time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	// The second field, the name, is in parentheses and may have blanks. utime and stime are
	// the 14th and the 15th.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick
}
