package graph_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/quote"
)

func TestCheckHeader_acceptsWhatAUserMaySend(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"X-Test": "1", "x-test": "a b\tc", "client-request-id": callID, "User-Agent": "mine", "Scenario-Id": "", "Accept-Language": "de, en;q=0.5",
		"X-Utf8": "grüß", "a": "~!@#$%^&*()\"'\\", "x!#$%&'*+-.^_`|~9": "odd but a token", "Prefer": strings.Repeat("x", 5000),
	} {
		if err := graph.CheckHeader(name, value); err != nil {
			t.Errorf("CheckHeader(%q, %q): got %v, want no error", name, value, err)
		}
	}
}

func TestCheckHeader_refusesWhatHTTPOrTheRequestForbids(t *testing.T) {
	t.Parallel()
	const value = "s3cret"
	for _, test := range []struct{ name, value, want string }{
		{"Authorization", value, "credential sets it"},
		{"authorization", value, "credential sets it"},
		{"AUTHORIZATION", value, "credential sets it"},
		{"Host", value, "follows from the endpoint"},
		{"Content-Length", value, "request's body"},
		{"content-type", value, "request's body"},
		{"Transfer-Encoding", value, "request's body"},
		{"Trailer", value, "request's body"},
		{"Connection", value, "connection"},
		{"keep-alive", value, "connection"},
		{"TE", value, "connection"},
		{"upgrade", value, "connection"},
		{"Proxy-Connection", value, "proxy"},
		{"Proxy-Authorization", value, "proxy"},
		{"Expect", value, "request's body"},
		{"content-encoding", value, "request's body"},
		{"HTTP2-Settings", value, "connection"},
		{"Proxy-Authenticate", value, "proxy"},
		{"accept-encoding", value, "change the response into one"},
		{"Range", value, "change the response into one"},
		{"If-Range", value, "change the response into one"},
		{"If-None-Match", value, "change the response into one"},
		{"If-Modified-Since", value, "change the response into one"},
		{"X-HTTP-Method-Override", value, "which request this is"},
		{"x-http-method", value, "which request this is"},
		{"X-Method-Override", value, "which request this is"},
		{"X-Original-URL", value, "which request this is"},
		{"Idempotency-Key", value, "repeat the request"},
		{"", value, "this name"},
		{" ", value, "this name"},
		{"a b", value, "this name"},
		{"a:", value, "this name"},
		{":authority", value, "this name"},
		{"a\nb", value, "this name"},
		{"a\x00", value, "this name"},
		{"é", value, "this name"},
		{"a\x1b[31m", value, "this name"},
		{"X-Test", value + "\n", "this value"},
		{"X-Test", value + "\r\nX-Evil: 1", "this value"},
		{"X-Test", value + "\x00", "this value"},
		{"X-Test", value + "\x7f", "this value"},
		{"X-Test", " " + value, "this value"},
		{"X-Test", value + "\t", "this value"},
	} {
		err := graph.CheckHeader(test.name, test.value)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("CheckHeader(%q, %q): got %v, want an error with %q", test.name, test.value, err, test.want)
			continue
		}
		if strings.Contains(err.Error(), value) {
			t.Errorf("CheckHeader(%q, …): got %v, want the value kept out of it", test.name, err)
		}
		wantShowable(t, err.Error(), 1)
	}
}

// A value that is known only in the apply is checked by nobody before.
func TestHeaders_thatCannotBeSentFailAtOnce(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{"X-Test": "a\r\nX-Evil: s3cret", "Accept-Encoding": "br", "a b": "x"} {
		b := newClient(t)
		_, err := b.KeepAlive(b.within(t, time.Minute), callID, http.Header{name: {value}})
		e := wantKind(t, err, graph.KindInvalidHeader)
		wantText(t, e.Error(), "the header "+quote.UnlessPlain(name))
		if e.Attempts != 0 || len(b.sim.Requests()) != 0 || strings.Contains(e.Error(), "s3cret") {
			t.Errorf("%s: got %+v and %d requests, want nothing sent", name, e, len(b.sim.Requests()))
		}
	}
}

// What CheckHeader lets through arrives as it is, beside the request's own.
func FuzzHeader_roundTrip(f *testing.F) {
	for name, value := range map[string]string{
		"X-Test": "1", "x-lower": "a b\tc", "X-Utf8": "grüß", "X-Bytes": "\xff\x80", "Client-Request-Id": "mine", "user-agent": "mine",
		"Expect": "100-continue", "X-Empty": "", "Content-Length": "5", "Host": "evil", "a b": "1", "X-Crlf": "a\r\nb", "Accept-Encoding": "br",
		"Content-Encoding": "gzip", "Cookie": "a=b", "If-Match": "*", "Date": "x", "Range": "bytes=0-1", "Proxy-Foo": "1", "Forwarded": "for=1.2.3.4",
	} {
		f.Add(name, value)
	}
	b := newClient(f, withRetry(once)).signIn(f)
	f.Fuzz(func(t *testing.T, name, value string) {
		if graph.CheckHeader(name, value) != nil || strings.EqualFold(name, "Cookie") { // which HTTP/2 takes apart
			return
		}
		b.sim.ResetRequests()
		if _, err := b.KeepAlive(t.Context(), callID, http.Header{name: {value}}); err != nil {
			t.Fatalf("%q: %q: %v", name, value, err)
		}
		got := b.sent()
		if len(got) != 1 || got[0].Header.Get(name) != value && value != "" {
			t.Fatalf("%q: got %d requests with %q, want one with %q", name, len(got), header(got, name), value)
		}
		if h := got[0].Header; !strings.HasPrefix(h.Get("Authorization"), "Bearer ") || h.Get("Client-Request-Id") == "" || got[0].Path != callPath+"/keepAlive" {
			t.Errorf("%q: %q: got %+v, want the request's own headers beside it", name, value, got[0])
		}
	})
}
