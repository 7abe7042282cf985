package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestCheck_reportsBrokenLinks(t *testing.T) {
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
	err := check(tree)
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
