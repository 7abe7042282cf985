package graph

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/endpoint"
)

// What is accepted as the root of a service is where requests then go, and goes without TLS
// only to this machine.
func FuzzServiceRoot(f *testing.F) {
	for _, s := range []string{
		"https://graph.microsoft.com", "https://graph.microsoft.com/", "HTTPS://GRAPH.microsoft.com:443", "http://127.0.0.1:80", "http://[::1]", "http://localhost",
		"https://graph.microsoft.com@evil.example", "https://evil.example\\@graph.microsoft.com", "https://graph.microsoft.com#@evil.example", "https://a?", "https://a/b",
		"http://127.0.0.1.example", "http://0x7f.1", "http://[::ffff:127.0.0.1]", "https://[::1%25eth0]", "https://a:b", "https://a:", "//a", "https:a", "https://é", "https://a b", "https://a\x00", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if endpoint.CheckRoot(s) != nil {
			return
		}
		accepted, err := url.Parse(s)
		if err != nil {
			t.Fatalf("%q is accepted, and is no URL: %v", s, err)
		}
		requested, err := url.Parse(New(Options{Endpoint: s}).newOperation(OperationKeepAlive, "POST", "a b", "/keepAlive").url)
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
