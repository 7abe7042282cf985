package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// interval is the time between two readings of /proc. What a child uses after the last reading counts as its
	// parent's.
	interval = 20 * time.Millisecond
	// tick is the unit of the times in /proc: USER_HZ, which is 100 on all platforms of Go.
	tick = 10 * time.Millisecond
)

// monitorChildren reads what the children of a process use, until stop is called: the CPU time of all, and the peak memory of
// the largest, in bytes.
func monitorChildren(pid int) (stop func() (cpu time.Duration, memory int64)) {
	end, ended := make(chan struct{}), make(chan struct{})
	var peak int64
	spent := map[int]time.Duration{} // by child
	go func() {
		defer close(ended)
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			for _, child := range children(pid) {
				if started(child, pid) {
					peak = max(peak, peakMemory(child))
					spent[child] = max(spent[child], cpuTime(child))
				}
			}
			select {
			case <-ticker.C:
			case <-end:
				return
			}
		}
	}()
	return func() (cpu time.Duration, memory int64) {
		close(end)
		<-ended
		for _, ofChild := range spent {
			cpu += ofChild
		}
		return cpu, peak
	}
}

// children returns the children of all threads of a process.
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

// started reports whether a child runs its own program. Before that, its memory is its parent's.
func started(child, parent int) bool {
	program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", child))
	own, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", parent))
	return err == nil && program != own
}

// peakMemory returns the peak memory of a process, in bytes.
func peakMemory(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, after, found := bytes.Cut(text, []byte("VmHWM:"))
	if fields := bytes.Fields(after); found && len(fields) > 0 {
		kib, _ := strconv.ParseInt(string(fields[0]), 10, 64)
		return kib << 10
	}
	return 0
}

// cpuTime returns the CPU time of a process.
func cpuTime(pid int) time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	// The second field, the name, is in parentheses and may contain spaces. utime and stime are fields 14 and 15.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick
}
