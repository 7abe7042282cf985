package repotest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// makeTarget is a target that is not a file, with its line in `make help`.
var makeTarget = regexp.MustCompile(`(?m)^([a-z-]+):[^\n#]*(?:## (\S.*))?$`)

func TestMakefile_helpHasEveryTarget(t *testing.T) {
	t.Parallel()
	makefile := read(t, "GNUmakefile")
	_, phony, _ := strings.Cut(makefile, "\n.PHONY: FORCE ")
	phony, _, _ = strings.Cut(phony, "\n")
	var targets []string
	for _, target := range makeTarget.FindAllStringSubmatch(makefile, -1) {
		targets = append(targets, target[1])
		if target[2] == "" {
			t.Errorf("make help has no line for %s", target[1])
		}
	}
	names := strings.Fields(phony)
	slices.Sort(names)
	slices.Sort(targets)
	if !slices.Equal(names, targets) {
		t.Errorf(".PHONY has\n%q\nand the targets are\n%q", names, targets)
	}
}
