// Package pipelines tests the files in examples/schedulers.
//
// The schemas of Azure Pipelines, GitLab and tofu-controller are not published as packages that could be pinned here.
// These files are therefore decoded strictly into structs with the few fields that they use. On 26 November 2026 each
// file was valid against its publisher's schema, and a misspelled field was not:
//
//   - Azure: service-schema.json of microsoft/azure-pipelines-vscode at 9e40e81 (25 September 2025). It declares
//     every scalar as a string, as Azure does: validate the file with booleans and numbers read as strings.
//   - GitLab: app/assets/javascripts/editor/schema/ci.json of GitLab, as vendored by
//     python-jsonschema/check-jsonschema at 053abdd (29 June 2026).
//   - tofu-controller: the schema of v1alpha2 in config/crd/bases/infra.contrib.fluxcd.io_terraforms.yaml of
//     flux-iac/tofu-controller at ef76ba7 (5 August 2026), with additionalProperties set to false wherever it has
//     properties.
//
// Repeat this with any JSON Schema validator when a file gets a field that the structs do not have.
package pipelines

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
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

// checks has the check of each file, by its path in the directory.
var checks = map[string]func([]byte) error{
	"azure-pipelines/azure-pipelines.yml": checkAzurePipelines,
	"gitlab/.gitlab-ci.yml":               checkGitLab,
	"jenkins/Jenkinsfile":                 checkJenkinsfile,
	"kubernetes/cronjob.yaml":             checkCronJob,
	"tofu-controller/terraform.yaml":      checkTofuController,
}

// elsewhere has the files that actionlint and the provider's tests check.
var elsewhere = map[string]bool{
	"cron/crontab": true, "github-actions/keepalive.yml": true, "kubernetes/Dockerfile": true,
	"systemd/keepalive.service": true, "systemd/keepalive.timer": true,
}

// checkDirectory checks every file in the directory. A file without a check is an error, and so is a check without its
// file.
func checkDirectory(directory fs.FS) error {
	var problems []error
	checked := map[string]bool{}
	err := fs.WalkDir(directory, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || elsewhere[name] {
			return err
		}
		check := checks[name]
		switch path.Ext(name) {
		case ".sh":
			check = checkShell
		case ".tf", ".md":
			return nil // checked by the provider's tests and internal/repotest
		}
		if check == nil {
			problems = append(problems, fmt.Errorf("%s: no check for this file", name))
			return nil
		}
		checked[name] = true
		text, err := fs.ReadFile(directory, name)
		if err != nil {
			return err
		}
		if err := check(text); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
		return nil
	})
	for name := range checks {
		if !checked[name] {
			problems = append(problems, fmt.Errorf("%s: missing", name))
		}
	}
	return errors.Join(append(problems, err)...)
}

// runsTheScript checks that the commands are shell and that one of them runs the script that all schedulers share.
func runsTheScript(commands ...string) error {
	runs := false
	for _, command := range commands {
		if err := checkShell([]byte(command)); err != nil {
			return fmt.Errorf("%w, in %q", err, command)
		}
		runs = runs || strings.Contains(command, "./keepalive.sh")
	}
	if !runs {
		return errors.New("no command runs ./keepalive.sh")
	}
	return nil
}
