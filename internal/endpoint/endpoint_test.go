package endpoint

import (
	"net/url"
	"testing"
)

func TestEndpoint_parse(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"https://graph.microsoft.com":  "",
		"http://127.0.0.1:8080/a?b=c":  "",
		"https://a b":                  "this is not a URL",
		"ftp://graph.microsoft.com":    `the URL must begin with "https://"`,
		"graph.microsoft.com":          `the URL must begin with "https://"`,
		"https://":                     "the URL has no host",
		"https://:443":                 "the URL has no host",
		"https://]":                    "the URL has no host",
		"https://[::1]:443":            "",
		"https://[fe80::1%25en0]":      "",
		"https://[fe80::1%25\xe7]":     "this is not a URL",
		"https://u:p@graph.microsoft.": "the URL must not contain credentials",
	} {
		_, err := Parse(s)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestEndpoint_unprotected(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"https://graph.microsoft.com": false, "http://graph.microsoft.com": true,
		"http://127.0.0.1": false, "http://127.9.9.9:80": false, "http://[::1]:80": false, "http://LocalHost": false,
		"http://localhost.example": true, "http://10.0.0.1": true, "http://127.0.0.1.example": true,
	} {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := Unprotected(u); got != want {
			t.Errorf("%s: %t, want %t", s, got, want)
		}
	}
}
