// Command checklinks fails when a link in the project's Markdown names a file, or a heading of one, that
// is not there. Links to other hosts are left alone: a check that needs the network fails on its bad days.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	// Neither holds links or headings.
	fenced = regexp.MustCompile("(?ms)^ *```.*?\n *```")
	span   = regexp.MustCompile("`[^`\n]+`")

	link    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*?)\s*$`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)

	// notInSlug is what GitHub and the registries leave out of a heading's anchor.
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

func main() {
	if err := check(os.DirFS("../..")); err != nil {
		fmt.Fprintln(os.Stderr, "checklinks:", err)
		os.Exit(1)
	}
}

// check reports the broken links of every Markdown file in the tree.
func check(tree fs.FS) error {
	var problems []error
	err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (path == "bin" || path == "dist" || path == "templates" || path == ".git" || path == ".terraform-cli"):
			return fs.SkipDir // made by make, or the source of docs/
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

// checkLink returns an error when the target, as the file from links to it, is not there.
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
		return errors.New("a folder has no headings")
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

// anchors returns the anchors of a file's headings, and those that it sets itself.
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
