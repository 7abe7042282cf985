package process

import (
	"os"
	"os/signal"
	"syscall"
)

// OutliveSignals keeps the program running after SIGTERM and SIGHUP, which timeouts, service managers and terminals send to
// a whole process group. Terraform gets them as well, and ends its plugins when their requests have ended: a plugin that
// ended by itself would lose the ID of a call that it is placing. go-plugin does the same for SIGINT.
func OutliveSignals() {
	// What is ignored, az and other programs that are started inherit: so neither signal.Ignore, nor this for a SIGHUP that
	// is ignored already, as under nohup.
	outlived := []os.Signal{syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		outlived = append(outlived, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), outlived...)
}
