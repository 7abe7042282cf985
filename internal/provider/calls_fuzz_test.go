package provider

import (
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// Whatever the names and IDs of calls are, a resource of them is planned and applied, or refused with diagnostics that do
// no harm to a terminal; what is sent goes to the calls of these IDs, and no name does.
func FuzzCalls(f *testing.F) {
	l := newLab(f)
	for _, text := range []string{
		"", "x", "a b", "a\nb", "\x1b[31m", "\u202e", "\xff", "\"", "${x}", "../../users", "..", "%2e%2e", "a?b", "a#b", "communications/calls/x/keepAlive",
		"https://graph.microsoft.com/v1.0/communications/calls/x", "$metadata#app/calls('x')", strings.Repeat("a", 5000), "名前", " ",
	} {
		f.Add(text, "id-a")
		f.Add("a", text)
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, name, id string) {
		m := l.keeps(t, "a").set(name, id)
		l.ResetRequests()
		if m.propose(); !hasErrors(m.diags) {
			m.carryOut()
		}
		for _, d := range m.diags {
			shown := d.Summary + "\n" + d.Detail
			if strings.ContainsFunc(shown, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) || len(shown) > 20000 {
				t.Errorf("%q = %q: the diagnostic is %q", name, id, shown)
			}
		}
		for _, r := range l.Requests() {
			if r.Service != graphsim.ServiceGraph {
				continue
			}
			segments := strings.Split(r.Path, "/")
			if got, err := url.PathUnescape(segments[4]); err != nil || got != id && got != "id-a" || len(segments) > 6 {
				t.Errorf("%q = %q: sent %s %s", name, id, r.Method, r.Path)
			}
		}
	})
}

// hasErrors reports whether one of the diagnostics is an error.
func hasErrors(diags []*tfprotov6.Diagnostic) bool {
	for _, d := range diags {
		if d.Severity == isError {
			return true
		}
	}
	return false
}
