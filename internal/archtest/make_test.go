package archtest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// makeTarget is a target that is no file, with what `make help` says about it.
	makeTarget = regexp.MustCompile(`(?m)^([a-z-]+):[^\n#]*(?:## (\S.*))?$`)
	phony      = regexp.MustCompile(`(?m)^\.PHONY: FORCE (.*)$`)
)

// Each target of make has a line in `make help`, and is one even where a file has its name.
func TestMakeHelpListsEveryTarget(t *testing.T) {
	t.Parallel()
	makefile := text(t, "GNUmakefile")
	declared := phony.FindStringSubmatch(makefile)
	if declared == nil {
		t.Fatal("GNUmakefile has no .PHONY")
	}
	var targets []string
	for _, target := range makeTarget.FindAllStringSubmatch(makefile, -1) {
		targets = append(targets, target[1])
		if target[2] == "" {
			t.Errorf("make help has no line for %s", target[1])
		}
	}
	names := strings.Fields(declared[1])
	slices.Sort(names)
	slices.Sort(targets)
	if !slices.Equal(names, targets) {
		t.Errorf(".PHONY has\n%q\nand the targets are\n%q", names, targets)
	}
}
