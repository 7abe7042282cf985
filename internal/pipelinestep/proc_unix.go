//go:build unix

package pipelinestep

import (
	"os/exec"
	"syscall"
)

const (
	// noFile is why a path cannot be started that names nothing.
	noFile = "the file %q does not exist, or the interpreter in its first line does not exist"
	// errNotExecutable is what Unix says of a file that is no program, such as a script without such a line.
	errNotExecutable = syscall.ENOEXEC
)

// group is a step and all that it starts: a process group of its own, so that it can be ended
// as a whole, and so that an interrupt at the terminal reaches Terraform only.
type group struct{ cmd *exec.Cmd }

func (g *group) prepare(cmd *exec.Cmd) {
	g.cmd = cmd
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func (*group) started() {}

// kill ends what there is of the group. No other group can have its number: as long as one
// process is in it no process gets that, and none that ends later than the step is waited for.
func (g *group) kill() { _ = syscall.Kill(-g.cmd.Process.Pid, syscall.SIGKILL) }

func (*group) release() {}
