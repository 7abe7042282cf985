package archtest

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// text reads a file of the project.
func text(t *testing.T, parts ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// dependencyRow is a row of CONTRIBUTING's table of dependencies.
var dependencyRow = regexp.MustCompile("(?m)^\\| `([^`/]+/[^`]+)` \\| (\\S[^|]*?) *\\|$")

// Each direct dependency has its reason in CONTRIBUTING, and each reason its dependency.
func TestDirectDependenciesHaveAReason(t *testing.T) {
	t.Parallel()
	text(t, "go.mod") // so that the cached result counts for this go.mod alone
	cmd := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
		Replace []any
	}
	if err := json.Unmarshal(out, &mod); err != nil { //nolint:musttag // The go command's names are those of the fields.
		t.Fatal(err)
	}
	if len(mod.Replace) != 0 {
		t.Errorf("go.mod replaces %v", mod.Replace)
	}
	reasons := map[string]bool{}
	_, section, _ := strings.Cut(text(t, ".github/CONTRIBUTING.md"), "\n## Dependencies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, row := range dependencyRow.FindAllStringSubmatch(section, -1) {
		reasons[row[1]] = true
	}
	for _, r := range mod.Require {
		if !r.Indirect && !reasons[r.Path] {
			t.Errorf("%s has no reason in CONTRIBUTING.md, under Dependencies", r.Path)
		}
		if !r.Indirect {
			delete(reasons, r.Path)
		}
	}
	for path := range reasons {
		t.Errorf("CONTRIBUTING.md has a reason for %s, which is no direct dependency", path)
	}
}

// What guards against code from elsewhere, and against what nobody has seen in our own, is
// switched on where it has to be.
func TestGuardsAreOn(t *testing.T) {
	t.Parallel()
	for _, guard := range []struct {
		file []string
		what string
		line string
	}{
		{[]string{".golangci.yml"}, "gosec", `(?m)^ {4}- gosec$`},
		{[]string{".golangci.yml"}, "gosec, with all but one of its rules", `(?m)^ {4}gosec:\n {6}excludes: \[G104\]`},
		{[]string{".golangci.yml"}, "a reason for each exception", `(?m)^ {6}require-explanation: true$`},
		{[]string{".github", "workflows", "test.yml"}, "go mod verify", `(?m)^ {6}- run: go mod verify$`},
		{[]string{".github", "workflows", "test.yml"}, "go mod tidy -diff", `(?m)^ {6}- run: go mod tidy -diff$`},
		{[]string{".github", "workflows", "test.yml"}, "make lint", `(?m)^ {6}- run: make lint$`},
		{[]string{".github", "workflows", "test.yml"}, "make licences", `(?m)^ {6}- run: make licences$`},
		{[]string{".github", "workflows", "vulnerabilities.yml"}, "make vuln", `(?m)^ {6}- run: make vuln$`},
		{[]string{".github", "workflows", "vulnerabilities.yml"}, "a schedule", `(?m)^ {2}schedule:\n {4}- cron: `},
	} {
		if !regexp.MustCompile(guard.line).MatchString(text(t, guard.file...)) {
			t.Errorf("%s does not have %s", filepath.Join(guard.file...), guard.what)
		}
	}
}

// A panic's value is shown to whoever reads Terraform's output, and nothing takes the secrets
// out of it: so the program itself panics with none.
func TestTheProgramPanicsNowhere(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if isSupport(path) {
			continue
		}
		for _, name := range p.GoFiles {
			content, err := p.source(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if panics(t, content) {
				t.Errorf("%s in %s calls panic", name, path)
			}
		}
	}
	if !panics(t, []byte("package x\nfunc f() { panic(1) }")) {
		t.Error("a call of panic is not seen")
	}
}

// isSupport reports whether a package is for tests and the demo alone.
func isSupport(path string) bool {
	return strings.HasPrefix(path, "internal/cmd/") || slices.ContainsFunc(testOnly, func(never string) bool { return never == module+"/"+path })
}

func panics(t *testing.T, content []byte) bool {
	t.Helper()
	if !bytes.Contains(content, []byte("panic(")) {
		return false
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", content, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			name, ok := call.Fun.(*ast.Ident)
			found = found || ok && name.Name == "panic"
		}
		return true
	})
	return found
}

// What SECURITY promises is held by tests that exist.
func TestPromisesAreHeld(t *testing.T) {
	t.Parallel()
	promised := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(text(t, ".github/SECURITY.md"), -1)
	if len(promised) == 0 {
		t.Fatal("SECURITY.md names no test")
	}
	files, err := filepath.Glob(filepath.Join("..", "*", "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, file := range files {
		tests.WriteString(text(t, "internal", filepath.Base(filepath.Dir(file)), filepath.Base(file)))
	}
	for _, name := range promised {
		if !strings.Contains(tests.String(), "\nfunc "+name[1]+"(") {
			t.Errorf("SECURITY.md promises what %s holds, and there is no such test", name[1])
		}
	}
}
