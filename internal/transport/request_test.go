package transport

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/permanent"
)

func TestLimitedBody_endsInAPermanentError(t *testing.T) {
	t.Parallel()
	body := &limitedBody{ReadCloser: io.NopCloser(bytes.NewReader(make([]byte, bodyLimit+1))), host: "login.example", left: bodyLimit}
	got, err := io.ReadAll(body)
	if len(got) != bodyLimit || !permanent.Is(err) || !strings.Contains(err.Error(), "the response of login.example is larger than 8 MiB") {
		t.Errorf("got %d bytes and %v, want %d and a permanent error", len(got), err, bodyLimit)
	}
	if n, again := body.Read(make([]byte, 1)); n != 0 || again == nil || again.Error() != err.Error() {
		t.Errorf("got %d bytes and %v from another Read, want the same error", n, again)
	}
}

func TestLimitedBody_takesABodyOfExactlyTheLimit(t *testing.T) {
	t.Parallel()
	body := &limitedBody{ReadCloser: io.NopCloser(bytes.NewReader(make([]byte, bodyLimit))), host: "login.example", left: bodyLimit}
	if got, err := io.ReadAll(body); len(got) != bodyLimit || err != nil {
		t.Errorf("got %d bytes and %v, want all %d", len(got), err, bodyLimit)
	}
}

func TestCheckRequest_saysWhatCannotBeSentAndShowsNoValue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		url    string
		header http.Header
		want   string
	}{
		"line break":    {"https://login.example/token", http.Header{"Authorization": {"Bearer s3cret\n"}}, "its header Authorization holds a line break"},
		"control":       {"https://login.example/token", http.Header{"X-A": {"s3cret\x00"}}, "its header X-A"},
		"header's name": {"https://login.example/token", http.Header{"X A": {"s3cret"}}, "the name of its header"},
		"scheme":        {"ftp://login.example", nil, "neither https:// nor http://"},
		"host":          {"https:///token", nil, "no host"},
		"none":          {"https://login.example", http.Header{"X-A": {"s3cret"}}, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, test.url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if test.header != nil {
			req.Header = test.header
		}
		err = checkRequest(req)
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: got %v, want no error", name, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %v, want %q and no secret", name, err, test.want)
		}
	}
}
