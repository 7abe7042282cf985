package repotest

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// direct is a line of go.mod that requires a module for the project's own imports.
	direct = regexp.MustCompile(`(?m)^\t(\S+) v\S+$`)

	// reason is a row of the tables of dependencies in CONTRIBUTING.
	reason = regexp.MustCompile("(?m)^\\| `([^`/]+/[^`]+)` \\| \\S[^|]*\\|$")
)

// names returns the sorted first groups of all matches.
func names(pattern *regexp.Regexp, text string) (found []string) {
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
}

// CONTRIBUTING has a reason for each direct dependency.
func TestDependencies_haveReasons(t *testing.T) {
	t.Parallel()
	_, section, _ := strings.Cut(read(t, ".github/CONTRIBUTING.md"), "\n## Dependencies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	got, want := names(reason, section), names(direct, read(t, "go.mod"))
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("CONTRIBUTING has reasons for\n%s\nand go.mod requires\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The checks of code from elsewhere, and of our own, are switched on.
func TestGuards_areOn(t *testing.T) {
	t.Parallel()
	for _, guard := range []struct{ file, what, line string }{
		{".golangci.yml", "gosec", `(?m)^ {4}- gosec$`},
		{".golangci.yml", "gosec with all rules except one", `(?m)^ {4}gosec:\n {6}excludes: \[G104\]`},
		{".golangci.yml", "a reason for each exception", `(?m)^ {6}require-explanation: true$`},
		{".gitattributes", "LF in checkouts on Windows", `(?m)^\* text=auto eol=lf$`},
		{".github/workflows/test.yml", "go mod verify", `(?m)^ {6}- run: go mod verify$`},
		{".github/workflows/test.yml", "go mod tidy -diff", `(?m)^ {6}- run: go mod tidy -diff$`},
		{".github/workflows/test.yml", "make lint", `(?m)^ {6}- run: make lint$`},
		{".github/workflows/test.yml", "make licences", `(?m)^ {6}- run: make licences$`},
		{".github/workflows/vulnerabilities.yml", "make vuln", `(?m)^ {6}- run: make vuln$`},
		{".github/workflows/vulnerabilities.yml", "a schedule", `(?m)^ {2}schedule:\n {4}- cron: `},
	} {
		if !regexp.MustCompile(guard.line).MatchString(read(t, guard.file)) {
			t.Errorf("%s does not have %s", guard.file, guard.what)
		}
	}
}

// The tests that SECURITY names exist.
func TestSecurity_namesTests(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, path := range paths {
		tests.WriteString(read(t, "internal/"+strings.TrimPrefix(filepath.ToSlash(path), "../")))
	}
	named := names(regexp.MustCompile("`((?:Test|Fuzz)\\w+)`"), read(t, ".github/SECURITY.md"))
	if len(named) == 0 {
		t.Fatal("SECURITY names no test")
	}
	for _, name := range named {
		if !strings.Contains(tests.String(), "\nfunc "+name+"(") {
			t.Errorf("SECURITY names %s, which does not exist", name)
		}
	}
}
