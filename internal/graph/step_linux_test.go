package graph_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/pipelinestep"
)

// gone fails the test if there is still such a process after a minute, other than as what is left of one that nobody has waited for.
func gone(t *testing.T, pid int) {
	t.Helper()
	for start := time.Now(); time.Since(start) < time.Minute; {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(time.Millisecond) // until the system has ended it
	}
	t.Errorf("process %d is still running", pid)
}

func TestSteps_whatAStepLeavesBehindEndsWithIt(t *testing.T) {
	t.Parallel()
	for name, variables := range map[string][]string{
		"success": {"STEP_CHILD=1"}, "timeout": {"STEP_CHILD=1", "STEP_HANG=1"},
	} {
		p := newProgram(t, "parent", variables...)
		if name == "timeout" {
			p.Timeout = 5 * time.Second // it has started its child by then, and never ends by itself
		}
		b := newClient(t, withSteps([]program{p}, nil))
		_, err := b.keepAlive(t)
		if (err == nil) != (name == "success") {
			t.Errorf("%s: got %v", name, err)
		}
		pid, err := strconv.Atoi(p.lines(t)[1])
		if err != nil {
			t.Fatal(err)
		}
		gone(t, pid)
	}
}

func TestSteps_stepEndsWithTheOperation(t *testing.T) {
	t.Parallel()
	for _, position := range []string{"prepend", "append"} {
		l := meeting(t)
		p := newProgram(t, "slow", "STEP_MEET="+l.Addr().String())
		b := newClient(t, func(s *setup) {
			if position == "prepend" {
				s.prepend = []pipelinestep.Step{p.Step}
			} else {
				s.append = []pipelinestep.Step{p.Step}
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		pid := make(chan int, 1)
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			line, _ := bufio.NewReader(conn).ReadString('\n')
			n, _ := strconv.Atoi(strings.TrimSpace(line))
			pid <- n
			cancel()
		}()
		_, err := b.KeepAlive(ctx, callID, nil)
		wantKind(t, err, graph.KindCanceled)
		gone(t, <-pid)
		b.wantSent(t, 0)
	}
}
