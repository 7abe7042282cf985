package pipelinestep

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

func TestRun_cannotBeStarted(t *testing.T) {
	t.Parallel()
	file := func(name string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("Write-Output '{}'\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, test := range map[string]struct{ program, says string }{
		"not in PATH":  {"no-such-program-anywhere", `cannot be started: there is no program "no-such-program-anywhere" in PATH; install it, or use its path`},
		"no such file": {`C:\no\such\program.exe`, `the file "C:\\no\\such\\program.exe"`},
		"no extension": {file("sign"), "a program's name ends in .exe"},
		"a directory":  {t.TempDir(), "does not exist or cannot be run"},
		"a script":     {file("sign.ps1"), "is not a program that this system can run; put the interpreter of a script first"},
		"text":         {file("sign.exe"), "is not a program that this system can run"},
	} {
		_, _, err := Step{Name: "sign", Command: []string{test.program}}.Run(t.Context(), Document{Phase: PhaseRequest})
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "fork/exec") || strings.Contains(err.Error(), "exec: ") {
			t.Errorf("%s: got %v, want it to say %q", name, err, test.says)
		}
	}
}

// Ctrl-C goes to all processes of a console but those of another group.
func TestGroup_isNotInterruptedAtTheConsole(t *testing.T) {
	t.Parallel()
	var g group
	cmd := exec.Command("step")
	g.prepare(cmd)
	defer g.release()
	if cmd.SysProcAttr.CreationFlags&windows.CREATE_NEW_PROCESS_GROUP == 0 {
		t.Error("an interrupt at the console ends the step, too")
	}
}
