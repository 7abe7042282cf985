package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const schedulers = "../../../examples/schedulers"

func TestCheckDirectory_examples(t *testing.T) {
	t.Parallel()
	if err := checkDirectory(os.DirFS(schedulers)); err != nil {
		t.Error(err)
	}
}

// Each check reports a file that would not work.
func TestChecks_report(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, new, says string }{
		"a field that Kubernetes does not have":   {"kubernetes/cronjob.yaml", "concurrencyPolicy:", "concurencyPolicy:", "concurencyPolicy"},
		"a field of another type":                 {"kubernetes/cronjob.yaml", "backoffLimit: 2", `backoffLimit: "2"`, "backoffLimit"},
		"runs that overlap in Kubernetes":         {"kubernetes/cronjob.yaml", "Forbid", "Allow", "Forbid"},
		"a field that tofu-controller lacks":      {"tofu-controller/terraform.yaml", "approvePlan", "approve", "approve"},
		"plans that are never approved":           {"tofu-controller/terraform.yaml", "approvePlan: auto", `approvePlan: ""`, "approvePlan"},
		"a field that Azure lacks":                {"azure-pipelines/azure-pipelines.yml", "always:", "allways:", "allways"},
		"a schedule that needs a push":            {"azure-pipelines/azure-pipelines.yml", "always: true", "always: false", "always"},
		"no service connection, in Azure":         {"azure-pipelines/azure-pipelines.yml", "azureSubscription:", "subscription:", "service connection"},
		"a command that is not shell, in Azure":   {"azure-pipelines/azure-pipelines.yml", "          fi\n", "", "if"},
		"a field that GitLab lacks":               {"gitlab/.gitlab-ci.yml", "resource_group:", "resourcegroup:", "resourcegroup"},
		"jobs that GitLab kills":                  {"gitlab/.gitlab-ci.yml", "interruptible: false", "interruptible: true", "killed"},
		"a job that does not run the script":      {"gitlab/.gitlab-ci.yml", "./keepalive.sh", "terraform apply", "keepalive.sh"},
		"a command that is not shell, in Jenkins": {"jenkins/Jenkinsfile", "'./keepalive.sh'", "'if ./keepalive.sh'", "if"},
		"a script that is not POSIX shell":        {"keepalive.sh", "esac", "", "case"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(schedulers, c.file))
			if err != nil {
				t.Fatal(err)
			}
			broken := strings.Replace(string(text), c.old, c.new, 1)
			if broken == string(text) {
				t.Fatalf("no %q in %s", c.old, c.file)
			}
			err = checkDirectory(fstest.MapFS{c.file: {Data: []byte(broken)}})
			found := false
			for line := range strings.Lines(err.Error()) {
				if rest, ok := strings.CutPrefix(line, c.file+": "); ok {
					found = found || strings.Contains(rest, c.says)
				}
			}
			if !found {
				t.Errorf("got %v, want an error about %s with %q", err, c.file, c.says)
			}
		})
	}
}

func TestCheckDirectory_everyFileIsChecked(t *testing.T) {
	t.Parallel()
	err := checkDirectory(fstest.MapFS{"circle/config.yml": {Data: []byte("x: 1")}})
	for _, text := range []string{"circle/config.yml: no check for this file", "jenkins/Jenkinsfile: missing"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("got %v, want %q in it", err, text)
		}
	}
}
