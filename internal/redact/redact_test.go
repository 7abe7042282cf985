package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/redact"
)

const secret = "p@ss/wörd+1?\"<\\\n~%"

func TestASecretIsTakenOutInEveryForm(t *testing.T) {
	t.Parallel()
	s := redact.New(secret)
	inJSON, _ := json.Marshal(map[string]string{"password": secret})
	user := url.UserPassword("user", secret)
	for name, text := range map[string]string{
		"as it is":             secret,
		"in a query":           url.QueryEscape(secret),
		"in a path":            url.PathEscape(secret),
		"in a URL":             user.String(),
		"lower-case escapes":   regexp.MustCompile(`%..`).ReplaceAllStringFunc(url.QueryEscape(secret), strings.ToLower),
		"in JSON":              string(inJSON),
		"quoted":               fmt.Sprintf("%q", secret),
		"quoted in ASCII":      fmt.Sprintf("%+q", secret),
		"in base64":            base64.StdEncoding.EncodeToString([]byte(secret)),
		"in base64, URL":       base64.URLEncoding.EncodeToString([]byte(secret)),
		"in base64, unpadded":  base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"in base64, offset 1":  base64.StdEncoding.EncodeToString([]byte("u" + secret + "x")),
		"in base64, offset 2":  base64.StdEncoding.EncodeToString([]byte("us" + secret + "xy")),
		"in base64, offset 0+": base64.StdEncoding.EncodeToString([]byte("use" + secret)),
		"Basic":                "Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+secret)),
		"in hex":               fmt.Sprintf("%x", secret),
	} {
		got := s.Text("before " + text + " after")
		if !strings.Contains(got, redact.Mark) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
			t.Errorf("%s: got %q, want it redacted", name, got)
		}
		for _, form := range []string{secret, "p@ss", "p%40ss", url.QueryEscape(secret), base64.RawStdEncoding.EncodeToString([]byte(secret))[:10]} {
			if strings.Contains(got, form) {
				t.Errorf("%s: got %q, want nothing left of it", name, got)
			}
		}
	}
}

func TestTokensAreTakenOutUnknown(t *testing.T) {
	t.Parallel()
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	token := part(`{"alg":"none"}`) + "." + part(`{"sub":"x"}`)
	for _, text := range []string{token + ".c2lnbmF0dXJl", token + ".", token} {
		for _, s := range []*redact.Secrets{nil, redact.New()} {
			if got := s.Text("Bearer " + text + ", and so on"); got != "Bearer "+redact.Mark+", and so on" {
				t.Errorf("got %q of %q", got, text)
			}
		}
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	t.Parallel()
	s := redact.New("", "1", "abc", "correct horse")
	const text = "1 abc, eyJust.words here, 200 OK"
	if got := s.Text(text); got != text {
		t.Errorf("got %q, want it as it was", got)
	}
	if got := s.Text("correct horse"); got != redact.Mark {
		t.Errorf("got %q", got)
	}
}

func TestASecretInsideOfAnotherLeavesNoRest(t *testing.T) {
	t.Parallel()
	s := redact.New("hunter2")
	s.Add("hunter2hunter2!", "hunter2")
	if got := s.Text("hunter2hunter2!/hunter2"); got != redact.Mark+"/"+redact.Mark {
		t.Errorf("got %q", got)
	}
	forms := s.Forms()
	seen := map[string]bool{}
	for i, form := range forms {
		if seen[form] || i > 0 && len(form) > len(forms[i-1]) {
			t.Errorf("got %q at %d of %q, want each once and the longest first", form, i, forms)
		}
		seen[form] = true
	}
}

func TestTheLinesOfAKeyAreTakenOutOneByOne(t *testing.T) {
	t.Parallel()
	const line = "MC4CAQAwBQYDK2VwBCIEIFRoaXMgaXMgbm8gcHJpdmF0ZSBrZXkgYXQgYWxs"
	s := redact.New("-----BEGIN PRIVATE KEY-----\n" + line + "\nAAAA\n-----END PRIVATE KEY-----\n")
	if got, want := s.Text("bad line 2: "+line+", AAAA, -----BEGIN PRIVATE KEY-----"), "bad line 2: "+redact.Mark+", AAAA, -----BEGIN PRIVATE KEY-----"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
