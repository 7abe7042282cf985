package process_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"testing"
)

// As under nohup: what the provider starts inherits that.
func TestExecutable_goesOnToIgnoreSIGHUP(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `trap "" HUP; exec "$0"`, executable)
	client, conn := start(t, cmd, nil, io.Discard)
	askForMetadata(t, conn) // so that it has set its handlers
	if !ignoresSIGHUP(t, cmd.Process.Pid) {
		t.Error("SIGHUP is no longer ignored")
	}
	client.Kill()
}

var ignoredSignals = regexp.MustCompile(`(?m)^SigIgn:\s+([0-9a-f]+)$`) // https://man7.org/linux/man-pages/man5/proc_pid_status.5.html

func ignoresSIGHUP(t *testing.T, pid int) bool {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	mask, err := strconv.ParseUint(ignoredSignals.FindStringSubmatch(string(status))[1], 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return mask&(1<<(syscall.SIGHUP-1)) != 0
}
