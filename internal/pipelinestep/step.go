// Package pipelinestep runs the user's programs, called steps, before a request is sent and after its response
// is received. A step reads one JSON document from standard input and writes one to standard output. The
// package knows neither Terraform nor Graph: its caller decides what a step may change.
package pipelinestep

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/clock"
)

const (
	// DefaultTimeout is the timeout of a step that does not set one.
	DefaultTimeout = 10 * time.Second
	// maxReply is how many bytes a step may write to its standard output.
	maxReply = 1 << 20
	// maxStderr is how many bytes are kept of the end of its standard error.
	maxStderr = 64 << 10
	// holdDelay is how long to wait for standard output to close after the step has exited, if a process
	// that it started keeps it open.
	holdDelay = 500 * time.Millisecond
)

// Step is a program of the user's.
type Step struct {
	// Name is what errors and documents call it.
	Name string
	// Command is the program, looked for in PATH when it is no path, and its arguments.
	Command []string
	// Environment are the variables that it gets besides those of [inherited]. Their values are
	// not to be shown.
	Environment map[string]string
	// Timeout bounds each run; 0 for [DefaultTimeout].
	Timeout time.Duration
}

var errTooLarge = fmt.Errorf("wrote more than %d MiB to its standard output, which is more than any reply", maxReply>>20)

// Run gives the document to the step, whose name and version it sets in it, and returns the
// reply. When ctx or the step's time ends, so does the step, with all that it has started; what
// it leaves behind ends with it. An error completes a sentence that begins with the step, and has
// that of ctx in it when it was what ended the step. stderr is the end of what the step has
// written to its standard error, as it came: it may hold anything.
func (s Step) Run(ctx context.Context, d Document) (reply Reply, stderr string, err error) {
	d.Version, d.Step = protocolVersion, s.Name
	input, err := json.Marshal(d)
	if err != nil {
		return Reply{}, "", err
	}
	output, stderr, err := s.execute(ctx, input)
	if err == nil {
		reply, err = decode(output, d.Phase)
	}
	return reply, stderr, err
}

// execute runs the program to its end.
func (s Step) execute(parent context.Context, input []byte) (output []byte, stderr string, err error) {
	if len(s.Command) == 0 {
		return nil, "", errors.New("has no command")
	}
	timeout := cmp.Or(s.Timeout, DefaultTimeout)
	timed, cancelTimed := context.WithTimeout(parent, timeout)
	defer cancelTimed()
	ctx, cancel := context.WithCancelCause(timed)
	defer cancel(nil)

	stdout := &bounded{limit: maxReply, full: func() { cancel(errTooLarge) }}
	complaints := &tail{limit: maxStderr}
	cmd := exec.CommandContext(ctx, s.Command[0], s.Command[1:]...) //nolint:gosec // the user's own choice of program
	cmd.Env = s.environ()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), stdout, complaints
	cmd.WaitDelay = holdDelay
	var g group
	g.prepare(cmd)
	defer g.release()
	cmd.Cancel = func() error { g.kill(); return nil }
	if err := cmd.Start(); err != nil {
		if parent.Err() != nil {
			return nil, "", ended(parent)
		}
		return nil, "", fmt.Errorf("cannot be started: %w", notStarted(s.Command[0], err))
	}
	g.started()
	err = cmd.Wait()
	g.kill() // what it has left behind
	return stdout.kept.Bytes(), complaints.String(), outcome(parent, ctx, timeout, err)
}

// notStarted says why a program cannot be started, and what to do, instead of which system call
// noticed.
func notStarted(program string, err error) error {
	switch {
	case errors.Is(err, exec.ErrDot):
		return fmt.Errorf("%q is in the current directory only, which is not searched; use its path, such as ./%s", program, program)
	case errors.Is(err, exec.ErrNotFound) && !strings.ContainsAny(program, `/\`):
		return fmt.Errorf("there is no program %q in PATH; install it, or use its path", program)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf(noFile, program)
	case errors.Is(err, errNotExecutable):
		return fmt.Errorf("%q is not a program that this system can run; put the interpreter of a script first in the command, such as python3 or pwsh", program)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%q is a directory, or may not be executed by this user (chmod +x)", program)
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return fmt.Errorf("%q: %w", program, err)
		}
		err = inner
	}
}

func ended(parent context.Context) error {
	return fmt.Errorf("was ended together with the operation: %w", parent.Err())
}

// outcome says how a step ended; nil if it ended by itself and succeeded.
func outcome(parent, ctx context.Context, timeout time.Duration, err error) error {
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil:
		return nil // in the second case something that it has started held its output open
	case errors.Is(context.Cause(ctx), errTooLarge):
		return errTooLarge
	case parent.Err() != nil:
		return ended(parent)
	case ctx.Err() != nil:
		return fmt.Errorf("did not finish within %s (its timeout), and was ended", clock.FormatDuration(timeout))
	}
	return fmt.Errorf("failed: %w", err)
}
