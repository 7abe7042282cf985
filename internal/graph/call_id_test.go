package graph_test

import (
	"math/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
)

func TestCheckCallID_acceptsAnythingThatIsOneSegment(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		callID,
		"05005180-709a-43c2-8264-3d12938e1155",
		"8A934F51F25B4EE19613D4049491857B", // documented without hyphens and in capitals
		"a", "0", ".a", "-", "_", "~", "a.b", "a:b", "a;b", "a&b=c+d", "a,b", "a@b", "(a)", "a|b", "a^b", "a!b*c$d", "identity", "call-id-7", "x", "xxx", "00000000",
		"é", "通話", "📞", "a\u0301",
		"communications", "calls", "keepAlive", "app.calls.x",
		strings.Repeat("a", 2000),
	} {
		if err := graph.CheckCallID(id); err != nil {
			t.Errorf("CheckCallID(%q): got %v, want no error", id, err)
		}
	}
}

func TestCheckCallID_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"":                       "must not be empty",
		" ":                      "white space",
		"a b":                    "white space",
		" " + callID:             "white space",
		callID + "\n":            "white space",
		"a\tb":                   "white space",
		"a\u00a0b":               "white space",
		"a\u2028b":               "white space",
		"a\u3000b":               "white space",
		"a/b":                    `contain "/"`,
		"/":                      `contain "/"`,
		"a?b":                    `contain "?"`,
		"a#b":                    `contain "#"`,
		"a%b":                    `contain "%"`,
		"a%2fb":                  `contain "%"`,
		`a\b`:                    `contain "\\"`,
		".":                      "names a directory",
		"..":                     "names a directory",
		"a/../../users/x":        `contain "/"`,
		"a\x00b":                 "control or invisible",
		"a\x1b[31mb":             "control or invisible",
		"a\x7fb":                 "control or invisible",
		"a\u0085b":               "white space",
		"a\u009bb":               "control or invisible",
		"a\u200bb":               "control or invisible",
		"a\u202eb":               "control or invisible",
		"a\ufeffb":               "control or invisible",
		"a\u00adb":               "control or invisible",
		"a\ue000b":               "control or invisible",
		"a\xffb":                 "valid UTF-8",
		"\xc3":                   "valid UTF-8",
		"communications/calls/.": `contain "/"`,

		"...":                                  "an ellipsis",
		"…":                                    "an ellipsis",
		"....":                                 "an ellipsis",
		"$count":                               "Graph's own",
		"$batch":                               "Graph's own",
		"$ref":                                 "Graph's own",
		"$entity":                              "Graph's own",
		"$":                                    "Graph's own",
		"microsoft.graph.mute":                 "Graph's own",
		"$CALL_ID":                             "variable that was not expanded",
		"${CALL_ID}":                           "placeholder",
		"${{inputs.call_id}}":                  "placeholder",
		"$(callId)":                            "placeholder",
		"<call-id>":                            "placeholder",
		"{GUID}":                               "placeholder",
		"{id}":                                 "placeholder",
		"[id]":                                 "placeholder",
		"{" + callID + "}":                     "placeholder",
		"call-id":                              "placeholder",
		"CALL_ID":                              "placeholder",
		"__call_id__":                          "placeholder",
		"guid":                                 "placeholder",
		"null":                                 "placeholder",
		"undefined":                            "placeholder",
		`"` + callID + `"`:                     "quotation marks",
		"'" + callID + "'":                     "quotation marks",
		"\u201c" + callID + "\u201d":           "quotation marks",
		"calls('x')":                           "quotation marks",
		"00000000-0000-0000-0000-000000000000": "placeholder",
		"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx": "placeholder",

		"/communications/calls/x1":                                                `the call ID in it is "x1"`,
		"communications/calls/x1":                                                 `the call ID in it is "x1"`,
		"/communications/calls/x1/keepAlive":                                      `the call ID in it is "x1"`,
		"/app/calls/x1/operations/y":                                              `the call ID in it is "x1"`,
		"https://graph.microsoft.com/v1.0/communications/calls/x1":                `the call ID in it is "x1"`,
		"https://graph.microsoft.com/v1.0/communications/calls/x1?a=b":            `the call ID in it is "x1"`,
		"https://graph.microsoft.com/beta/$metadata#app/calls('x1')/participants": `the call ID in it is "x1"`,
	} {
		err := graph.CheckCallID(id)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckCallID(%q): got %v, want an error with %q", id, err, want)
			continue
		}
		wantShowable(t, err.Error(), 1)
	}
}

func TestFindCallID_findsTheIDInWhateverGraphWritesItInto(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"/communications/calls/" + callID:                                                      callID,
		"communications/calls/" + callID:                                                       callID,
		"/communications/calls/" + callID + "/":                                                callID,
		"/communications/calls/" + callID + "/keepAlive":                                       callID,
		"/communications/calls/" + callID + "/microsoft.graph.keepAlive":                       callID,
		"/communications/calls/" + callID + "/participants":                                    callID,
		"/communications/calls/" + callID + "/contentsharingsessions":                          callID,
		"/communications/calls/" + callID + "/operations/0fe0623f-d628-42ed-b4bd-8ac290072cc5": callID,
		"/communications/calls/" + callID + "?$select=id":                                      callID,
		"/communications/calls/" + callID + "#x":                                               callID,
		"/app/calls/" + callID:                                                                 callID,
		"/app/calls/" + callID + "/operations/0fe0623f":                                        callID,
		"/app/calls/8A934F51F25B4EE19613D4049491857B":                                          "8A934F51F25B4EE19613D4049491857B",
		"https://graph.microsoft.com/v1.0/communications/calls/" + callID:                      callID,
		"https://graph.microsoft.com/beta/communications/calls/" + callID + "/keepAlive":       callID,
		"https://graph.microsoft.com/beta/app/calls/" + callID:                                 callID,
		"https://graph.microsoft.com/beta/$metadata#app/calls('" + callID + "')/participants":  callID,
		"https://graph.microsoft.com/v1.0/communications/calls('" + callID + "')":              callID,
		"HTTPS://GRAPH.MICROSOFT.COM/V1.0/COMMUNICATIONS/CALLS/Ab":                             "Ab",
		"/communications/calls/a%3Ab%c3%a9":                                                    "a:bé",
		"/communications/calls/a/communications/calls/b":                                       "a",
	} {
		if got, ok := graph.FindCallID(s); got != want || !ok {
			t.Errorf("FindCallID(%q): got %q, %t, want %q, true", s, got, ok, want)
		}
	}
}

func TestFindCallID_findsNothingElse(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", callID, "/", "calls/x", "/calls/x", "/communications/callRecords/x", "/communications/calls", "/communications/calls/",
		"/communications/calls//keepAlive", "/communications/calls?x", "/communications/calls/$count",
		"/mycommunications/calls/x", "myapp/calls/x",
		"https://graph.microsoft.com/v1.0/$metadata#communications/calls/$entity",
		"/communications/calls/.", "/communications/calls/..", "/communications/calls/%2e%2e",
		"/communications/calls/%", "/communications/calls/%zz", "/communications/calls/a%2fb", "/communications/calls/a%5cb",
		"/communications/calls/a%20b", "/communications/calls/a%00b", "/communications/calls/a%3fb", "/communications/calls/a%25b",
		"/communications/calls/%ff", "/communications/calls/\xff", "/communications/calls/%e2%80%ae", "/communications/calls/ x",
		"/communications/calls('')", "/communications/calls('a", "/communications/calls(x)",
	} {
		if got, ok := graph.FindCallID(s); ok {
			t.Errorf("FindCallID(%q): got %q, want nothing", s, got)
		}
	}
}

// Whatever is found is also valid for CheckCallID, so that no error advises an ID that is then
// refused.
func FuzzFindCallID(f *testing.F) {
	for _, s := range []string{
		"x", "..", "%2e", "%ff", "\xff", "%e2%80%ae", "a%2fb", "%252e", "%63ommunications/calls/x", "app%2fcalls%2fx", "('x')", "a\nb", "%0a",
		"\u2028", "%EF%BF%BD", "#app/calls('x')", "%", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, prefix := range []string{"", "/communications/calls/", "app/calls/", "https://graph.microsoft.com/v1.0/communications/calls"} {
			id, ok := graph.FindCallID(prefix + s)
			if !ok {
				continue
			}
			if err := graph.CheckCallID(id); err != nil {
				t.Errorf("FindCallID(%q): got %q, which CheckCallID refuses: %v", prefix+s, id, err)
			}
		}
	})
}

// escapingSeeds are ids that some step between here and a server could take for something else.
var escapingSeeds = []string{
	callID, "a", "..a", "...", "~", "$", "$ref", "a;b=c", "a:b", ":", "a@b", "a,b", "a&b", "a=b", "a+b", "'", "('x')", "\"", "<x>", "[::1]", "{id}", "|", "^", "`", "!*'()",
	"é", "e\u0301", "ß", "通話", "📞", "\ufffd", "keepAlive", "calls", "communications", "app/calls/x", "a/b", "../../users/x", "a?b", "a#b", "%2e%2e", "a%2fb", "a b", "\x00", "\xff", "",
}

func FuzzCallID_path(f *testing.F) {
	for _, id := range escapingSeeds {
		f.Add(id)
	}
	b := newClient(f, withRetry(once)).signIn(f)
	f.Fuzz(b.checkPath)
}

// randomID is mostly one that is accepted: of characters that mean something in a URL or
// are escaped there, and with one of the forbidden ones now and then.
func randomID(r *rand.Rand) string {
	alphabet := []rune("aZ09-._~!$&()*+,;=:@^|éß通📞\u0301")
	if r.Intn(5) == 0 {
		alphabet = append(alphabet, []rune("/?#%\\ \n\u202e'\"`<>[]{}")...)
	}
	id := make([]rune, 1+r.Intn(40))
	for i := range id {
		id[i] = alphabet[r.Intn(len(alphabet))]
	}
	return string(id)
}

// checkPath sends what can be sent to the call, and checks that exactly the call's own paths got
// it, or that nothing was sent if the ID is refused.
func (b bench) checkPath(t *testing.T, id string) {
	t.Helper()
	b.sim.ResetRequests()
	ctx := b.within(t, time.Minute)
	_, keepAliveErr := b.KeepAlive(ctx, id, nil)
	_, _, getErr := b.Get(ctx, id)
	hangUpErr := b.HangUp(ctx, id)
	got := b.sim.Requests()
	if graph.CheckCallID(id) != nil {
		if len(got) != 0 || keepAliveErr == nil || getErr == nil || hangUpErr == nil {
			t.Errorf("id %q: got %d requests and errors %v, %v, %v, want it refused before any", id, len(got), keepAliveErr, getErr, hangUpErr)
		}
		return
	}
	want := []struct{ method, suffix string }{{http.MethodPost, "/keepAlive"}, {http.MethodGet, ""}, {http.MethodDelete, ""}}
	if len(got) != len(want) {
		t.Fatalf("id %q: got %d requests, want %d", id, len(got), len(want))
	}
	for i, r := range got {
		segment, ok := strings.CutPrefix(strings.TrimSuffix(r.Path, want[i].suffix), "/v1.0/communications/calls/")
		plain, err := url.PathUnescape(segment)
		if r.Method != want[i].method || !ok || strings.Contains(segment, "/") || plain != id || err != nil ||
			!strings.HasSuffix(r.Path, want[i].suffix) || r.RawQuery != "" {
			t.Errorf("id %q: got %s %s?%s, want %s of that id in one segment", id, r.Method, r.Path, r.RawQuery, want[i].method)
		}
	}
}
