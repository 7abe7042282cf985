package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/provider"
)

// spellings returns where Go code writes the address down: in one text, or in neighbouring texts that are joined by a
// slash, as paths are. The constant that makes it known is not among them.
func spellings(name string, code any, address string) (found []string, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, code, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	look := func(at ast.Node, texts ...ast.Expr) {
		var joined []string
		for _, text := range texts {
			part := "..." // whatever the program makes of it
			if literal, ok := text.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				part, _ = strconv.Unquote(literal.Value)
			}
			joined = append(joined, part)
		}
		if strings.Contains(strings.Join(joined, "/"), address) {
			found = append(found, files.Position(at.Pos()).String())
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			if file.Name.Name == "provider" && n.Names[0].Name == "Address" {
				return false
			}
		case *ast.BasicLit:
			look(n, n)
		case *ast.CallExpr:
			if len(n.Args) > 1 {
				look(n, n.Args...)
			}
		case *ast.CompositeLit:
			if len(n.Elts) > 1 {
				look(n, n.Elts...)
			}
		}
		return true
	})
	return found, nil
}

// projectFiles calls visit for each file of the project that people write, by its path from the root.
func projectFiles(t *testing.T, visit func(name string)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "bin" || name == "dist" || name == "docs" || len(name) > 1 && name[0] == '.'):
			return fs.SkipDir // made by make, or by no one here
		case !entry.IsDir():
			visit(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Who publishes the provider changes one constant: nothing else in the code knows the address.
func TestAddressIsWrittenDownOnce(t *testing.T) {
	t.Parallel()
	looked := 0
	projectFiles(t, func(name string) {
		if filepath.Ext(name) != ".go" {
			return
		}
		looked++
		found, err := spellings(name, text(t, filepath.FromSlash(name)), provider.Address)
		if err != nil {
			t.Error(err)
		}
		for _, where := range found {
			t.Errorf("%s writes the provider's address down: take it from provider.Address", where)
		}
	})
	if looked < 200 {
		t.Errorf("only %d files were looked at", looked)
	}
}

func TestSpellings(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int{
		`const Address = "registry.example/some/msgraph"`:                       0,
		`const address = "registry.example/some/msgraph"`:                       1,
		"var config = `source = \"registry.example/some/msgraph\"`":             1,
		`var path = filepath.Join(dir, "registry.example", "some", "msgraph")`:  1,
		`var parts = []string{"registry.example", "some", "msgraph"}`:           1,
		`var other = filepath.Join("registry.example", "other", "msgraph")`:     0,
		`var apart = filepath.Join("registry.example", dir, "some", "msgraph")`: 0,
	} {
		found, err := spellings("file.go", "package provider\n\n"+code+"\n", "registry.example/some/msgraph")
		if err != nil || len(found) != want {
			t.Errorf("in %s, it is found at %q, %v, want %d places", code, found, err, want)
		}
	}
	if found, err := spellings("file.go", `package other; const Address = "registry.example/some/msgraph"`, "registry.example/some/msgraph"); err != nil || len(found) != 1 {
		t.Errorf("in another package, it is found at %q, %v", found, err)
	}
}

// sourceOf is the source of a provider named msgraph, in a configuration.
var sourceOf = regexp.MustCompile(`\bmsgraph\s*=\s*\{\s*source\s*=\s*"([^"]+)"`)

// What users copy asks for the provider at its address, which they may write without the host of a public registry.
func TestUsersReadTheAddress(t *testing.T) {
	t.Parallel()
	short, public := strings.CutPrefix(provider.Address, "registry.terraform.io/")
	found := 0
	projectFiles(t, func(name string) {
		top, _, _ := strings.Cut(name, "/")
		if top != "README.md" && top != "templates" && top != "examples" {
			return
		}
		content, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
		}
		for _, match := range sourceOf.FindAllStringSubmatch(string(content), -1) {
			found++
			if source := match[1]; source != provider.Address && (source != short || !public) {
				t.Errorf("%s has the source %s, and the provider's address is %s", name, source, provider.Address)
			}
		}
	})
	if found < 25 {
		t.Errorf("only %d configurations were found", found)
	}
}
