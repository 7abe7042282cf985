// Package repotest tests the repository itself: what packages import, the provider's address, links, and that go.mod, the
// Makefile, the workflows and the maintainers' pages agree.
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

// arrows has, for each package in internal and, by the empty name, for main, those in internal that it may import. A package
// without an entry may import none.
var arrows = map[string]string{
	"":             "process provider",
	"provider":     "config tfvalue fastpath keepalive meeting graph entra transport clock quote redact",
	"config":       "tfvalue graph entra transport negotiate pipelinestep endpoint textfile",
	"tfvalue":      "graph clock",
	"graph":        "transport pipelinestep clock endpoint permanent quote redact",
	"entra":        "endpoint pemfile permanent redact textfile",
	"transport":    "pemfile permanent quote textfile",
	"negotiate":    "permanent textfile",
	"pipelinestep": "clock textfile",
	"pemfile":      "textfile",
	"keepalive":    "clock",
}

func TestImports_followTheArrows(t *testing.T) {
	t.Parallel()
	for _, line := range goList(t, `{{.ImportPath}}:{{join .Imports ","}}`, "./...") {
		importer, imports, _ := strings.Cut(line, ":")
		importer = strings.TrimPrefix(strings.TrimPrefix(importer, module), "/internal/")
		if strings.Contains(importer, "/") {
			continue // programs of their own, and what only tests import
		}
		for path := range strings.SplitSeq(imports, ",") {
			imported, own := strings.CutPrefix(path, module+"/internal/")
			if own && !slices.Contains(strings.Fields(arrows[importer]), imported) {
				t.Errorf("%q must not import %s", importer, imported)
			}
		}
	}
}

// forbidden has, by path in the repository, what a package must not reach, directly or through any other.
var forbidden = []struct {
	packages *regexp.Regexp
	except   []string
	reach    *regexp.Regexp
}{
	// What only tests and tools need must not get into the released program.
	{regexp.MustCompile(`^$`), nil, regexp.MustCompile(`^github\.com/(hashicorp/(terraform-plugin-(testing|sdk)|terraform-json|hc-install|go-version)|zclconf/go-cty)`)},
	// Only a few packages know Terraform.
	{
		regexp.MustCompile(`^internal/([^/]+|cmd/graphsim|cmd/harness)$`),
		[]string{"config", "fastpath", "provider", "tfvalue", "terraformcli", "repotest", "livetest"},
		regexp.MustCompile(`^github\.com/hashicorp/(terraform-|go-(hclog|plugin)$)`),
	},
	{regexp.MustCompile(`^internal/(clock|keepalive)$`), nil, regexp.MustCompile(`^(net|net/.*|github\.com/(Azure|hashicorp)/.*)$`)},
}

func TestImports_reach(t *testing.T) {
	t.Parallel()
	for _, line := range goList(t, `{{.ImportPath}}:{{join .Deps ","}}`, "./...") {
		name, deps, _ := strings.Cut(line, ":")
		name = strings.TrimPrefix(strings.TrimPrefix(name, module), "/")
		for _, rule := range forbidden {
			if !rule.packages.MatchString(name) || slices.Contains(rule.except, path.Base(name)) {
				continue
			}
			for dep := range strings.SplitSeq(deps, ",") {
				if rule.reach.MatchString(dep) {
					t.Errorf("%q must not reach %s", name, dep)
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
