package graph

import (
	"net"
	"net/url"
	"strings"
	"testing"
)

// No error about a proxy's URL, and no address that is shown, holds the password, wherever
// in the URL it has ended up.
func FuzzProxyURL(f *testing.F) {
	for _, parts := range [][3]string{
		{"http://", "user", "proxy.example:3128"}, {"https://", "user", "proxy.example"}, {"socks5://", "", "[::1]:1080"}, {"SOCKS5H://", "a%40b", "h"},
		{"", "", ""}, {"http:", "", ""}, {"http://h/", "x", "y"}, {"http://h?", "x", "y"}, {"http://h#", "x", "y"}, {"http://", "a@b", "h"}, {"http://", "%zz", "h"},
		{"http://", "u", "h:99999"}, {"http://", "u", "h:http"}, {"http://", "u", "/"}, {"http://", "u\n", "h"}, {"http://[", "u", "]"}, {"http://", "u", "[fe80::1%25en0]"},
	} {
		f.Add(parts[0], parts[1], parts[2])
	}
	const password = "s3cretpassw0rd"
	f.Fuzz(func(t *testing.T, scheme, user, rest string) {
		for _, o := range []ProxyOptions{
			{URL: scheme + user + ":" + password + "@" + rest},
			{URL: scheme + rest, Username: user, Password: password},
		} {
			p, err := newProxyServer(o)
			if err != nil {
				if strings.Contains(err.Error(), password) {
					t.Errorf("%q: the error holds the password: %v", o.URL, err)
				}
				continue
			}
			if host, _, err := net.SplitHostPort(p.address); err != nil || host == "" || strings.Contains(p.address, password) {
				t.Errorf("%q: the address is %q: %v", o.URL, p.address, err)
			}
			if p.user == nil || len(p.secrets()) != 1 || !strings.Contains(p.secrets()[0], password) {
				t.Errorf("%q: the password is not known as a secret: %q", o.URL, p.secrets())
			}
		}
	})
}

// What is accepted as the root of a service is where requests then go, and goes without TLS
// to this machine alone.
func FuzzServiceRoot(f *testing.F) {
	for _, s := range []string{
		"https://graph.microsoft.com", "https://graph.microsoft.com/", "HTTPS://GRAPH.microsoft.com:443", "http://127.0.0.1:80", "http://[::1]", "http://localhost",
		"https://graph.microsoft.com@evil.example", "https://evil.example\\@graph.microsoft.com", "https://graph.microsoft.com#@evil.example", "https://a?", "https://a/b",
		"http://127.0.0.1.example", "http://0x7f.1", "http://[::ffff:127.0.0.1]", "https://[::1%25eth0]", "https://a:b", "https://a:", "//a", "https:a", "https://é", "https://a b", "https://a\x00", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if CheckEndpoint(s) != nil {
			return
		}
		accepted, err := url.Parse(s)
		if err != nil {
			t.Fatalf("%q is accepted, and is no URL: %v", s, err)
		}
		requested, err := url.Parse(New(Options{Endpoint: s}).url(request{callID: "a b", suffix: "/keepAlive"}))
		if err != nil || requested.Host != accepted.Host || requested.Scheme != accepted.Scheme || requested.User != nil ||
			requested.EscapedPath() != "/v1.0/communications/calls/a%20b/keepAlive" || requested.RawQuery != "" || requested.Fragment != "" {
			t.Errorf("%q is accepted, and requests go to %v: %v", s, requested, err)
		}
		ip := net.ParseIP(accepted.Hostname())
		if accepted.Scheme != "https" && !strings.EqualFold(accepted.Hostname(), "localhost") && (ip == nil || !ip.IsLoopback()) {
			t.Errorf("%q is accepted, and would be sent to in the clear", s)
		}
	})
}
