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

// gone waits until there is no such process, or only what is left of one that nobody has waited for.
func gone(t *testing.T, pid int) {
	t.Helper()
	eventually(t, func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || err == nil && strings.Contains(string(stat), ") Z ")
	})
}

func TestSteps_whatAStepLeavesBehindEndsWithIt(t *testing.T) {
	t.Parallel()
	for name, variables := range map[string][]string{
		"success": {"STEP_CHILD=1"}, "timeout": {"STEP_CHILD=1", "STEP_HANG=1"},
	} {
		var lines []string
		for timeout := time.Second; len(lines) < 2; timeout *= 2 { // until it is long enough to start a child, on a busy machine
			p := newProgram(t, "parent", variables...)
			if name == "timeout" {
				p.Timeout = timeout // it never ends by itself
			}
			_, err := newClient(t, withSteps([]program{p}, nil)).keepAlive(t)
			if (err == nil) != (name == "success") {
				t.Fatalf("%s: got %v", name, err)
			}
			lines = p.lines(t)
		}
		pid, err := strconv.Atoi(lines[1])
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
