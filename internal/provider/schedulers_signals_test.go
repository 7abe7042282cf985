//go:build !windows

package provider

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/testos"
)

// signaledRun is a run of keepalive.sh in a process group of its own, with a program in place of Terraform.
type signaledRun struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner // what the program writes to file descriptor 3
}

func startRun(t *testing.T, cli string) signaledRun {
	t.Helper()
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // or under nohup, the script could not trap it
	needsPrograms(t, "sh", "jq")
	path, err := filepath.Abs(filepath.Join(examplesDir, "schedulers", "keepalive.sh"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	testos.WriteProgram(t, filepath.Join(dir, "terraform"), cli)
	told, tell, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = told.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // far more than a run takes
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "sh", path)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "TERRAFORM=" + filepath.Join(dir, "terraform")}
	cmd.ExtraFiles, cmd.SysProcAttr = []*os.File{tell}, &syscall.SysProcAttr{Setpgid: true}
	err = cmd.Start()
	_ = tell.Close()
	if err != nil {
		t.Fatal(err)
	}
	return signaledRun{t, cmd, bufio.NewScanner(told)}
}

// send sends a signal to the script, or to its group, once the program has started.
func (r signaledRun) send(signal syscall.Signal, group bool) {
	r.t.Helper()
	if !r.lines.Scan() || r.lines.Text() != "started" {
		r.t.Fatalf("the program said %q", r.lines.Text())
	}
	pid := r.cmd.Process.Pid
	if group {
		pid = -pid
	}
	if err := syscall.Kill(pid, signal); err != nil {
		r.t.Fatal(err)
	}
}

// expectEnd waits for the end of the run with that exit code, and returns what else the program said.
func (r signaledRun) expectEnd(code int) string {
	r.t.Helper()
	var said []string
	for r.lines.Scan() {
		said = append(said, r.lines.Text())
	}
	if err := r.cmd.Wait(); r.cmd.ProcessState.ExitCode() != code {
		r.t.Errorf("the script ended with %v, want exit code %d", err, code)
	}
	return strings.Join(said, " ")
}

// A job that is told to end has Terraform end, which releases the state's lock: a shell would wait for it instead. A second
// SIGTERM, or a SIGHUP, would end Terraform at once, and lose the ID of a call that is being placed.
func TestSchedulers_keepaliveStopsTerraformOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		signal syscall.Signal
		group  bool
	}{
		"SIGTERM to the script":  {syscall.SIGTERM, false},
		"SIGTERM to the group":   {syscall.SIGTERM, true},
		"SIGHUP to the script":   {syscall.SIGHUP, false},
		"SIGHUP to the group":    {syscall.SIGHUP, true},
		"SIGINT from a terminal": {syscall.SIGINT, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// It ends some seconds after its first signal, as Terraform does.
			run := startRun(t, `#!/usr/bin/env bash
stop() { echo told >&3; echo '{"@message":"Interrupt received."}'; left=${left:-60}; }
trap stop TERM INT
echo started >&3
while [ "${left:-1}" != 0 ]; do sleep 0.05 & wait $!; left=${left:+$((left - 1))}; done
exit 1
`)
			run.send(test.signal, test.group)
			if said := run.expectEnd(1); said != "told" {
				t.Errorf("Terraform was told: %q, want once", said)
			}
		})
	}
}

// An apply that ends well all the same has succeeded, however soon after the stop.
func TestSchedulers_keepaliveReportsAnApplyThatWasStopped(t *testing.T) {
	t.Parallel()
	for _, group := range []bool{false, true} {
		run := startRun(t, `#!/usr/bin/env bash
case $1 in
plan) exit 2 ;;
show) echo '{"resource_changes":[]}'; exit ;;
esac
trap 'echo "{\"@message\":\"Interrupt received.\"}"; sleep 0.2; exit 0' TERM
echo started >&3
while :; do sleep 0.05 & wait $!; done
`)
		run.send(syscall.SIGTERM, group)
		if said := run.expectEnd(0); said != "" {
			t.Errorf("to the group %t: the program said %q", group, said)
		}
	}
}

// A stop between plan and apply is not forgotten.
func TestSchedulers_keepaliveStopsBeforeTheApply(t *testing.T) {
	t.Parallel()
	run := startRun(t, `#!/bin/sh
case $1 in
plan) exit 2 ;;
show) echo started >&3; until [ -e stopped ]; do sleep 0.05; done; echo '{"resource_changes":[]}' ;;
apply) echo applied >&3 ;;
esac
`)
	run.send(syscall.SIGTERM, false)
	overwrite(t, filepath.Join(run.cmd.Dir, "stopped"), "")
	if said := run.expectEnd(1); said != "" {
		t.Errorf("after the stop it has %s", said)
	}
}
