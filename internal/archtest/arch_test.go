// Package archtest holds the project's packages to the arrows between them, which CONTRIBUTING draws:
// what Terraform sees rests on when, Graph and credentials, and none of these on it.
package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "terraform-provider-msgraph"

// rule says what a package may rest on.
type rule struct {
	// may names the project's packages that it may import. Its tests may import all of them.
	may []string

	// never are beginnings of import paths that it must not reach, through other packages neither.
	never []string

	// uses limits the names that it may use of a package outside the project.
	uses map[string][]string
}

var (
	// terraform is what must not be known below the provider. All of it is HashiCorp's.
	terraform = []string{"github.com/hashicorp/"}

	// network must not be known to what decides when a keepAlive is due.
	network = []string{"net", "github.com/Azure/", "github.com/hashicorp/"}

	// testOnly never gets into a released program.
	testOnly = []string{
		module + "/internal/graphsim", module + "/internal/terraformcli", module + "/internal/clock/clocktest",
		"github.com/hashicorp/terraform-plugin-testing", "github.com/hashicorp/terraform-plugin-sdk",
	}
)

// rules has every package of the project but those with tests alone. A new package is a decision: write
// down here what it may rest on.
var rules = map[string]rule{
	"": {may: []string{"internal/provider"}, never: testOnly},
	"internal/provider": {
		may: []string{"internal/clock", "internal/entra", "internal/graph", "internal/keepalive", "internal/negotiate", "internal/pipelinestep", "internal/redact", "internal/textfile"}, never: testOnly,
		uses: map[string][]string{
			"net/url":  {},                                                          // it builds no address,
			"net/http": {"Header", "CanonicalHeaderKey", "MethodPost", "MethodGet"}, // and reads no status
		},
	},
	"internal/keepalive":    {may: []string{"internal/clock"}, never: slices.Concat(network, testOnly)},
	"internal/graph":        {may: []string{"internal/clock", "internal/endpoint", "internal/pemfile", "internal/pipelinestep", "internal/redact", "internal/textfile"}, never: slices.Concat(terraform, testOnly)},
	"internal/entra":        {may: []string{"internal/clock", "internal/endpoint", "internal/pemfile", "internal/redact", "internal/textfile"}, never: slices.Concat(terraform, testOnly)},
	"internal/clock":        {never: slices.Concat(network, testOnly)},
	"internal/endpoint":     {never: slices.Concat(terraform, testOnly)},
	"internal/pemfile":      {may: []string{"internal/textfile"}, never: slices.Concat(terraform, testOnly)},
	"internal/pipelinestep": {may: []string{"internal/textfile"}, never: slices.Concat(network, testOnly)},
	"internal/redact":       {never: slices.Concat(terraform, testOnly)},
	"internal/textfile":     {never: slices.Concat(network, testOnly)},
	// What speaks Kerberos makes its random numbers with one of HashiCorp's libraries.
	"internal/negotiate": {
		may: []string{"internal/textfile"}, never: slices.Concat([]string{"github.com/hashicorp/terraform-plugin-framework", "github.com/hashicorp/terraform-plugin-go"}, testOnly),
	},

	// For tests, the demo and benchmarks alone. The stand-in rests on nothing that it stands in for.
	"internal/clock/clocktest":         {may: []string{"internal/clock"}},
	"internal/graphsim":                {never: terraform},
	"internal/terraformcli":            {},
	"examples/http-pipeline-step/step": {},
	"internal/cmd/graphsim":            {may: []string{"internal/graphsim"}, never: terraform},
	"internal/cmd/bench":               {may: []string{"internal/cmd/rig", "internal/provider", "internal/terraformcli"}},
	"internal/cmd/yardstick":           {},
	"internal/cmd/emptyprovider":       {may: []string{"internal/cmd/yardstick"}},
	"internal/cmd/twinprovider":        {may: []string{"internal/cmd/yardstick", "internal/provider"}},
	"internal/cmd/demo":                {may: []string{"internal/cmd/rig", "internal/provider", "internal/terraformcli"}},
	"internal/cmd/rig":                 {never: terraform},
	"internal/cmd/schemajson":          {may: []string{"internal/provider"}},
}

func TestArrows(t *testing.T) {
	t.Parallel()
	for _, problem := range check(list(t)) {
		t.Error(problem)
	}
}

// TestBrokenArrows adds one file to the packages, without writing it there, and looks for the complaint.
func TestBrokenArrows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ dir, code, want string }{
		{"internal/keepalive", `import _ "` + module + `/internal/graph"`, "internal/keepalive imports internal/graph"},
		{"internal/keepalive", `import _ "net/http"`, "internal/keepalive reaches net/http"},
		{"internal/graph", `import _ "` + module + `/internal/keepalive"`, "internal/graph imports internal/keepalive"},
		{"internal/entra", `import _ "` + module + `/internal/graph"`, "internal/entra imports internal/graph"},
		{
			"internal/graph", `import _ "github.com/hashicorp/terraform-plugin-framework/types"`,
			"internal/graph reaches github.com/hashicorp/terraform-plugin-framework/types",
		},
		{"internal/entra", `import _ "github.com/hashicorp/go-hclog"`, "internal/entra reaches github.com/hashicorp/go-hclog"},
		{"internal/provider", `import _ "` + module + `/internal/graphsim"`, "internal/provider imports internal/graphsim"},
		{"internal/provider", `import _ "` + module + `/internal/graphsim"`, "the program reaches " + module + "/internal/graphsim"},
		{"internal/provider", `import "net/url"; var Broken url.URL`, "internal/provider uses url.URL"},
		{"internal/provider", `import "net/http"; const Broken = http.StatusOK`, "internal/provider uses http.StatusOK"},
		{"internal/extra", ``, "internal/extra has no rule"},
	} {
		problems := check(list(t, filepath.Join(test.dir, "zz_broken.go"), "package "+filepath.Base(test.dir)+"\n\n"+test.code+"\n"))
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, test.want) }) {
			t.Errorf("%s in %s is not reported as %q; the reports are %q", test.code, test.dir, test.want, problems)
		}
	}
}

// pkg is a package as the go command describes it.
type pkg struct {
	ImportPath, Dir, Name string
	Imports, Deps         []string
	GoFiles               []string
	Module                *struct{ Path string }

	source func(name string) ([]byte, error)
}

// check returns what breaks the rules.
func check(packages []pkg) (problems []string) {
	for _, p := range packages {
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if len(p.GoFiles) == 0 {
			continue // tests alone
		}
		r, ok := rules[path]
		if !ok {
			problems = append(problems, path+" has no rule: say in internal/archtest what it may import")
			continue
		}
		if path == "" {
			path = "the program"
		}
		for _, imported := range p.Imports {
			if own, ok := strings.CutPrefix(imported, module+"/"); ok && !slices.Contains(r.may, own) {
				problems = append(problems, fmt.Sprintf("%s imports %s, and may not", path, own))
			}
		}
		for _, dep := range p.Deps {
			if slices.ContainsFunc(r.never, func(never string) bool {
				return dep == never || strings.HasPrefix(dep, strings.TrimSuffix(never, "/")+"/")
			}) {
				problems = append(problems, fmt.Sprintf("%s reaches %s, and may not", path, dep))
			}
		}
		for _, use := range uses(p, r.uses) {
			problems = append(problems, fmt.Sprintf("%s uses %s, and may not", path, use))
		}
	}
	return problems
}

// uses returns the names that the package uses beyond those that are allowed.
func uses(p pkg, allowed map[string][]string) (found []string) {
	if len(allowed) == 0 {
		return nil
	}
	for _, name := range p.GoFiles {
		text, err := p.source(filepath.Join(p.Dir, name))
		if err != nil {
			return []string{err.Error()}
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			return []string{err.Error()}
		}
		limits := map[string][]string{} // by the name that the file gives the package
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if names, ok := allowed[path]; ok && err == nil {
				local := filepath.Base(path)
				if spec.Name != nil {
					local = spec.Name.Name
				}
				limits[local] = names
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := selector.X.(*ast.Ident); ok {
					if names, limited := limits[x.Name]; limited && !slices.Contains(names, selector.Sel.Name) {
						found = append(found, x.Name+"."+selector.Sel.Name)
					}
				}
			}
			return true
		})
	}
	return found
}

// list describes the project's packages, with a file laid over them when one is given.
func list(t *testing.T, overlay ...string) []pkg {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	// The go command caches a test's result by the files that the test itself has looked at, so look at them.
	look := func(_ string, _ os.DirEntry, err error) error { return err }
	_, err = os.Stat(filepath.Join(root, "main.go"))
	if err := errors.Join(err, filepath.WalkDir(filepath.Join(root, "internal"), look)); err != nil {
		t.Fatal(err)
	}
	args, source := []string{"list", "-json=ImportPath,Dir,Name,Imports,Deps,GoFiles,Module"}, os.ReadFile
	if len(overlay) == 2 {
		added, dir := filepath.Join(root, overlay[0]), t.TempDir()
		stand, table := filepath.Join(dir, "file.go"), filepath.Join(dir, "overlay.json")
		replace, err := json.Marshal(map[string]any{"Replace": map[string]string{added: stand}})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(stand, []byte(overlay[1]), 0o600), os.WriteFile(table, replace, 0o600)); err != nil {
			t.Fatal(err)
		}
		args = append(args, "-overlay", table)
		source = func(name string) ([]byte, error) {
			if name == added {
				name = stand
			}
			return os.ReadFile(name)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", append(args, "./...")...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = root, &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, &stderr)
	}
	var packages []pkg
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := pkg{source: source}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) { //nolint:musttag // The go command's names are those of the fields.
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
