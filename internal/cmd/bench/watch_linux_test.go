package main

import (
	"testing"
)

// What has ended, or never was, has taken nothing that can be told.
func TestWatch_ofNobody(t *testing.T) {
	const nobody = 1 << 30
	if children(nobody) != nil || started(nobody, nobody) || peak(nobody) != 0 || times(nobody) != 0 {
		t.Error("something is told of a process that is not there")
	}
}
