// Command pipelines checks the files in examples/schedulers, each by the schema of its kind, and says what it
// found wrong. What a check covers is said where it is made.
//
// The publishers' schemas for Azure Pipelines, GitLab and tofu-controller come in no package that could be pinned
// here, so these files are read strictly by the few fields that they use. That those fields are right was looked at
// by hand on 26 November 2026, when each file was valid by its publisher's schema, and a misspelt field was not:
//
//   - Azure: service-schema.json of microsoft/azure-pipelines-vscode at 9e40e81 (25 September 2025). It takes every
//     scalar for a text, as Azure does, so read the file that way, true and numbers included.
//   - GitLab: app/assets/javascripts/editor/schema/ci.json of GitLab, as python-jsonschema/check-jsonschema carries
//     it at 053abdd (29 June 2026).
//   - tofu-controller: the schema of v1alpha2 in config/crd/bases/infra.contrib.fluxcd.io_terraforms.yaml of
//     flux-iac/tofu-controller at ef76ba7 (5 August 2026), with additionalProperties false wherever it has properties.
//
// Do the same again, with any JSON Schema validator, when a file gets a field that is new to the checks.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// checks are what a file is checked by, by its path in the folder.
var checks = map[string]func([]byte) error{
	"azure-pipelines/azure-pipelines.yml": checkAzurePipelines,
	"gitlab/.gitlab-ci.yml":               checkGitLab,
	"jenkins/Jenkinsfile":                 checkJenkinsfile,
	"kubernetes/cronjob.yaml":             checkCronJob,
	"tofu-controller/terraform.yaml":      checkTofuController,
}

// elsewhere are the files that something else checks: actionlint, and the provider's own tests.
var elsewhere = map[string]bool{
	"cron/crontab": true, "github-actions/keepalive.yml": true, "kubernetes/Dockerfile": true,
	"systemd/keepalive.service": true, "systemd/keepalive.timer": true,
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pipelines FOLDER")
		os.Exit(2)
	}
	if err := checkFolder(os.DirFS(os.Args[1])); err != nil {
		fmt.Fprintln(os.Stderr, "pipelines:", err)
		os.Exit(1)
	}
}

// checkFolder checks every file in the folder. One that nothing checks is an error, as is a check without its file.
func checkFolder(folder fs.FS) error {
	var problems []error
	checked := map[string]bool{}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || elsewhere[name] {
			return err
		}
		check := checks[name]
		switch path.Ext(name) {
		case ".sh":
			check = checkShell
		case ".tf", ".md":
			return nil // the provider's tests validate the one, checklinks reads the other
		}
		if check == nil {
			problems = append(problems, fmt.Errorf("%s: nothing checks this file", name))
			return nil
		}
		checked[name] = true
		text, err := fs.ReadFile(folder, name)
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
			problems = append(problems, fmt.Errorf("%s: there is no such file", name))
		}
	}
	return errors.Join(append(problems, err)...)
}

// runsTheScript says whether commands, which have to be shell, run the script that all schedulers share.
func runsTheScript(commands ...string) error {
	runs := false
	for _, command := range commands {
		if err := checkShell([]byte(command)); err != nil {
			return fmt.Errorf("%w, in %q", err, command)
		}
		runs = runs || strings.Contains(command, "./keepalive.sh")
	}
	if !runs {
		return errors.New("nothing runs ./keepalive.sh")
	}
	return nil
}
