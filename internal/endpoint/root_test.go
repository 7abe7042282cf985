package endpoint

import (
	"strings"
	"testing"
	"unicode"
)

func TestCheckRoot_takesRootsThatTokensMayGoTo(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"https://graph.microsoft.com", "https://graph.microsoft.com/", "https://graph.microsoft.us", "https://127.0.0.1:8443", "https://[::1]:8443",
		"https://localhost", "HTTPS://GRAPH.MICROSOFT.COM", "https://proxy.contoso.local:444/",
		"http://localhost", "http://localhost:8080", "http://LocalHost:8080/", "http://127.0.0.1", "http://127.8.9.10:80", "http://[::1]:8080", "HTTP://127.0.0.1:8080",
		"http://[::ffff:127.0.0.1]:8080",
	} {
		if err := CheckRoot(s); err != nil {
			t.Errorf("CheckRoot(%q): got %v, want no error", s, err)
		}
	}
}

func TestCheckRoot_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                                        `must begin with "https://"`,
		"graph.microsoft.com":                     `must begin with "https://"`,
		"//graph.microsoft.com":                   `must begin with "https://"`,
		"ftp://graph.microsoft.com":               `must begin with "https://"`,
		"file:///etc/passwd":                      `must begin with "https://"`,
		"graph.microsoft.com:443":                 `must begin with "https://"`,
		"https:graph.microsoft.com":               "has no host",
		"https://":                                "has no host",
		"https:///v1.0":                           "has no host",
		"https://:443":                            "has no host",
		"https://user@graph.microsoft.com":        "credentials",
		"https://user:s3cret@graph.microsoft.com": "credentials",
		"https://graph.microsoft.com/v1.0":        `only the root, without path, query or fragment: "https://graph.microsoft.com"`,
		"https://graph.microsoft.com//":           "only the root",
		"https://graph.microsoft.com?x=1":         "only the root",
		"https://graph.microsoft.com?":            "only the root",
		"https://graph.microsoft.com/?":           "only the root",
		"https://graph.microsoft.com#x":           "only the root",
		"https://graph.microsoft.com#":            "only the root",
		"https://graph.microsoft.com/#":           "only the root",
		"http://graph.microsoft.com":              "loopback addresses only",
		"HTTP://graph.microsoft.com":              "loopback addresses only",
		"http://10.0.0.1":                         "loopback addresses only",
		"http://0.0.0.0":                          "loopback addresses only",
		"http://[::]":                             "loopback addresses only",
		"http://127.0.0.1.evil.com":               "loopback addresses only",
		"http://localhost.evil.com":               "loopback addresses only",
		"http://2130706433":                       "loopback addresses only",
		"https://graph.microsoft.com:port":        "not a URL",
		"https://graph microsoft.com":             "not a URL",
		" https://graph.microsoft.com":            "not a URL",
		"https://graph.microsoft.com\n":           "not a URL",
		"https://graph.microsoft.com\\@evil":      "not a URL",
		"https://[::1":                            "not a URL",
		"https://%zz":                             "not a URL",
	} {
		err := CheckRoot(s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckRoot(%q): got %v, want an error with %q", s, err, want)
			continue
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("CheckRoot(%q): got %v, want the password kept out of it", s, err)
		}
		if strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("CheckRoot(%q): got %q, want one line without control characters", s, err)
		}
	}
}
