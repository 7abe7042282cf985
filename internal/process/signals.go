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
	// Not signal.Ignore, which programs that a pipeline step starts would inherit.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM, syscall.SIGHUP)
}
