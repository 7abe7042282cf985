package repotest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	// Code has no links and no headings.
	fenced = regexp.MustCompile("(?ms)^ *```.*?\n *```")
	span   = regexp.MustCompile("`[^`\n]+`")

	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*?)\s*$`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)

	// notInSlug matches what GitHub and the registries omit from a heading's anchor.
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// No link in the project's Markdown names a missing file or heading. Links to other hosts are not checked, because a check
// that needs the network fails with the network.
func TestLinks_haveTargets(t *testing.T) {
	t.Parallel()
	if err := checkLinks(os.DirFS(root)); err != nil {
		t.Error(err)
	}
}

func TestCheckLinks_reportsBrokenLinks(t *testing.T) {
	t.Parallel()
	page := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	tree := fstest.MapFS{
		"README.md": page("[a](docs/a.md), [b](docs/a.md#what-8522-means), [c](docs), [d](#here), [e](https://x.test/none)\n" +
			"`[code](none.md)`\n```\n[code](none.md)\n# No heading\n```\n## Here\n"),
		"docs/a.md":        page("# What `8522` means?\n[up](../README.md#here) <a id=\"own\"></a> [own](#own)\n"),
		"templates/a.md":   page("[not looked at](none.md)\n"),
		"docs/broken.md":   page("[1](none.md) [2](a.md#none) [3](../docs#none)\n"),
		"docs/fenced.md":   page("[4](../README.md#no-heading)\n"),
		"docs/ignored.txt": page("[not looked at](none.md)\n"),
	}
	err := checkLinks(tree)
	if err == nil {
		t.Fatal("it found nothing broken")
	}
	got := err.Error()
	if lines := strings.Split(got, "\n"); len(lines) != 4 {
		t.Errorf("it found %d broken links, not 4:\n%s", len(lines), got)
	}
	for _, want := range []string{
		"docs/broken.md: the link to none.md: ", "docs/broken.md: the link to a.md#none: docs/a.md has no heading for #none",
		"docs/broken.md: the link to ../docs#none: a directory has no headings", "docs/fenced.md: the link to ../README.md#no-heading: ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not among them:\n%s", want, got)
		}
	}
}

// checkLinks reports the broken links of every Markdown file in the tree.
func checkLinks(tree fs.FS) error {
	var problems []error
	err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (path == "bin" || path == "dist" || path == "templates" || path == ".git" || path == ".terraform-cli"):
			return fs.SkipDir // generated, or the source of docs/
		case filepath.Ext(path) != ".md":
			return nil
		}
		text, err := fs.ReadFile(tree, path)
		if err != nil {
			return err
		}
		for _, match := range link.FindAllSubmatch(span.ReplaceAll(fenced.ReplaceAll(text, nil), nil), -1) {
			target := string(match[1])
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if err := checkLink(tree, path, target); err != nil {
				problems = append(problems, fmt.Errorf("%s: the link to %s: %w", path, target, err))
			}
		}
		return nil
	})
	return errors.Join(append(problems, err)...)
}

// checkLink returns an error if the target of a link in the file from is missing.
func checkLink(tree fs.FS, from, target string) error {
	name, fragment, _ := strings.Cut(target, "#")
	path := from
	if name != "" {
		path = filepath.ToSlash(filepath.Join(filepath.Dir(from), name))
	}
	info, err := fs.Stat(tree, path)
	if err != nil {
		return err
	}
	if fragment == "" {
		return nil
	}
	if info.IsDir() {
		return errors.New("a directory has no headings")
	}
	text, err := fs.ReadFile(tree, path)
	if err != nil {
		return err
	}
	if !anchors(text)[fragment] {
		return fmt.Errorf("%s has no heading for #%s", path, fragment)
	}
	return nil
}

// anchors returns the anchors of a file's headings and its explicit ones.
func anchors(text []byte) map[string]bool {
	found := map[string]bool{}
	for _, match := range anchor.FindAllSubmatch(text, -1) {
		found[string(match[1])] = true
	}
	for _, match := range heading.FindAllSubmatch(fenced.ReplaceAll(text, nil), -1) {
		slug := notInSlug.ReplaceAll(bytes.ToLower(match[1]), nil)
		found[strings.ReplaceAll(string(slug), " ", "-")] = true
	}
	return found
}
