package transport

import (
	"net/http"
	"strings"
	"testing"
)

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
