package main

import "testing"

func TestMonitor_missingProcess(t *testing.T) {
	const missing = 1 << 30
	if children(missing) != nil || started(missing, missing) || peakMemory(missing) != 0 || cpuTime(missing) != 0 {
		t.Error("a process that does not exist has used something")
	}
}
