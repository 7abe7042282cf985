package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// badConfig is what stands wrong in an object, and what is said of it.
type badConfig struct {
	arguments string
	says      []string
}

var (
	noName    = regexp.MustCompile(`[^A-Za-z0-9_]`)
	saidOfOne = regexp.MustCompile(`(?s)with ((?:data\.)?\w+\.\w+),`)
)

// expectRefused validates a configuration with an object of the type for each case, and fails the test for each of which
// the CLI does not say what it should. It returns all that the CLI says.
func (l *lab) expectRefused(t *testing.T, kind, typeName string, cases map[string]badConfig) string {
	t.Helper()
	var config strings.Builder
	for name, c := range cases {
		fmt.Fprintf(&config, "%s %q %q {\n%s\n}\n", kind, typeName, noName.ReplaceAllString(name, "_"), c.arguments)
	}
	out := newWorkspace(t, l, l.providerBlock()+config.String()).expectExit(1, []string{"validate"})
	about := map[string]string{}
	for diagnostic := range strings.SplitSeq(out, "\nError: ") {
		if match := saidOfOne.FindStringSubmatch(diagnostic); match != nil {
			about[strings.TrimPrefix(match[1], "data.")] += diagnostic
		}
	}
	for name, c := range cases {
		expectText(t, about[typeName+"."+noName.ReplaceAllString(name, "_")], c.says...)
	}
	l.expectNothingSent(t)
	return out
}

// Everything here is refused before anything is sent, and says what to write instead.
func TestCallKeepalive_badConfiguration(t *testing.T) {
	t.Parallel()
	callIDIs := func(hcl string) string { return "call_id = " + hcl }
	with := func(arguments string) string { return "call_id = \"abc\"\n" + arguments }
	newLab(t).expectRefused(t, "resource", keepaliveType, map[string]badConfig{
		"no call":                  {"", []string{"Missing Call ID", `Set call_id = "…"`}},
		"two calls":                {"call_id = \"a\"\nidentity { call_id = \"a\" }", []string{"Conflicting Call ID", "remove the other"}},
		"identity without call_id": {`identity { user_id = "u" }`, []string{"Missing Call ID", "Set call_id in the block"}},
		"empty identity":           {`identity {}`, []string{"Missing Call ID", "Set call_id in the block"}},
		"empty id":                 {callIDIs(`""`), []string{"Invalid Call ID", "must not be empty"}},
		"empty id in identity":     {`identity { call_id = "" }`, []string{"Invalid Call ID", "must not be empty"}},
		"slash":                    {callIDIs(`"a/b"`), []string{"Invalid Call ID", `must not contain "/"`}},
		"path":                     {callIDIs(`"/communications/calls/abc/keepAlive"`), []string{`path or URL, not a call ID; the call ID in it is "abc"`}},
		"URL":                      {callIDIs(`"https://graph.microsoft.us/beta/communications/calls/abc"`), []string{`the call ID in it is "abc"`}},

		"renew_after below 0":   {with(`renew_after = "-1s"`), []string{"Invalid Renew After", "at least 0s and below 45m"}},
		"renew_after at 45m":    {with(`renew_after = "45m"`), []string{"Invalid Renew After", "at least 0s and below 45m"}},
		"renew_after, no unit":  {with(`renew_after = "10"`), []string{`"10" has no unit; write "10m" for minutes`}},
		"renew_after, a number": {with(`renew_after = 10`), []string{`"10" has no unit; write "10m" for minutes`}},
		"wait_for_call below 0": {with(`wait_for_call = "-1s"`), []string{"Invalid Wait For Call", "must be at least 0s and below 45m"}},
		"timeouts, no duration": {with(`timeouts { create = "soon" }`), []string{"soon", "sequence of decimal numbers"}},
		"timeouts, nothing":     {with(`timeouts { read = "0s" }`), []string{"Invalid Timeout", "must be above zero"}},

		"Authorization":      {with(`headers = { Authorization = "Bearer x" }`), []string{"Invalid Header", "the provider's credential sets it"}},
		"value with a break": {with(`headers = { X = "a\r\nHost: evil" }`), []string{"Invalid Header", "does not allow this value"}},
		"same name twice":    {with(`headers = { X-Run = "1", x-run = "2" }`), []string{"Invalid Header", "same header"}},
	})
}

// What is known only at plan time is refused there.
func TestCallKeepalive_badValuesKnownLate(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	w := newWorkspace(t, l, l.minimal(""))
	w.mustRun("apply", "-auto-approve")
	w.write(l.config(`
resource "terraform_data" "late" { input = "a/b" }
resource "msgraph_call_keepalive" "lab" { call_id = terraform_data.late.output }
`))
	l.ResetRequests()
	w.expectExit(1, applyNow, "Invalid Call ID", `must not contain "/"`)
	l.expectSent(t, 0)
}
