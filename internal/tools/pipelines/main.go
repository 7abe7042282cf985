// Command pipelines checks the files in examples/schedulers and reports what would not work.
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
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

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

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pipelines DIRECTORY")
		os.Exit(2)
	}
	if err := checkDirectory(os.DirFS(os.Args[1])); err != nil {
		fmt.Fprintln(os.Stderr, "pipelines:", err)
		os.Exit(1)
	}
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
			return nil // checked by the provider's tests and by checklinks
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
