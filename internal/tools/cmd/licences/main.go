// Command licences lists the licence of every module that the provider is built from, on every released platform, and fails
// if one is not on a short list of licences that are compatible with MPL-2.0.
//
// It reads the modules' own files, not the metadata of a registry, and needs no network apart from the modules.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/licensecheck"
)

// allowed are the licences that require no more than the notice and, in the case of MPL-2.0, the source of the module's own
// files.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0"}

// minPercent is the part of a licence file, in percent, that must be the text of a known licence. Below it, somebody should
// read what else the file says.
const minPercent = 75

// platforms differ in the modules that the provider is built from.
var platforms = []string{"darwin/arm64", "freebsd/amd64", "linux/amd64", "windows/amd64"}

// licenceFile matches the names of licence files.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)(\.(md|txt|rst))?$`)

// module is where the go command has a module.
type module struct{ version, dir string }

func main() {
	if err := run("../..", os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// run lists the licences of the program in root.
func run(root string, w io.Writer) error {
	modules := map[string]module{}
	for _, platform := range platforms {
		goos, goarch, _ := strings.Cut(platform, "/")
		found, err := modulesOf(root, "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
		if err != nil {
			return err
		}
		maps.Copy(modules, found)
	}
	if len(modules) == 0 {
		return errors.New("found no module that the program is built from")
	}
	var problems []error
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		licences, err := licencesOf(modules[path].dir)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path, err))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", path, modules[path].version, strings.Join(licences, ", "))
	}
	return errors.Join(append(problems, table.Flush())...)
}

// modulesOf returns the modules that the program is built from, by path and without the project itself.
func modulesOf(root string, env ...string) (map[string]module, error) {
	cmd := exec.CommandContext(context.Background(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", ".")
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr, cmd.Env = root, &stderr, append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", cmd, err, &stderr)
	}
	modules := map[string]module{}
	for line := range strings.Lines(string(out)) {
		if fields := strings.Split(strings.TrimSpace(line), "\t"); len(fields) == 3 {
			modules[fields[0]] = module{version: fields[1], dir: fields[2]}
		}
	}
	return modules, nil
}

// licencesOf returns the licences in the files of a module's directory.
func licencesOf(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var licences []string
	for _, entry := range entries {
		if !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name())) //nolint:gosec // The go command names the directory.
		if err != nil {
			return nil, err
		}
		coverage := licensecheck.Scan(text)
		if coverage.Percent < minPercent {
			return licences, fmt.Errorf("only %.0f %% of %s is the text of a known licence: read it", coverage.Percent, entry.Name())
		}
		for _, match := range coverage.Match {
			if !slices.Contains(licences, match.ID) {
				licences = append(licences, match.ID)
			}
		}
	}
	if len(licences) == 0 {
		return nil, errors.New("no licence found")
	}
	for _, licence := range licences {
		if !slices.Contains(allowed, licence) {
			return licences, fmt.Errorf("%s is not one of %s", licence, strings.Join(allowed, ", "))
		}
	}
	return licences, nil
}
