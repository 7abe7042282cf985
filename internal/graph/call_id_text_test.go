package graph_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"unicode"

	"terraform-provider-msgraph/internal/graph"
)

func TestParseCallID_takesTheIDOutOfEveryForm(t *testing.T) {
	t.Parallel()
	const operation = "0fe0623f-d628-42ed-b4bd-8ac290072cc5"
	for text, want := range map[string]string{
		callID:                             callID,
		"8A934F51F25B4EE19613D4049491857B": "8A934F51F25B4EE19613D4049491857B",
		"some.other-id_1~":                 "some.other-id_1~",
		" \t" + callID + "\r\n":            callID,

		"/communications/calls/" + callID:                                                                callID,
		"communications/calls/" + callID:                                                                 callID,
		"/communications/calls/" + callID + "/":                                                          callID,
		"/communications/calls/" + callID + "/keepAlive":                                                 callID,
		"/communications/calls/" + callID + "/contentsharingsessions":                                    callID,
		"/communications/calls/" + callID + "/operations/" + operation:                                   callID,
		"/app/calls/" + callID:                                                                           callID,
		"/app/calls/" + callID + "/operations/" + operation:                                              callID,
		"/app/calls/" + callID + "/participants?$expand=x":                                               callID,
		"/app/calls/8A934F51F25B4EE19613D4049491857B":                                                    "8A934F51F25B4EE19613D4049491857B",
		"/communications/calls/a%2Db%c3%a9":                                                              "a-bé",
		"\n/communications/calls/" + callID + "\n":                                                       callID,
		"https://graph.microsoft.com/v1.0/communications/calls/" + callID:                                callID,
		"https://graph.microsoft.com/beta/communications/calls/" + callID + "/keepAlive":                 callID,
		"https://graph.microsoft.us/v1.0/communications/calls/" + callID + "/microsoft.graph.keepAlive":  callID,
		"https://dod-graph.microsoft.us/v1.0/communications/calls/" + callID:                             callID,
		"https://microsoftgraph.chinacloudapi.cn/v1.0/communications/calls/" + callID + "?$select=state": callID,
		"https://[::1]:8443/v1.0/communications/calls/" + callID:                                         callID,
		"https://graph.microsoft.com/beta/$metadata#app/calls('" + callID + "')/participants":            callID,
		"https://graph.microsoft.com/v1.0/$metadata#communications/calls('" + callID + "')/operations":   callID,
		"https://graph.microsoft.com/v1.0/communications/calls('" + callID + "')":                        callID,

		`{"resource":"/app/calls/x1"}`:                                                                       "x1",
		`{"resourceUrl":"/communications/calls/x1"}`:                                                         "x1",
		`{"resource":"/app/calls/x1","resourceUrl":"/communications/calls/x1"}`:                              "x1",
		`{"resourceData":{"id":"x1"}}`:                                                                       "x1",
		`{"resourceData":{"@odata.type":"#microsoft.graph.call","id":"x1"}}`:                                 "x1",
		"\n" + `{"value":[{"resourceUrl":"/communications/calls/x1/participants"}]}`:                         "x1",
		`{"value":[{"resource":"/app/calls/x1"},{"resourceData":{"id":"x1"}}]}`:                              "x1",
		`{"value":[{"resource":"/communications/onlineMeetings/m"},{"resource":"communications/calls/x1"}]}`: "x1",
		`{"ResourceUrl":"/communications/calls/x1"}`:                                                         "x1", // as .NET writes it
		// The data of something of the call's has that thing's id, or is a list.
		`{"resource":"/app/calls/x1/operations/op","resourceData":{"@odata.type":"#microsoft.graph.playPromptOperation","id":"op"}}`: "x1",
		`{"resource":"/app/calls/x1/operations/op","resourceData":{"id":"op"}}`:                                                      "x1",
		`{"resource":"/app/calls/x1/participants","resourceData":[{"id":"p1"},{"id":"p2"}]}`:                                         "x1",
		// What is of another type counts as missing.
		`{"resource":5,"resourceUrl":null,"resourceData":{"id":"x1"},"value":{"a":1}}`:   "x1",
		`{"value":[null,7,"x",[],{},{"resource":{"a":1}},{"resource":"/app/calls/x1"}]}`: "x1",
		`{"resource":"/app/calls/x1","resourceData":"y"}`:                                "x1",
	} {
		got, err := graph.ParseCallID(text)
		if got != want || err != nil {
			t.Errorf("ParseCallID(%q): got %q, %v, want %q", text, got, err, want)
		}
	}
}

// What a bot receives, as Microsoft's documentation has it.
func TestParseCallID_readsWholeNotifications(t *testing.T) {
	t.Parallel()
	const deleted = `{
  "@odata.type": "#microsoft.graph.commsNotifications",
  "value": [
    {
      "@odata.type": "#microsoft.graph.commsNotification",
      "changeType": "deleted",
      "resource": "/app/calls/57dab8b1-894c-409a-b240-bd8beae78896",
      "resourceUrl": "/communications/calls/57dab8b1-894c-409a-b240-bd8beae78896",
      "resourceData": {
        "@odata.type": "#microsoft.graph.call",
        "@odata.id": "/communications/calls/57dab8b1-894c-409a-b240-bd8beae78896",
        "@odata.etag": "W/\"5445\"",
        "state": "terminated",
        "resultInfo": { "@odata.type": "#microsoft.graph.resultInfo", "code": "200", "subcode": "5001" }
      }
    }
  ]
}`
	if got, err := graph.ParseCallID(deleted); got != callID || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, callID)
	}
}

func TestParseCallID_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                              "must not be empty",
		" \n":                           "must not be empty",
		"not a call":                    "valid neither in a call ID nor in a URL",
		"/users/1":                      `must not contain "/"`,
		"https://graph.microsoft.com/":  `must not contain "/"`,
		"/communications/callRecords/x": `must not contain "/"`,
		"/communications/calls":         `must not contain "/"`,
		"/communications/calls/":        `must not contain "/"`,
		"https://graph.microsoft.com/v1.0/$metadata#communications/calls/$entity": `must not contain "/"`,
		"/communications/calls/$count":                                            `must not contain "/"`,
		"/communications/calls/a%2fb":                                             `must not contain "/"`,
		"/communications/calls/a%22b":                                             "does not contain a call ID", // a quotation mark, escaped
		"/communications/calls/..":                                                `must not contain "/"`,
		"..":                                                                      "names a directory",
		"a%2fb":                                                                   `must not contain "%"`,
		"a?b":                                                                     `must not contain "?"`,
		`"` + callID + `"`:                                                        "valid neither in a call ID nor in a URL",
		"<" + callID + ">":                                                        "valid neither in a call ID nor in a URL",
		"GET /communications/calls/" + callID + " failed":               "valid neither in a call ID nor in a URL",
		`\/communications\/calls\/` + callID:                            "valid neither in a call ID nor in a URL",
		"/communications/calls/" + callID + "\n/communications/calls/b": "valid neither in a call ID nor in a URL",
		callID + "\x00":        "valid neither in a call ID nor in a URL",
		"\ufeff" + callID:      "valid neither in a call ID nor in a URL",
		"a\u202eb":             "valid neither in a call ID nor in a URL",
		"a\xffb":               "valid neither in a call ID nor in a URL",
		"\x1b[31m" + callID:    "valid neither in a call ID nor in a URL",
		"[" + callID + "]\x7f": "valid neither in a call ID nor in a URL",

		"{":                       "is not valid JSON: unexpected end of JSON input",
		"{" + callID + "}":        "is not valid JSON: invalid character",
		`{"resource":"/app/calls`: "is not valid JSON: unexpected end of JSON input",
		`{"resource":"x"}{}`:      "is not valid JSON: invalid character",
		`{}`:                      "no resource, resourceUrl or resourceData.id",
		`{"value":[]}`:            "no resource, resourceUrl or resourceData.id",
		`{"id":"x1"}`:             "no resource, resourceUrl or resourceData.id",
		`{"resource":"x1"}`:       "no resource, resourceUrl or resourceData.id",
		`{"value":[[{"resource":"/app/calls/x1"}]]}`:                                   "no resource, resourceUrl or resourceData.id",
		`{"resourceData":{"id":"a/b"}}`:                                                "no resource, resourceUrl or resourceData.id",
		`{"resourceData":{"id":"a b"}}`:                                                "no resource, resourceUrl or resourceData.id",
		`{"resourceData":{"id":7}}`:                                                    "no resource, resourceUrl or resourceData.id",
		`{"resourceData":{"@odata.type":"#microsoft.graph.commsOperation","id":"op"}}`: "no resource, resourceUrl or resourceData.id",
		`{"resource":"/app/calls/a\"b"}`:                                               "no resource, resourceUrl or resourceData.id",

		`{"value":[{"resource":"/app/calls/b"},{"resource":"/app/calls/a"},{"resource":"/app/calls/b"}]}`: `2 calls: "a", "b"; pass the notification`,
		`{"resource":"/app/calls/a","resourceUrl":"/communications/calls/b"}`:                             `2 calls: "a", "b"`,
		`{"resource":"/app/calls/a","resourceData":{"@odata.type":"#microsoft.graph.call","id":"b"}}`:     `2 calls: "a", "b"`,
		`{"value":[` + strings.Join(numberedNotifications(7), ",") + `]}`:                                 `7 calls: "c0", "c1", "c2", "c3", "c4" and 2 more`,

		strings.Repeat("{\"value\":", 20000) + "1" + strings.Repeat("}", 20000): "exceeded max depth",
		"{\"a\":" + strings.Repeat("[", 200000):                                 "is not valid JSON: ",
		strings.Repeat("a/", 1<<20):                                             `must not contain "/"`,
	} {
		got, err := graph.ParseCallID(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseCallID(%.100q): got %q, %v, want an error with %q", text, got, err, want)
			continue
		}
		wantShowable(t, err.Error(), 1)
	}
}

func numberedNotifications(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{"resource":"/app/calls/c%d"}`, i)
	}
	return all
}

// Each form, filled in, is one that is understood.
func TestCallIDForms_areUnderstood(t *testing.T) {
	t.Parallel()
	filled := strings.ReplaceAll(graph.CallIDForms, "{id}", callID)
	forms := 0
	for word := range strings.FieldsSeq(filled) {
		if word = strings.TrimSuffix(word, ","); !strings.Contains(word, callID) {
			continue
		}
		forms++
		if word[len(word)-1] == '}' {
			word = `{"resourceUrl": ` + word // the JSON is of two words
		}
		if got, err := graph.ParseCallID(word); got != callID || err != nil {
			t.Errorf("ParseCallID(%q): got %q, %v", word, got, err)
		}
	}
	if forms != 6 {
		t.Errorf("got %d examples in the forms, want 6:\n%s", forms, filled)
	}
}

// Any id comes back out of any form that it can be written into.
func TestParseCallID_isTheInverseOfEveryForm(t *testing.T) {
	t.Parallel()
	alphabet := []rune("aZ09-._~!$&*+,;=:@é通\u0301")
	ids := func(values []reflect.Value, r *rand.Rand) {
		id := []rune{[]rune("aZ0-_")[r.Intn(5)]} // what comes first is no "$" and no "."
		for range r.Intn(40) {
			id = append(id, alphabet[r.Intn(len(alphabet))])
		}
		values[0] = reflect.ValueOf(string(id))
	}
	property := func(id string) bool {
		segment := url.PathEscape(id)
		path := "/communications/calls/" + segment
		notification := object{"changeType": "updated", "resourceUrl": path + "/operations/op", "resourceData": object{"id": "op"}}
		for _, text := range []string{
			id, path, path[1:], path + "/keepAlive", "/app/calls/" + segment + "/operations/op",
			"https://graph.microsoft.com/v1.0" + path, "https://dod-graph.microsoft.us/beta" + path + "/keepAlive?x=/app/calls/y",
			"https://graph.microsoft.com/v1.0/$metadata#communications/calls('" + segment + "')/participants",
			marshal(t, notification), marshal(t, object{"value": []object{notification, {"resourceData": object{"id": id}}}}),
		} {
			if got, err := graph.ParseCallID(text); got != id || err != nil {
				t.Errorf("ParseCallID(%q): got %q, %v, want %q", text, got, err, id)
				return false
			}
		}
		return true
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 500, Values: ids}); err != nil {
		t.Error(err)
	}
}

type object = map[string]any

func marshal(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whatever the text is, what comes of it is an id that every other part of the provider
// accepts and that is its own id, or an error that can be shown.
func FuzzParseCallID(f *testing.F) {
	for _, text := range []string{
		"", callID, "/communications/calls/" + callID, "https://graph.microsoft.com/v1.0/$metadata#app/calls('x')/y", "a%2fb", "%", "\xff", "$entity",
		`{"value":[{"resource":"/app/calls/x1","resourceData":{"id":"x1"}}]}`, `{"resourceData":{"id":"\ud800"}}`, `{"resource":"/app/calls/%2e%2e"}`,
		`{"resource":"/app/calls/a","resource":"/app/calls/b"}`, "{", "{}", "[]", `"x"`, "\ufeff{}", "/app/calls/\u202e", strings.Repeat("{", 100),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := graph.ParseCallID(text)
		if err != nil {
			wantShowable(t, err.Error(), 1)
			return
		}
		if err := graph.CheckCallID(id); err != nil {
			t.Errorf("ParseCallID(%q): got %q, which CheckCallID refuses: %v", text, id, err)
		}
		if again, err := graph.ParseCallID(id); again != id || err != nil {
			t.Errorf("ParseCallID(%q): got %q, out of which it takes %q, %v", text, id, again, err)
		}
		if strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsGraphic(r) || strings.ContainsRune(`"<>\{}/?#%`, r) }) {
			t.Errorf("ParseCallID(%q): got %q", text, id)
		}
	})
}
