package process

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersionText_namesTheBuild(t *testing.T) {
	t.Parallel()
	recorded := func(modified string) *debug.BuildInfo {
		return &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "89abcdef"}, {Key: "vcs.modified", Value: modified}}}
	}
	for name, test := range map[string]struct {
		commit string
		info   *debug.BuildInfo
		want   string
	}{
		"nothing known":     {"", nil, "terraform-provider-msgraph 1.2.3 (commit unknown, go1."},
		"recorded":          {"", recorded("false"), "(commit 89abcdef, go1."},
		"recorded, changed": {"", recorded("true"), "(commit 89abcdef, modified, go1."},
		"given":             {"0123abcd", recorded("false"), "(commit 0123abcd, go1."},
		"given, changed":    {"0123abcd", recorded("true"), "(commit 0123abcd, modified, go1."},
	} {
		if got := versionText("1.2.3", test.commit, test.info); !strings.Contains(got, test.want) {
			t.Errorf("%s: -version prints %q, want %q in it", name, got, test.want)
		}
	}
}

// What the go command recorded of the test binary has no commit.
func TestVersionText_ofThisProgram(t *testing.T) {
	t.Parallel()
	if got := VersionText("1.2.3", "0123abcd"); !strings.HasPrefix(got, program+" 1.2.3 (commit 0123abcd") {
		t.Errorf("-version prints %q", got)
	}
}
