package transport

import (
	"net"
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
