package provider

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/testos"
)

// job is the text of one of the files under examples/schedulers.
func job(t *testing.T, name string) string {
	t.Helper()
	return readFile(t, filepath.Join(examplesDir, "schedulers", filepath.FromSlash(name)))
}

// All jobs run every 15 minutes, which the default of renew_after fits: a run that is early finds something due, and one
// may be missed.
func TestSchedulers_interval(t *testing.T) {
	t.Parallel()
	const interval = 15 * time.Minute
	if keepalive.DefaultRenewAfter >= interval || keepalive.DefaultRenewAfter+2*interval > keepalive.Limit {
		t.Errorf("renew_after is %s by default", keepalive.DefaultRenewAfter)
	}
	for name, schedule := range map[string]string{
		"azure-pipelines/azure-pipelines.yml": `cron: "*/15 * * * *"`,
		"cron/crontab":                        "\n*/15 * * * * ",
		"github-actions/keepalive.yml":        `cron: "7,22,37,52 * * * *"`,
		"gitlab/.gitlab-ci.yml":               "every 15 minutes",
		"jenkins/Jenkinsfile":                 "cron('H/15 * * * *')",
		"kubernetes/cronjob.yaml":             `schedule: "*/15 * * * *"`,
		"systemd/keepalive.timer":             "\nOnCalendar=*:0/15\n",
		"tofu-controller/terraform.yaml":      "\n  interval: 15m\n",
	} {
		if !strings.Contains(job(t, name), schedule) {
			t.Errorf("%s does not have %q", name, schedule)
		}
	}
	if command := "/SC MINUTE /MO 15 "; !strings.Contains(guide(t, "schedulers.md"), command) {
		t.Errorf("the guide does not have %q", command)
	}
}

// The command of the crontab says nothing as long as all is well, and otherwise all that the script says: cron mails it.
func TestSchedulers_crontab(t *testing.T) {
	t.Parallel()
	s := newSchedule(t, oneCall)
	_, line, ok := strings.Cut(job(t, "cron/crontab"), "\n*/15 * * * * ")
	if !ok {
		t.Fatal("the crontab has no line for every 15 minutes")
	}
	if strings.Contains(line, "%") {
		t.Error("cron makes a new line of %")
	}
	home := filepath.Dir(s.dir)
	if err := os.Symlink(s.dir, filepath.Join(home, "keepalive")); err != nil {
		t.Fatal(err)
	}
	testos.WriteProgram(t, filepath.Join(s.dir, "keepalive.sh"), job(t, "keepalive.sh"))
	var env strings.Builder
	for _, variable := range append(s.env, "TERRAFORM="+s.cli) {
		name, value, _ := strings.Cut(variable, "=")
		if name != "HOME" {
			env.WriteString(name + "='" + value + "'\n")
		}
	}
	overwrite(t, filepath.Join(s.dir, "keepalive.env"), env.String())
	run := func() string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
		cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil { // it was not started
			t.Fatal(err)
		}
		return string(out)
	}
	if out := run(); out != "" {
		t.Errorf("cron would mail:\n%s", out)
	}
	s.lab.expectSent(t, 1)
	s.lab.EndCall(callID, 200, 5001, "")
	expectLines(t, run(), "keepalive exited 3:", "keepalive: ended: msgraph_call_keepalive.lab")

	// A file that the shell cannot read is mailed like any failure, and no run goes on without what it sets.
	s.lab.ResetRequests()
	for _, line := range []string{`TF_VAR_users={ reception = "reception" }`, `TF_VAR_users='{`} {
		overwrite(t, filepath.Join(s.dir, "keepalive.env"), line+"\n"+env.String())
		out := run()
		if !strings.HasPrefix(out, "keepalive exited ") || !strings.Contains(out, "keepalive.env") {
			t.Errorf("%s: cron would mail:\n%s", line, out)
		}
	}
	s.lab.expectSent(t, 0)
	overwrite(t, filepath.Join(s.dir, "keepalive.env"), env.String()+`TF_VAR_users='{ reception = "reception" }'`+"\n")
	expectLines(t, run(), "keepalive exited 3:")
}

// systemd takes the units, but for the path of the script.
func TestSchedulers_systemd(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "systemd-analyze", "true")
	program, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	service := strings.Replace(job(t, "systemd/keepalive.service"), "/srv/keepalive/keepalive.sh", program, 1)
	dir := t.TempDir()
	overwrite(t, filepath.Join(dir, "keepalive.service"), service)
	overwrite(t, filepath.Join(dir, "keepalive.timer"), job(t, "systemd/keepalive.timer"))
	cmd := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", filepath.Join(dir, "keepalive.timer"), filepath.Join(dir, "keepalive.service"))
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), dir) {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	if !strings.Contains(service, "\nKillMode=mixed\n") {
		t.Error("Terraform would get a stop twice, and leave the state locked")
	}
}

// The image's command hands its process on to the script, and the script hands a signal on: see
// TestSchedulers_keepaliveStopsTerraformOnce.
func TestSchedulers_cronJobForwardsSignals(t *testing.T) {
	t.Parallel()
	if !strings.Contains(job(t, "kubernetes/cronjob.yaml"), "&& exec ./keepalive.sh\"]\n") {
		t.Error("the shell of the job keeps signals to itself")
	}
}
