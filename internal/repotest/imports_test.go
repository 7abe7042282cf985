// Package repotest tests the repository itself: what packages reach through others, the provider's address, and that
// go.mod, the Makefile, the workflows and the maintainers' pages agree. depguard, in .golangci.yml, has the rules for direct
// imports.
package repotest

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	module = "terraform-provider-msgraph"
	root   = "../.."
)

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// goList returns the words that the go command prints for the packages.
func goList(t *testing.T, format string, packages ...string) []string {
	t.Helper()
	// A test result is cached by the files that the test itself has read, so touch them.
	if err := filepath.WalkDir(filepath.Join(root, "internal"), func(_ string, _ os.DirEntry, err error) error { return err }); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-f", format}, packages...)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// development matches the packages that must not get into the released program.
var development = regexp.MustCompile(`^` + module + `/internal/(cmd/|graphsim$|terraformcli$|clock/clocktest$|testos$)` +
	`|^github\.com/(hashicorp/(terraform-plugin-(testing|sdk)|terraform-json|hc-install|go-version)|zclconf/go-cty)`)

// forbidden has, by path in the repository, what a package must not reach through any other.
var forbidden = []struct{ packages, reach *regexp.Regexp }{
	{regexp.MustCompile(`^$`), development},
	// Only these know Terraform.
	{regexp.MustCompile(`^internal/[^/]+$`), regexp.MustCompile(`^github\.com/hashicorp/terraform-`)},
	{regexp.MustCompile(`^internal/(clock|keepalive)$`), regexp.MustCompile(`^(net|net/.*|github\.com/(Azure|hashicorp)/.*)$`)},
}

// knowTerraform has the packages that the second rule does not apply to.
var knowTerraform = []string{"config", "fastpath", "provider", "tfvalue", "terraformcli", "repotest", "livetest"}

func TestImports_reach(t *testing.T) {
	t.Parallel()
	for _, line := range goList(t, `{{.ImportPath}}:{{join .Deps ","}}`, "./...") {
		name, deps, _ := strings.Cut(line, ":")
		name = strings.TrimPrefix(strings.TrimPrefix(name, module), "/")
		for i, rule := range forbidden {
			if !rule.packages.MatchString(name) || i == 1 && slices.Contains(knowTerraform, path.Base(name)) {
				continue
			}
			for dep := range strings.SplitSeq(deps, ",") {
				if rule.reach.MatchString(dep) {
					t.Errorf("%q must not import %s, directly or through another package", name, dep)
				}
			}
		}
	}
}

// program returns the source files of the released program, by path in the repository.
func program(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, line := range goList(t, `{{if not .Standard}}{{if .Module.Main}}{{$dir := .ImportPath}}{{range .GoFiles}}{{$dir}}/{{.}} {{end}}{{end}}{{end}}`, "-deps", ".") {
		name := strings.TrimPrefix(line, module+"/")
		files[name] = read(t, name)
	}
	if len(files) < 50 {
		t.Fatalf("the program has only the files %v", files)
	}
	return files
}

// Terraform prints the value of a panic without masking secrets.
func TestProgram_neverPanics(t *testing.T) {
	t.Parallel()
	for name, text := range program(t) {
		if regexp.MustCompile(`(?m)^[^/"]*\bpanic\(`).MatchString(text) {
			t.Errorf("%s calls panic", name)
		}
	}
}

// What a status code means is decided in internal/graph.
func TestProvider_readsNoStatusCode(t *testing.T) {
	t.Parallel()
	for name, text := range program(t) {
		if strings.HasPrefix(name, "internal/provider/") && regexp.MustCompile(`http\.Status|\.StatusCode\b`).MatchString(text) {
			t.Errorf("%s reads a status code", name)
		}
	}
}
