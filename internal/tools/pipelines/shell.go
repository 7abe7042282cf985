package main

import (
	"bytes"
	"errors"

	"mvdan.cc/sh/v3/syntax"
)

// checkShell checks that a script is POSIX shell, as far as a parser can tell.
func checkShell(text []byte) error {
	_, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(bytes.NewReader(text), "script")
	return err
}

// checkJenkinsfile checks the form of a declarative pipeline: its braces and quotes are closed, and it has the
// sections that every pipeline needs. Whether Jenkins knows each step, only Jenkins can tell.
func checkJenkinsfile(text []byte) error {
	tree, err := parseGroovyBlocks(string(text))
	if err != nil {
		return err
	}
	pipeline := tree.child("pipeline")
	if pipeline == nil || len(tree.children) != 1 {
		return errors.New("it is not one pipeline block")
	}
	for _, section := range pipeline.children {
		if !declarative[section.name] {
			return errors.New("a pipeline has no section " + section.name)
		}
	}
	for _, section := range []string{"agent", "stages"} {
		if pipeline.child(section) == nil {
			return errors.New("the pipeline has no section " + section)
		}
	}
	for _, stage := range pipeline.child("stages").children {
		if stage.name != "stage" || stage.child("steps") == nil {
			return errors.New("in stages there is something else than stages with steps")
		}
	}
	return runsTheScript(pipeline.shell()...)
}

// declarative are the sections of a pipeline block.
//
// Source: https://www.jenkins.io/doc/book/pipeline/syntax/
var declarative = map[string]bool{
	"agent": true, "environment": true, "libraries": true, "options": true, "parameters": true, "post": true,
	"stages": true, "tools": true, "triggers": true,
}
