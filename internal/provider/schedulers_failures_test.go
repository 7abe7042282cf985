package provider

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/testos"
)

// keepaliveDue is a run in which one keepAlive is due, of a call that is alive.
func keepaliveDue() recordedRun {
	return recordedRun{
		planCode: 2, changes: []string{changeOf("msgraph_call_keepalive", keepaliveAddress, "update", `{}`)},
		planLog: []string{diagnosticLine("warning", keepaliveAddress, "A Warning")},
	}
}

// shell runs keepalive.sh as $0 in a line of a shell.
func shell(t *testing.T, line string, env ...string) (output string, code int) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(examplesDir, "schedulers", "keepalive.sh"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line, path)
	cmd.Dir, cmd.Env = t.TempDir(), append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil { // it was not started
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// A log on a full disk, or a reader that has gone, costs no call its keepAlive.
func TestSchedulers_keepaliveWithoutOutput(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "sh", "jq")
	outputs := map[string]string{
		"closed": `sh "$0" >&-`, "closed with errors": `sh "$0" >&- 2>&-`, "no reader": `{ sleep 0.1; sh "$0"; echo $? >code; } | true; exit "$(cat code)"`,
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		outputs["full"] = `sh "$0" >/dev/full`
		outputs["full with errors"] = `sh "$0" >/dev/full 2>&1`
	}
	for name, line := range outputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due := keepaliveDue()
			ended := keepaliveDue()
			ended.applyCode, ended.applyLog = 1, []string{diagnosticLine("error", keepaliveAddress, "Call Not Found")}
			for want, run := range map[int]recordedRun{0: due, 3: ended} {
				cli := run.cli(t)
				if out, code := shell(t, line, "TERRAFORM="+cli); code != want {
					t.Errorf("the run exited %d, want %d:\n%s", code, want, out)
				}
				if _, err := os.Stat(filepath.Join(filepath.Dir(cli), "applied")); err != nil {
					t.Errorf("nothing was applied: %v", err)
				}
			}
		})
	}
	if out, code := shell(t, `sh "$0" --help >&-`, "TERRAFORM=false"); strings.Contains(out, "plan") || code == 0 {
		t.Errorf("help that cannot be printed exited %d:\n%s", code, out)
	}
}

// jq exits 2, 3 or 5 if it fails, which mean something else here.
func TestSchedulers_keepaliveWithAFailingJQ(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "sh", "jq")
	jq, err := exec.LookPath("jq")
	if err != nil {
		t.Fatal(err)
	}
	for failing, reached := 1, true; reached; failing++ {
		bin := t.TempDir()
		testos.WriteProgram(t, filepath.Join(bin, "jq"), `#!/bin/sh
echo >>"`+bin+`/calls"
[ $(($(wc -l <"`+bin+`/calls"))) != `+strconv.Itoa(failing)+` ] || exit 5
exec `+jq+` "$@"
`)
		out, code := shell(t, `sh "$0"`, "PATH="+bin+":"+os.Getenv("PATH"), "TERRAFORM="+keepaliveDue().cli(t))
		reached = strings.Count(readFile(t, filepath.Join(bin, "calls")), "\n") >= failing
		if code != 0 && (code != 1 && code != 64 || !reached) {
			t.Errorf("with failure %d of jq it exited %d:\n%s", failing, code, out)
		}
	}
}

func TestSchedulers_keepaliveWithAnOldJQ(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "sh", "jq")
	bin := t.TempDir()
	testos.WriteProgram(t, filepath.Join(bin, "jq"), "#!/bin/sh\nfor a; do [ \"$a\" != --rawfile ] || { echo 'jq: Unknown arguments'; exit 2; }; done\n")
	out, code := shell(t, `sh "$0"`, "PATH="+bin+":"+os.Getenv("PATH"), "TERRAFORM=true")
	if code != 1 || out != "keepalive: jq 1.6 or later is required (https://jqlang.org).\n" {
		t.Errorf("with jq 1.5 it exited %d:\n%s", code, out)
	}
}

// The lock is not held between plan and apply: another run may send the keepAlives meanwhile.
func TestSchedulers_keepaliveOverlapsAnotherRun(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, oneCall)
	meanwhile := filepath.Join(t.TempDir(), "terraform") // with another run between plan and apply
	testos.WriteProgram(t, meanwhile, `#!/bin/sh
if [ "$1" = show ] && [ ! -e other ]; then
	touch other
	"`+s.cli+`" apply -auto-approve >other || exit
fi
exec "`+s.cli+`" "$@"
`)
	s.cli = meanwhile
	expectLines(t, s.expectRun(0, 1), "keepalive: another run has changed the state: planning again.", "keepalive: nothing is due.")

	// Another run waits for this one's second plan: that is enough.
	stale := keepaliveDue()
	stale.applyCode, stale.applyLog = 1, []string{diagnosticLine("error", "", "Saved plan is stale")}
	out, code := shell(t, `sh "$0"`, "TERRAFORM="+stale.cli(t))
	if code != 1 || strings.Count(out, "Saved plan is stale\n") != 2 {
		t.Errorf("with plans that are always stale, it exited %d:\n%s", code, out)
	}
	expectLines(t, out, "keepalive: the apply failed: see above.")
}
