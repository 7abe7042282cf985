package pipelines

import (
	"bytes"
	"regexp"

	"mvdan.cc/sh/v3/syntax"
)

// checkShell checks that a script is POSIX shell.
func checkShell(text []byte) error {
	_, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(bytes.NewReader(text), "script")
	return err
}

// shellStep is a Jenkins step that runs a command given in single quotes.
var shellStep = regexp.MustCompile(`\bsh\b(?: |\(script: )'([^']*)'`)

// checkJenkinsfile checks the commands of the sh steps. The rest is Groovy, which only Jenkins can check.
func checkJenkinsfile(text []byte) error {
	var commands []string
	for _, match := range shellStep.FindAllSubmatch(text, -1) {
		commands = append(commands, string(match[1]))
	}
	return runsTheScript(commands...)
}
