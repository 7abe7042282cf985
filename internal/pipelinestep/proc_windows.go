//go:build windows

package pipelinestep

import (
	"os/exec"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

const (
	// noFile is why a path cannot be started that names nothing.
	noFile = "the file %q does not exist or cannot be run; a program's name ends in .exe, .bat or another extension in PATHEXT"
	// errNotExecutable is what Windows says of a file that is no program, such as a script.
	errNotExecutable = windows.ERROR_BAD_EXE_FORMAT
)

// group is a step and all that it starts: a job, which Windows ends as a whole. Where there can
// be none, only the step is ended. Ctrl-C at the console reaches Terraform only.
type group struct {
	mu  sync.Mutex
	cmd *exec.Cmd
	job windows.Handle
}

func (g *group) prepare(cmd *exec.Cmd) {
	g.cmd = cmd
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))) //nolint:gosec // the system takes a pointer
	if err != nil {
		_ = windows.CloseHandle(job)
		return
	}
	g.job = job
}

// started puts the step into the job; what it has started before that is not in it.
func (g *group) started() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.job == 0 {
		return
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(g.cmd.Process.Pid)) //nolint:gosec // a pid has 32 bits
	if err != nil {
		return
	}
	defer func() { _ = windows.CloseHandle(process) }()
	_ = windows.AssignProcessToJobObject(g.job, process)
}

func (g *group) kill() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.job != 0 {
		_ = windows.TerminateJobObject(g.job, 1)
	}
	_ = g.cmd.Process.Kill()
}

func (g *group) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.job != 0 {
		_ = windows.CloseHandle(g.job)
		g.job = 0
	}
}
