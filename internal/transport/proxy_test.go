package transport_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"terraform-provider-msgraph/internal/transport"
)

// environment is an environment with only the variables, pairs of name and value.
func environment(variables ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(variables); i += 2 {
		values[variables[i]] = variables[i+1]
	}
	return func(name string) string { return values[name] }
}

// wantLine checks that an error's text has all the parts, and is one line of printable characters.
func wantLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %q, want it to contain %q", err, part)
		}
	}
	if strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("got %q, want one line of printable characters", err)
	}
}

func TestProxy_thatCannotBeUsedIsAnErrorWithoutItsCredentials(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"proxy.test:3128":                        `begins with "http://", "https://" or "socks5://"`,
		"proxy.test":                             "begins with",
		"":                                       "begins with",
		"ftp://proxy.test":                       "begins with",
		"http://":                                "has no host",
		"http://:3128":                           "has no host",
		"http://lab:s3cret@":                     "has no host",
		"http://proxy.test/path":                 "no path",
		"http://proxy.test?x":                    "no path",
		"http://proxy.test?":                     "no path",
		"http://proxy.test#x":                    "no path",
		"http://lab:s3cret/x@proxy.test":         "percent-encode",
		"http://lab:x@s3cret/x@proxy.test":       "percent-encode",
		"http://lab:s3cret#x@proxy.test":         "percent-encode",
		"http://lab:s3cret?x@proxy.test":         "percent-encode",
		"http://lab:s3cret%@proxy.test":          "percent-encode",
		"http://lab:s3cret@proxy.test:port":      "percent-encode",
		"http://lab:s3cret@proxy.test\n:3128":    "percent-encode",
		"http://:s3cret@proxy.test":              "without username",
		"http://lab:s3cret@proxy.test [s3cret]:": "percent-encode",
	} {
		err := transport.CheckProxyURL(given)
		if want != "without username" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", given, err, want)
		}
		if given == "" {
			continue // the environment is used
		}
		for where, o := range map[string]transport.Options{
			"the proxy cannot be used":             {Proxy: transport.ProxyOptions{URL: given}, Getenv: environment()},
			"the environment variable HTTPS_PROXY": {Getenv: environment("HTTPS_PROXY", given)},
		} {
			_, err := transport.New(o)
			if err == nil {
				if strings.HasPrefix(given, "proxy.test") && o.Proxy.URL == "" {
					continue
				}
				t.Errorf("%q: got no error, want one", given)
				continue
			}
			wantLine(t, err, want, where)
			if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "lab") {
				t.Errorf("%q: got %v, want the credentials kept out of it", given, err)
			}
		}
	}
	for _, given := range []transport.ProxyOptions{
		{URL: "http://lab:one@proxy.test", Username: "lab", Password: "two"},
		{URL: "http://lab@proxy.test", Username: "lab", Password: "two"},
		{URL: "http://lab:one@proxy.test", Username: "other", Password: "one"},
	} {
		_, err := transport.New(transport.Options{Proxy: given})
		if err == nil || !strings.Contains(err.Error(), "username and password contain different credentials") {
			t.Errorf("got %v, want an error about credentials in two places", err)
		}
	}
	for _, given := range []string{"http://proxy.test", "https://proxy.test:8080/", "HTTP://u:p@10.0.0.1:1", "socks5://proxy.test", "socks5h://u@proxy.test:1080", "http://[::1]:3128"} {
		if err := transport.CheckProxyURL(given); err != nil {
			t.Errorf("%q: got %v, want no error", given, err)
		}
	}
}

func TestProxy_refusesNegotiateBesideWhatItCannotBeCombinedWith(t *testing.T) {
	t.Parallel()
	negotiate := func(context.Context, string) (string, error) { return "", nil }
	for want, given := range map[string]transport.ProxyOptions{
		"cannot be combined with":                    {URL: "http://proxy.test", Username: "lab", Password: "p"},
		"use_default_credentials cannot be combined": {URL: "http://lab@proxy.test"},
		"does not support Negotiate":                 {URL: "socks5://proxy.test"},
		"no such name":                               {URL: "https://proxy.test", CheckHost: func(host string) error { return errors.New("no such name " + host) }},
	} {
		given.Negotiate = negotiate
		err := transport.CheckProxy(given)
		if err == nil {
			t.Errorf("%+v is taken", given.URL)
			continue
		}
		wantLine(t, err, want)
	}
}

func TestProxy_whatIsReachedWithoutTheProxy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		o       transport.Options
		through map[string]bool
	}{
		"no proxy": {transport.Options{}, map[string]bool{"https://graph.microsoft.com": false}},
		"a proxy": {transport.Options{Proxy: transport.ProxyOptions{URL: "http://proxy.test:3128"}}, map[string]bool{
			"https://graph.microsoft.com":       true,
			"https://graph.microsoft.com/v1.0/": true,
			"https://127.0.0.1:8443":            false,
			"https://[::1]:8443":                false,
			"https://localhost:8443":            false,
			// The identity endpoints of machines, virtual and real.
			"http://169.254.169.254/metadata/identity/oauth2/token": false,
			"http://169.254.129.5:8081/msi/token":                   false,
			"https://169.254.169.254":                               false,
			"https://[fe80::1]":                                     false,
			"http://localhost:40342/metadata/identity/oauth2/token": false,
			"http://10.0.0.4:2377":                                  false, // no TLS
			"https://10.0.0.4:2377":                                 true,
		}},
		"identity endpoints": {transport.Options{
			Proxy:  transport.ProxyOptions{URL: "http://proxy.test:3128"},
			Getenv: environment("IDENTITY_ENDPOINT", "https://10.0.0.4:2377/metadata/identity/oauth2/token", "MSI_ENDPOINT", "https://ml.test/x", "IMDS_ENDPOINT", ":"),
		}, map[string]bool{"https://10.0.0.4:2377/metadata/identity/oauth2/token?x": false, "https://10.0.0.4/": true, "https://ml.test": false}},
		"exceptions": {transport.Options{Proxy: transport.ProxyOptions{
			URL: "http://proxy.test:3128", NoProxy: "contoso.com, .fabrikam.com,10.0.0.0/8,192.0.2.7,graph.test:8443, .münchen.test,münchen.test:443",
		}}, map[string]bool{
			"https://contoso.com": false, "https://login.contoso.com": false, "https://notcontoso.com": true,
			"https://münchen.test": false, "https://graph.xn--mnchen-3ya.test": false,
			"https://fabrikam.com": true, "https://a.fabrikam.com": false,
			"https://10.1.2.3": false, "https://11.1.2.3": true, "https://192.0.2.7": false, "https://192.0.2.8": true,
			"https://graph.test:8443": false, "https://graph.test": true,
		}},
		"no exception of the environment": {transport.Options{
			Proxy: transport.ProxyOptions{URL: "http://proxy.test:3128"}, Getenv: environment("NO_PROXY", "*", "HTTPS_PROXY", "http://other.test"),
		}, map[string]bool{"https://graph.microsoft.com": true}},
		"everything": {transport.Options{Proxy: transport.ProxyOptions{URL: "http://proxy.test:3128", NoProxy: "*"}},
			map[string]bool{"https://graph.microsoft.com": false}},
		"the environment": {transport.Options{Getenv: environment("HTTPS_PROXY", "http://proxy.test:3128", "https_proxy", "http://other.test", "NO_PROXY", "contoso.com")},
			map[string]bool{"https://graph.microsoft.com": true, "https://contoso.com": false, "https://127.0.0.1": false, "http://169.254.169.254": false}},
		"the environment, in small letters": {transport.Options{Getenv: environment("https_proxy", "proxy.test:3128", "no_proxy", "contoso.com")},
			map[string]bool{"https://graph.microsoft.com": true, "https://contoso.com": false}},
		"the environment, with line breaks at the ends": {transport.Options{Getenv: environment("HTTPS_PROXY", "\xef\xbb\xbfhttp://proxy.test:3128\r\n", "NO_PROXY", "contoso.com\n")},
			map[string]bool{"https://graph.microsoft.com": true, "https://contoso.com": false}},
		"a proxy for http only": {transport.Options{Getenv: environment("HTTP_PROXY", "http://proxy.test:3128")},
			map[string]bool{"https://graph.microsoft.com": false}},
	} {
		if test.o.Getenv == nil {
			test.o.Getenv = environment()
		}
		transport, err := transport.New(test.o)
		if err != nil {
			t.Fatal(err)
		}
		for target, want := range test.through {
			var got *url.URL
			if transport.Proxy != nil {
				u, err := url.Parse(target)
				if err != nil {
					t.Fatal(err)
				}
				if got, err = transport.Proxy(&http.Request{URL: u}); err != nil {
					t.Fatal(err)
				}
			}
			if want && (got == nil || got.String() != "http://proxy.test:3128") || !want && got != nil {
				t.Errorf("%s: got proxy %v for %s, want one: %t", name, got, target, want)
			}
		}
	}
}

// A proxy with an https URL gets nothing but TLS, however its name is written.
func TestProxy_httpsIsNeverSpokenToInTheClear(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{"münchen.test": "xn--mnchen-3ya.test", "PROXY.test": "proxy.test", "例え.テスト": "xn--r8jz45g.xn--zckzah", "proxy.test.": "proxy.test"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			greeted := make(chan string, 1)
			go func() {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				defer conn.Close()
				err = tls.Server(conn, &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
					greeted <- hello.ServerName
					return nil, errors.New("that is all")
				}}).HandshakeContext(t.Context())
				select {
				case greeted <- "no TLS: " + err.Error():
				default:
				}
			}()
			sender, err := transport.New(transport.Options{
				Proxy: transport.ProxyOptions{URL: "https://" + host + ":3128", Username: "lab", Password: "s3cret"},
				DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
					if !strings.EqualFold(strings.Replace(address, ".:", ":", 1), want+":3128") {
						return nil, fmt.Errorf("dialed %s", address)
					}
					return (&net.Dialer{}).DialContext(ctx, network, listener.Addr().String())
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://graph.microsoft.com", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			_, err = sender.Do(req) //nolint:bodyclose // there is none
			if err == nil {
				t.Fatal("got no error")
			}
			select {
			case got := <-greeted:
				if !strings.EqualFold(got, want) {
					t.Errorf("got %q at the proxy, want a handshake for %q", got, want)
				}
			default:
				t.Errorf("got %v, want a handshake with the proxy", err)
			}
		})
	}
}
