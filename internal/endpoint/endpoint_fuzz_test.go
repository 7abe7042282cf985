package endpoint

import (
	"net/url"
	"strings"
	"testing"
)

// What is accepted names a host and holds no credentials, and is the same when it is written
// down and read again; an error repeats nothing of what was given.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"https://a", "http://127.0.0.1:1/a?b=c#d", "https://u:p@a", "https://@a", "https://a@b@c", "https://:443", "https://[::1%25en0]/", "https://%41", "https://a:b",
		"ftp://a", "//a", "https:a", "https:///a", "", "\x00", "https://é", "https://a\\b", "https://[::1", "HTTPS://A",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		const secret = "s3cretpassw0rd"
		if _, err := Parse(s + secret + "@"); err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q: the error repeats the URL: %v", s, err)
		}
		u, err := Parse(s)
		if err != nil {
			return
		}
		if u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || strings.ContainsAny(u.Hostname(), "[]") || u.User != nil {
			t.Errorf("%q is accepted as %#v", s, u)
		}
		again, err := url.Parse(u.String())
		if err != nil || again.Host != u.Host || again.Scheme != u.Scheme || again.User != nil {
			t.Errorf("%q is accepted, and is %v when it is read again: %v", s, again, err)
		}
	})
}
