package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const schedulers = "../../../examples/schedulers"

func TestCheckFolder_examples(t *testing.T) {
	t.Parallel()
	if err := checkFolder(os.DirFS(schedulers)); err != nil {
		t.Error(err)
	}
}

// Each check finds what would not work.
func TestChecks_find(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, new, says string }{
		"a field that Kubernetes does not have":   {"kubernetes/cronjob.yaml", "concurrencyPolicy:", "concurencyPolicy:", "concurencyPolicy"},
		"a field of another type":                 {"kubernetes/cronjob.yaml", "backoffLimit: 2", `backoffLimit: "2"`, "backoffLimit"},
		"jobs that overlap in Kubernetes":         {"kubernetes/cronjob.yaml", "Forbid", "Allow", "Forbid"},
		"a schedule that is none":                 {"kubernetes/cronjob.yaml", "*/15 * * * *", "*/15 * * *", "five fields"},
		"a field that tofu-controller lacks":      {"tofu-controller/terraform.yaml", "approvePlan", "approve", "approve"},
		"plans that nobody approves":              {"tofu-controller/terraform.yaml", "approvePlan: auto", `approvePlan: ""`, "nothing is applied"},
		"a field that Azure lacks":                {"azure-pipelines/azure-pipelines.yml", "always:", "allways:", "allways"},
		"a schedule that needs a push":            {"azure-pipelines/azure-pipelines.yml", "always: true", "always: false", "always"},
		"no service connection, for Azure":        {"azure-pipelines/azure-pipelines.yml", "azureSubscription:", "subscription:", "service connection"},
		"a command that is no shell, for Azure":   {"azure-pipelines/azure-pipelines.yml", "          fi\n", "", "if"},
		"a field that GitLab lacks":               {"gitlab/.gitlab-ci.yml", "resource_group:", "resourcegroup:", "resourcegroup"},
		"jobs that GitLab kills":                  {"gitlab/.gitlab-ci.yml", "interruptible: false", "interruptible: true", "killed"},
		"a job that runs something else":          {"gitlab/.gitlab-ci.yml", "./keepalive.sh", "terraform apply", "keepalive.sh"},
		"a brace that is not closed, for Jenkins": {"jenkins/Jenkinsfile", "pipeline {", "pipeline { {", "not closed"},
		"a text that is not closed, for Jenkins":  {"jenkins/Jenkinsfile", "-input=false'", "-input=false", "not closed"},
		"a section that Jenkins lacks":            {"jenkins/Jenkinsfile", "triggers {", "trigger {", "trigger"},
		"a stage without steps":                   {"jenkins/Jenkinsfile", "steps {", "step {", "steps"},
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
				t.Fatalf("there is no %q in %s", c.old, c.file)
			}
			err = checkFolder(fstest.MapFS{c.file: {Data: []byte(broken)}})
			found := false
			for line := range strings.Lines(err.Error()) {
				if rest, ok := strings.CutPrefix(line, c.file+": "); ok {
					found = found || strings.Contains(rest, c.says)
				}
			}
			if !found {
				t.Errorf("got %v, want an error about %s that says %q", err, c.file, c.says)
			}
		})
	}
}

func TestCheckFolder_findsWhatNothingChecks(t *testing.T) {
	t.Parallel()
	err := checkFolder(fstest.MapFS{"circle/config.yml": {Data: []byte("x: 1")}})
	for _, text := range []string{"circle/config.yml: nothing checks this file", "jenkins/Jenkinsfile: there is no such file"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("got %v, want %q in it", err, text)
		}
	}
}
