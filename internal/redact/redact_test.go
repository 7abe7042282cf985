package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"terraform-provider-msgraph/internal/redact"
)

const secret = "p@ss/wörd+1?\"<\\\n~%"

func TestText_everyForm(t *testing.T) {
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
		"in upper-case hex":    fmt.Sprintf("%X", secret),
		"JSON, slash":          `p@ss\/w\u00f6rd+1?\"\u003c\\\n~%`,
		"JSON, all escaped":    `\u0070\u0040\u0073\u0073\u002F\u0077\u00F6\u0072\u0064\u002b\u0031\u003f\u0022\u003C\u005c\u000a\u007e\u0025`,
		"JSON in JSON":         `p@ss\\\/w\\u00f6rd+1?\\\"\\u003c\\\\\\n~%`,
		"HTML":                 "p@ss/wörd+1?&quot;&lt;\\\n~%",
		"HTML, by number":      "p@ss&#47;w&#246;rd&#x2B;1?&#034;&#60;\\\n~%",
		"HTML in JSON":         `p@ss/wörd+1?\u0026quot;\u0026lt;\\\n~%`,
		"HTML in HTML":         "p@ss/wörd+1?&amp;quot;&amp;lt;\\\n~%",
		"a form in HTML":       html.EscapeString(url.QueryEscape(secret)),
		"a URL in a URL":       url.QueryEscape(url.QueryEscape(secret)),
		"all escaped in a URL": regexp.MustCompile(`..`).ReplaceAllString(hex.EncodeToString([]byte(secret)), "%$0"),
		"base64 in a URL":      url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(secret))),
		"base64 in JSON":       strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(secret)), "/", `\/`),
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

func TestText_unknownTokens(t *testing.T) {
	t.Parallel()
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	token := part(`{"alg":"none"}`) + "." + part(`{"sub":"x"}`)
	encrypted := part(`{"alg":"RSA-OAEP","enc":"A256GCM"}`) + ".a2V5.aXY.Y2lwaGVy.dGFn"
	for _, text := range []string{token + ".c2lnbmF0dXJl", token + ".", token, encrypted, strings.Replace(encrypted, ".a2V5.", "..", 1)} {
		for _, s := range []*redact.Secrets{nil, redact.New()} {
			if got := s.Text("Bearer " + text + ", and so on"); got != "Bearer "+redact.Mark+", and so on" {
				t.Errorf("got %q of %q", got, text)
			}
		}
	}
}

func TestText_noSecret(t *testing.T) {
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

func TestText_secretInsideOfAnother(t *testing.T) {
	t.Parallel()
	s := redact.New("hunter2")
	s.Add("hunter2hunter2!", "hunter2", "2!/hunt")
	if got := s.Text("hunter2hunter2!/hunter2"); got != redact.Mark {
		t.Errorf("got %q, want one mark for what overlaps", got)
	}
	s = redact.New("hunter2", "hunter2hunter2!")
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

func TestText_linesOfAKey(t *testing.T) {
	t.Parallel()
	const line = "MC4CAQAwBQYDK2VwBCIEIFRoaXMgaXMgbm8gcHJpdmF0ZSBrZXkgYXQgYWxs"
	s := redact.New("-----BEGIN PRIVATE KEY-----\n" + line + "\nAAAA\n-----END PRIVATE KEY-----\n")
	if got, want := s.Text("bad line 2: "+line+", AAAA, -----BEGIN PRIVATE KEY-----"), "bad line 2: "+redact.Mark+", AAAA, -----BEGIN PRIVATE KEY-----"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Tokens and secrets are looked for in the same text: neither cuts the other, so that a rest of it is shown.
func TestText_secretInsideOfAToken(t *testing.T) {
	t.Parallel()
	token := "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
	for name, secret := range map[string]string{
		"in its header": "GciOiJub2", "in its payload": "zdWIiOiJ4", "in its signature": "bmF0dXJl", "across a dot": "4In0.c2ln",
		"around it": "key=" + token + "&more", "before and into it": "Bearer eyJhb", "from it on": "dXJl and the rest", "itself": token,
	} {
		got := redact.New(secret).Text("[key=" + token + "&more] [Bearer " + token + "] [" + token + " and the rest]")
		for rest := range strings.SplitSeq(token, ".") {
			for i := range len(rest) - 4 {
				if strings.Contains(got, rest[i:i+5]) {
					t.Fatalf("%s: got %q, which shows %q", name, got, rest[i:i+5])
				}
			}
		}
		if strings.Contains(got, secret) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// Log masks take fixed strings: the forms that programs write.
func TestForms_asProgramsWriteThem(t *testing.T) {
	t.Parallel()
	const secret = "a/b&c'd\"e<f g+h%i=="
	forms := redact.New(secret).Forms()
	for _, want := range []string{
		secret, `a\/b\u0026c'd\"e\u003cf g+h%i==`, `a\u002fb\u0026c'd\"e\u003cf g+h%i==`, `a/b&c'd\"e<f g+h%i==`, "a/b&amp;c&#39;d&quot;e&lt;f g+h%i==",
		"a%2Fb%26c%27d%22e%3Cf+g%2Bh%25i%3D%3D", "a%2fb%26c%27d%22e%3cf%20g%2bh%25i%3d%3d", base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		if !slices.Contains(forms, want) {
			t.Errorf("%s is not among the forms", want)
		}
	}
}

func TestWorthwhile_wordsAndShortValuesAreNoSecrets(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"", "a", "abc", " abc ", "error", "ERROR", "html", "true", "debug", "8080", "1234567", "application/json", "text/html", "keep-alive", "Production",
		"https://graph.microsoft.com", "https://graph.microsoft.com/", "http://127.0.0.1:8080", "v1.0", "utf-8", "Straße",
	} {
		if redact.Worthwhile(value) {
			t.Errorf("%q is taken for a secret", value)
		}
	}
	for _, value := range []string{
		"pa55", "a-b1", "s3cret", "12345678", "correct horse", "hunter2", "correcthorse", "https://user:pass@proxy.test", "https://hooks.test/T0/x", "https://x.test?sig=1",
		"p4ssw0rd", "Passw0rd!", "\xff\xfe\xfd\xfc", strings.Repeat("a", 40),
	} {
		if !redact.Worthwhile(value) {
			t.Errorf("%q is taken for none", value)
		}
	}
	const text = `500 error: text/html, {"error": true}`
	if got := redact.New("error", "true", "text/html", "500").Text(text); got != text {
		t.Errorf("got %q", got)
	}
}

func TestFields_everyText(t *testing.T) {
	t.Parallel()
	s := redact.New("s3cret-value")
	got := s.Fields(map[string]any{"a": "x s3cret-value", "b": errors.New("y s3cret-value"), "c": []string{"s3cret-value"}, "d": 1})
	if fmt.Sprint(got) != fmt.Sprint(map[string]any{"a": "x [redacted]", "b": "y [redacted]", "c": []string{"[redacted]"}, "d": 1}) {
		t.Errorf("got %v", got)
	}
	if s.Text(s.Text("s3cret-value")) != redact.Mark {
		t.Error("a redacted text is no longer one when it is redacted again")
	}
}

// Whatever the secret and whatever is around it, no form of it is left.
func FuzzText(f *testing.F) {
	f.Add("p@ss/wörd+1?", "eyJhbGciOi.eyJzdWIi.", "x")
	f.Add("&amp;&amp;", "&", "amp;")
	f.Add(`\\\\u0041`, `\`, `\`)
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(secret) > 100 || !redact.Worthwhile(secret) || strings.Contains(redact.Mark, secret) {
			t.Skip()
		}
		s := redact.New(secret)
		inJSON, _ := json.Marshal(secret)
		for _, form := range []string{
			secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), string(inJSON[1 : len(inJSON)-1]),
			base64.StdEncoding.EncodeToString([]byte(secret)),
		} {
			if !utf8.ValidString(secret) && form == string(inJSON[1:len(inJSON)-1]) {
				continue // JSON has no way to write it
			}
			if got := s.Text(before + form + after); !strings.Contains(got, redact.Mark) || strings.Contains(strings.ReplaceAll(got, redact.Mark, ""), secret) && !strings.Contains(before+after, secret[:1]) {
				t.Errorf("got %q of %q", got, form)
			}
		}
	})
}

// A meeting's passcode is short, and letters or digits only.
func TestText_knownSecrets(t *testing.T) {
	t.Parallel()
	s := redact.New()
	s.AddKnown("nEkNhW", "123456", "abc", "")
	if got := s.Text("the passcodes nEkNhW, 123456 and abc"); strings.Contains(got, "nEkNhW") || strings.Contains(got, "123456") || !strings.Contains(got, "abc") {
		t.Errorf("got %q", got)
	}
}
