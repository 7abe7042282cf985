package main

import (
	"strings"
	"testing"
)

func TestVersionText(t *testing.T) {
	if text := versionText(); !strings.HasPrefix(text, "terraform-provider-msgraph 0.0.0-dev (commit ") {
		t.Errorf("-version says %q", text)
	}
	commit = "0123abcd"
	t.Cleanup(func() { commit = "" })
	if text := versionText(); !strings.Contains(text, "(commit 0123abcd, go1.") {
		t.Errorf("-version does not say the commit that the build was given: %q", text)
	}
}
