package graph

import (
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"terraform-provider-msgraph/internal/redact"
)

// hostileSecret is what a response repeats, and an error must not.
const hostileSecret = `Cl13nt~s3cret/+="x`

// Whatever a response holds, it can be described in one line that has no secret in it, and
// only Graph's own 404 is a call that Graph does not know.
func FuzzErrorBody(f *testing.F) {
	for _, body := range []string{
		"", "null", "{}", "[]", `{"error":null}`, `{"error":"x"}`, `{"error":{"code":"7505","message":"Tenant mismatch."}}`,
		`{"error":{"code":8522,"message":["x"]}}`, `{"error":{"code":1e999}}`, `{"error":{"code":"a","message":"b`,
		`{"error":{"code":"a","innerError":{"request-id":"r","client-request-id":"c","date":"2026-02-03T04:05:06"}}}`,
		"<!DOCTYPE html><html>", "\x1b[31m\u202e", "\xff\xfe", "You sent " + hostileSecret, strings.Repeat("[", 20000),
		`{"error":{"code":"\u0043l13nt~s3cret/+=\"x","message":"\u0043l13nt~s3cret/+=\"x"}}`,
		`{"error":{"innererror":{"request-id":"\u0043l13nt~s3cret/+=\"x","client-request-id":"\u0043l13nt~s3cret/+=\"x"}}}`,
	} {
		for _, status := range []int{400, 404, 503} {
			f.Add(status, "application/json", "", body)
		}
	}
	f.Add(404, "text/html", "Tue, 03 Feb 2026 04:05:06 GMT", "<html>")
	f.Add(200, "text/plain", "yesterday", "x")
	f.Add(-1, "a/b; c=\"", "\n", "x")
	f.Fuzz(func(t *testing.T, status int, contentType, date, body string) {
		secrets := redact.New(hostileSecret)
		header := http.Header{"Content-Type": {contentType}, "Date": {date}, "Request-Id": {body}}
		for _, header["Request-Id"] = range [][]string{nil, {body}} {
			a := (&operation{secrets: secrets}).newResponse(status, header, []byte(body))
			e := &Error{Operation: OperationGet, CallID: "c", Last: a}
			wantOneLine(t, e.Error())
			wantOneLine(t, a.IDs())
			if !a.Success() && strings.Contains(e.Error()+a.Code+a.Message+a.RequestID+a.ClientRequestID+a.String(), hostileSecret) {
				t.Errorf("the error holds the secret: %s", e)
			}
			if got, want := e.Kind() == KindNotFound, status == http.StatusNotFound && !a.HTML(); got != want {
				t.Errorf("a %d of %q: known to be gone is %t, want %t", status, contentType, got, want)
			}
		}
	})
}

// Whatever stands where the JSON of a call belongs, it is read as a call or refused in one
// line; and only the two states that Graph documents mean that it has ended.
func FuzzCallJSON(f *testing.F) {
	for _, body := range []string{
		"", "null", "{}", "[]", "1", `{"state":"established"}`, `{"state":"TERMINATED"}`, `{"state":["terminated"]}`, `{"state":" terminated"}`,
		`{"state":"terminated","state":"established"}`, `{"resultInfo":{"code":"200","subcode":4521.5,"message":null}}`,
		`{"resultInfo":{"code":99999999999999999999}}`, `{"targets":[null,1,{"identity":{"a@b":{}}}],"source":{"identity":[]}}`,
		`{"requestedModalities":["audio",null,{}],"meetingInfo":{"@odata.type":"#microsoft.graph."}}`, "\ufeff{}", "{\"state\":\"\xff\"}",
		strings.Repeat(`{"source":`, 12000),
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		call, err := decodeCall(body, nil)
		if err != nil {
			wantOneLine(t, shownError{err, nil}.Error())
			return
		}
		state := orZero(lenient[string](objectIn(body)["state"]))
		if got, want := call.Ended(), strings.EqualFold(state, "terminated") || strings.EqualFold(state, "terminating"); got != want {
			t.Errorf("%q: ended is %t, want %t", body, got, want)
		}
		if call.Result != nil {
			wantOneLine(t, call.Result.String())
		}
	})
}

// wantOneLine fails the test unless a text does nothing to a terminal or a log but stand in
// one line of it.
func wantOneLine(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || len(text) > 8000 {
		t.Errorf("got %.500q, want one line that can be shown", text)
	}
}
