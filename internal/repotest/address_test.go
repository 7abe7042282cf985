package repotest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/provider"
)

// files calls visit for each file of the repository that is not generated.
func files(t *testing.T, visit func(name string)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "bin" || name == "dist" || name == "docs" || len(name) > 1 && name[0] == '.'):
			return fs.SkipDir
		case !entry.IsDir():
			visit(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever publishes the provider changes one constant.
func TestAddress_isInOneGoFile(t *testing.T) {
	t.Parallel()
	var found []string
	files(t, func(name string) {
		if filepath.Ext(name) == ".go" {
			text := strings.ReplaceAll(read(t, name), `", "`, "/") // also the elements of a path
			for range strings.Count(text, provider.Address) {
				found = append(found, name)
			}
		}
	})
	if len(found) != 1 {
		t.Errorf("the provider's address is in %q; use provider.Address", found)
	}
}

// source is the source of a provider named msgraph in a configuration.
var source = regexp.MustCompile(`\bmsgraph\s*=\s*\{\s*source\s*=\s*"([^"]+)"`)

// The configurations that users copy have the provider's address, which may omit the host of the public registry.
func TestAddress_isInUsersConfigurations(t *testing.T) {
	t.Parallel()
	short, public := strings.CutPrefix(provider.Address, "registry.terraform.io/")
	found := 0
	files(t, func(name string) {
		if top, _, _ := strings.Cut(name, "/"); top != "README.md" && top != "templates" && top != "examples" {
			return
		}
		for _, match := range source.FindAllStringSubmatch(read(t, name), -1) {
			found++
			if match[1] != provider.Address && (match[1] != short || !public) {
				t.Errorf("%s has the source %s instead of %s", name, match[1], provider.Address)
			}
		}
	})
	if found < 25 {
		t.Errorf("found only %d configurations", found)
	}
}
