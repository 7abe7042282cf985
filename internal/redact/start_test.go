package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"terraform-provider-msgraph/internal/redact"
)

func TestStart_cutsNoSecretInTwo(t *testing.T) {
	t.Parallel()
	const secret, token = "s3cret-värde-that-is-long", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
	s := redact.New(secret)
	text := "before " + secret + " between " + token + " after" + strings.Repeat(" and on", 100)
	whole := s.Text(text)
	for limit := range len(text) + 2 {
		got := s.Start(text, limit)
		if !utf8.ValidString(got) || !strings.HasPrefix(whole, got) {
			t.Fatalf("limit %d: got %q, which does not begin %q", limit, got, whole)
		}
		if len(got) > limit+2*len(redact.Mark) {
			t.Fatalf("limit %d: got %d bytes", limit, len(got))
		}
	}
	if got := (*redact.Secrets)(nil).Start("x "+token, 3); got != "x "+redact.Mark {
		t.Errorf("without secrets: got %q", got)
	}
}

// Whatever fills a body: what is shown of it takes no time to speak of. The whole of the worst one took a quarter
// of a second, several times for each of a thousand calls that fail.
func BenchmarkStart(b *testing.B) {
	s := redact.New("Abc8Q~abcdefghijklmnopqrstuvwxyz0123456789", "proxyPassw0rd!", `AccountKey==\\abc\d/efg`, "hdr-s3cret-value")
	for name, part := range map[string]string{
		"JSON": `{"error":{"code":"x","message":"text of a message"}}`, "HTML": `<a href="https://x/y?z=1&amp;b=2">text</a>`,
		"backslashes": `\`, "percents": `%`, "escaped": `\\\\\u0041`, "token": "eyJa.", "base64": "eyJhbGciOi",
	} {
		body := strings.Repeat(part, 64<<10/len(part))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.Start(body, 8000)
			}
		})
	}
}
