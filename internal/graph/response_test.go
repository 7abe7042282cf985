package graph_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

// hostile are strings that do something where they are printed raw.
var hostile = map[string]string{
	"line breaks":   "one\ntwo\r\nthree\u2028four\u2029five\u0085six\vseven",
	"ANSI":          "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J",
	"C1":            "\u009b31m \u0090 \u009d",
	"controls":      "\x00\x01\x07\x08\x7f\t",
	"bidi":          "\u202egnorts\u202c \u2066x\u2069 \u200f",
	"invisible":     "a\u200bb\u200dc\ufeffd\u00ade\u2060f",
	"tags":          "\U000e0041\U000e0042",
	"private use":   "\ue000\U000f0000",
	"invalid UTF-8": "\xff\xfe\x80",
	"very long":     strings.Repeat("very long ", 100_000),
	"long escapes":  strings.Repeat("\u202e", 100_000),
	"template":      "${x} %{ if } %s %d \\n",
}

// tagged has Graph's IDs and date, as the responses in the tests below carry them.
var (
	respondedAt = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	tagged      = http.Header{
		"Request-Id": {"header-request-id"}, "Client-Request-Id": {"header-client-request-id"},
		"Date": {"Tue, 03 Feb 2026 04:05:06 GMT"},
	}
)

func TestError_carriesWhatTheResponseSays(t *testing.T) {
	t.Parallel()
	inner := `"date":"2020-02-13T17:30:24","request-id":"inner-request-id","client-request-id":"inner-client-request-id"`
	innerDate := time.Date(2020, 2, 13, 17, 30, 24, 0, time.UTC)
	type fields struct {
		code, message, requestID, clientRequestID string
		date                                      time.Time
	}
	ofHeader := fields{"", "", "header-request-id", "header-client-request-id", respondedAt}
	ofBody := fields{"7505", "m", "inner-request-id", "inner-client-request-id", innerDate}
	type test struct {
		header http.Header
		body   string
		want   fields
	}
	said := func(code, message string) fields {
		f := ofHeader
		f.code, f.message = code, message
		return f
	}
	for name, test := range map[string]test{
		"envelope":             {tagged, `{"error":{"code":"8522","message":"Call not found.","innerError":{` + inner + `}}}`, said("8522", "Call not found.")},
		"no inner error":       {tagged, `{"error":{"code":"8522","message":"Call not found."}}`, said("8522", "Call not found.")},
		"empty message":        {tagged, `{"error":{"code":"UnknownError","message":"","innerError":{` + inner + `}}}`, said("UnknownError", "")},
		"no message":           {tagged, `{"error":{"code":"UnknownError"}}`, said("UnknownError", "")},
		"null message":         {tagged, `{"error":{"code":"UnknownError","message":null}}`, said("UnknownError", "")},
		"no code":              {tagged, `{"error":{"message":"m"}}`, said("", "m")},
		"numeric code":         {tagged, `{"error":{"code":8522,"message":"m"}}`, said("8522", "m")},
		"code of another type": {tagged, `{"error":{"code":["8522"],"message":{"value":"m"}}}`, ofHeader},
		"throttled, documented": {tagged, `{"error":{"code":"TooManyRequests","innerError":{"code":"429","date":"2020-08-18T12:51:51","message":"Please retry after",` +
			`"request-id":"94fb3b52-452a-4535-a601-69e0a90e3aa2","status":"429"},"message":"Please retry again later."}}`, said("TooManyRequests", "Please retry again later.")},
		"more around it":   {tagged, `{"x":1,"error":{"code":"c","target":null,"details":[{"code":"d"}],"message":"m"},"y":[]}`, said("c", "m")},
		"empty":            {tagged, ``, ofHeader},
		"HTML":             {tagged, `<html><body>Bad Gateway</body></html>`, ofHeader},
		"text":             {tagged, `Bad Gateway`, ofHeader},
		"truncated":        {tagged, `{"error":{"code":"UnknownError","message":"The ser`, ofHeader},
		"followed by junk": {tagged, `{"error":{"code":"c","message":"m"}}}`, ofHeader},
		"garbage":          {tagged, "\x00\xff\xfe{]garbage\x80", ofHeader},
		"null":             {tagged, `null`, ofHeader},
		"array":            {tagged, `[{"error":{"code":"c"}}]`, ofHeader},
		"empty object":     {tagged, `{}`, ofHeader},
		"null error":       {tagged, `{"error":null}`, ofHeader},
		"OAuth error":      {tagged, `{"error":"invalid_token","error_description":"x"}`, ofHeader},
		"too large":        {tagged, `{"error":{"code":"c","message":"` + strings.Repeat("x", 1<<20) + `"}}`, ofHeader},

		"ids and date of the body":     {nil, `{"error":{"code":"7505","message":"m","innerError":{` + inner + `}}}`, ofBody},
		"the other spelling":           {nil, `{"error":{"code":"7505","message":"m","innererror":{` + inner + `}}}`, ofBody},
		"one spelling null":            {nil, `{"error":{"code":"7505","message":"m","innerError":null,"innererror":{` + inner + `}}}`, ofBody},
		"one spelling of another type": {nil, `{"error":{"code":"7505","message":"m","innerError":"x","innererror":{` + inner + `}}}`, ofBody},
		"date with a zone":             {nil, `{"error":{"innerError":{"date":"2020-02-13T17:30:24Z"}}}`, fields{date: innerDate}},
		"date with a fraction":         {nil, `{"error":{"innerError":{"date":"2020-02-13T17:30:24.5"}}}`, fields{date: innerDate.Add(500 * time.Millisecond)}},
		"date that is none":            {nil, `{"error":{"innerError":{"date":"yesterday"}}}`, fields{}},
		"date of another type":         {nil, `{"error":{"innerError":{"date":1581615024,"request-id":5,"client-request-id":null}}}`, fields{}},
		"nothing at all":               {nil, `{"error":{"innerError":null}}`, fields{}},
		"some in the header": {http.Header{"Request-Id": {"header-request-id"}, "Date": {"garbage"}}, `{"error":{"innerError":{` + inner + `}}}`,
			fields{"", "", "header-request-id", "inner-client-request-id", innerDate}},
		"date of an older form": {http.Header{"Date": {"Tuesday, 03-Feb-26 04:05:06 GMT"}}, ``, fields{date: respondedAt}},
		"date of the year 9999": {http.Header{"Date": {"Fri, 31 Dec 9999 23:59:59 GMT"}}, `{"error":{"innerError":{"date":"9999-12-31T23:59:59"}}}`, fields{}},
		"date of the year 1":    {http.Header{"Date": {"Mon, 01 Jan 0001 00:00:00 GMT"}}, ``, fields{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t, withRetry(once)).signIn(t)
			fault := jsonFault(http.StatusBadGateway, []byte(test.body))
			fault.Header = test.header
			if test.header == nil {
				fault = without(fault, "Date")
			}
			b.sim.Inject(fault)
			_, err := b.keepAlive(t)
			e := failure(t, err)
			if e.Last == nil {
				t.Fatalf("got %v, want a response in it", err)
			}
			got := fields{e.Last.Code, e.Last.Message, e.Last.RequestID, e.Last.ClientRequestID, e.Last.Date}
			if e.Last.StatusCode != http.StatusBadGateway || got != test.want {
				t.Errorf("got %d %+v, want %d %+v", e.Last.StatusCode, got, http.StatusBadGateway, test.want)
			}
			if got := e.Last.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("got content type %q in the response's header, want it there", got)
			}
			if e.Operation != graph.OperationKeepAlive || e.CallID != callID || e.Method != http.MethodPost ||
				e.URL != b.sim.GraphURL()+callPath+"/keepAlive" || e.Attempts != 1 || e.Err != nil || e.Unwrap() != nil {
				t.Errorf("got %+v, want what was tried in it, and no error but the response", e)
			}
			wantShowable(t, e.Error(), 1)
		})
	}
}

func TestResponse_saysInOneLineWhatCame(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(once)).signIn(t)
	for _, test := range []struct {
		fault graphsim.Fault
		want  string
	}{
		{graphsim.Status(404), `404 Not Found, code 8522, "Call not found."`},
		{graphsim.Status(500), `500 Internal Server Error, code UnknownError`},
		{jsonFault(404, errorJSON(`"message":"m"`)), `404 Not Found, "m"`},
		{jsonFault(404, errorJSON(`"code":"a\u001b\n"`)), `404 Not Found, code "a\x1b\n"`},
		{graphsim.Empty(404), `404 Not Found, with an empty body`},
		{graphsim.Empty(599), `599, with an empty body`},
		{jsonFault(404, []byte(`{}`)), `404 Not Found, with a body of application/json that begins "{}"`},
		{graphsim.Garbage(403), `403 Forbidden, with a body of application/json that begins "\x00\xff\xfe{]garbage\x80"`},
		{graphsim.HTMLNotFound(), `404 Not Found, with a body of text/html; charset=utf-8 that begins "<!DOCTYPE html>\n<html>`},
		{without(graphsim.Fault{Status: 400, Body: []byte("x")}, "Content-Type"), `400 Bad Request, with a body of no content type that begins "x"`},
		{graphsim.Fault{Status: 400, Body: []byte("x"), ContentType: `text/x "q"`}, `400 Bad Request, with a body of "text/x \"q\"" that begins "x"`},
	} {
		b.sim.Inject(test.fault)
		_, err := b.keepAlive(t)
		got := failure(t, err).Last.String()
		if got != test.want && !(strings.HasPrefix(got, test.want) && strings.Contains(got, "<h1>")) {
			t.Errorf("got %s\nwant %s", got, test.want)
		}
	}
}

func TestResponse_namesTheIDsAndTheDate(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]graph.Response{
		"request-id none, client-request-id none, date unknown":           {},
		"request-id a, client-request-id b, date 2026-02-03T04:05:06Z":    {RequestID: "a", ClientRequestID: "b", Date: respondedAt},
		`request-id "a\n", client-request-id "\u202e", date unknown`:      {RequestID: "a\n", ClientRequestID: "\u202e"},
		"request-id " + callID + ", client-request-id none, date unknown": {RequestID: callID},
	} {
		if got := a.IDs(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Everything that a response can bring along is shown escaped and cut.
func TestResponse_nothingHostileReachesTheTextOfAnError(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(once)).signIn(t)
	for name, s := range hostile {
		quoted, _ := json.Marshal(s)
		faults := map[string]graphsim.Fault{
			"message": jsonFault(400, errorJSON(`"code":"c","message":%s`, quoted)),
			"code":    jsonFault(400, errorJSON(`"code":%s,"message":"m"`, quoted)),
			"ids": without(jsonFault(400, errorJSON(`"code":"c","innerError":{"request-id":%s,"client-request-id":%s,"date":%s}`,
				quoted, quoted, quoted)), "Date"),
			"body":        {Status: 400, Body: []byte(s)},
			"body of GET": {Status: 200, Body: []byte(s)},
			"HTML":        {Status: 404, Body: []byte("<html>" + s), ContentType: "text/html"},
			"header": {Status: 400, Body: []byte{}, Header: http.Header{
				"Request-Id": {clip(s)}, "Client-Request-Id": {clip(s)}, "Content-Type": {clip(s)}, "Date": {clip(s)}}},
			"header with a body": {Status: 400, Body: []byte("x"), Header: http.Header{"Content-Type": {clip(s)}}},
			"redirect":           {Status: 307, Body: []byte{}, Header: http.Header{"Location": {clip(s)}}},
		}
		for where, fault := range faults {
			b.sim.Inject(fault)
			_, err := b.get(t)
			e := failure(t, err)
			wantShowable(t, e.Error(), 1)
			if e.Err != nil { // shown by itself too
				wantShowable(t, e.Err.Error(), 1)
			}
			if t.Failed() {
				t.Fatalf("that was %s in the %s", name, where)
			}
		}
	}
}

func TestResponse_nothingHostileOfACallIDReachesTheTextOfAnError(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	for name, s := range hostile {
		_, err := b.KeepAlive(t.Context(), s+"/", nil)
		e := failure(t, err)
		wantShowable(t, e.Error(), 1)
		if t.Failed() {
			t.Fatalf("that was %s", name)
		}
	}
	b.wantSent(t, 0)
}

// clip makes s short enough for a header.
func clip(s string) string { return s[:min(len(s), 2000)] }

func TestResponse_htmlIsAPageWhateverItCallsItself(t *testing.T) {
	t.Parallel()
	page := "<!DOCTYPE html><html><body>x</body></html>"
	b := newClient(t, withRetry(once)).signIn(t)
	for _, test := range []struct {
		contentType, body string
		want              bool
	}{
		{"text/html", page, true},
		{"text/html; charset=utf-8", page, true},
		{"TEXT/HTML;charset=x", page, true},
		{"text/html; garbage", page, true},
		{"application/xhtml+xml", `<?xml version="1.0"?><x/>`, true},
		{"application/json", page, true},
		{"text/plain", "\n\t  <HTML><body>", true},
		{"", page, true},
		{"", "<!-- x --><html>", true},
		{"text/html", "Not here", true},
		{"application/json", `{"error":{"code":"8522","message":"<html>"}}`, false},
		{"application/json", "", false},
		{"text/plain", "Not Found <html>", false},
		{"", "", false},
		{"application/octet-stream", "\xef\xbb\xbf<!DOCTYPE html><html>", true},
		{"text/plain", "<meta http-equiv=refresh content=0><body>", true},
		{"", "<center><h1>404 Not Found</h1></center>", true},
		{"application/json", "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC><html>", true},
		{"application/xml", `<?xml version="1.0"?><Error/>`, false},
		{"text/htmlx", "x", false},
		{"garbage", "\x00\x01", false},
	} {
		fault := graphsim.Fault{Status: 404, Body: []byte(test.body), ContentType: test.contentType}
		if test.contentType == "" {
			fault = without(fault, "Content-Type")
		}
		b.sim.Inject(fault)
		_, err := b.get(t)
		want := graph.KindNotFound
		if test.want {
			want = graph.KindNotGraph
		}
		e := wantKind(t, err, want)
		if got := e.Last.HTML(); got != test.want || graph.IsNotFound(err) == test.want {
			t.Errorf("%q %q: got HTML %t, not found %t, want HTML %t", test.contentType, test.body, got, graph.IsNotFound(err), test.want)
		}
	}
	b.wantSent(t, 21)
}

func TestResponse_endlessBodyIsReadToABoundOnly(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 202, 307, 400, 404, 503} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			for chunk := bytes.Repeat([]byte("x"), 32<<10); r.Context().Err() == nil; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}))
		t.Cleanup(server.Close)
		client := graph.New(graph.Options{Endpoint: server.URL, Credential: fixedToken{}, Transport: newTransport(t, newSim(t, nil).CACertificate()),
			Clock: clock.System(), Retry: once})
		response, err := client.KeepAlive(t.Context(), callID, nil)
		if status/100 == 2 {
			if err != nil || response.StatusCode != status {
				t.Errorf("%d: got %+v, %v, want success", status, response, err)
			}
			_, _, err = client.Get(t.Context(), callID)
		}
		e := failure(t, err)
		wantShowable(t, e.Error(), 1)
		switch {
		case status == 200:
			wantText(t, e.Error(), "larger than 4 MiB")
		case e.Last == nil || e.Last.StatusCode != status:
			t.Errorf("%d: got %v, want the status in it", status, e)
		default:
			wantText(t, e.Error(), `begins "xxx`, "…")
		}
	}
}
