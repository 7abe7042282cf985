package redact

import (
	"slices"
	"strings"
	"unicode"
)

const (
	// minLength is the length in bytes below which no value is redacted. Entra's secrets have
	// forty characters, and tokens hundreds.
	minLength = 4
	// minPlain is the length in bytes from which a value of letters, or of digits, is redacted:
	// a shorter one is a word or a number that may stand in any text.
	minPlain = 8
)

// Worthwhile reports whether a value should be redacted: it may be a secret, and the text remains readable
// without it. The values of headers and of a pipeline step's environment may be secrets, but also "error",
// "html" or "true". Redacting such a word would make messages unreadable, and the context would reveal it.
//
// These are not redacted: values shorter than four bytes; values shorter than eight bytes that consist only
// of letters or only of digits; common words of HTTP, logs and configurations, in any case; and the root of
// a URL without credentials, such as https://graph.microsoft.com. A secret that is one of these is not
// protected in messages.
func Worthwhile(value string) bool {
	trimmed := strings.TrimSpace(value)
	switch {
	case len(trimmed) < minLength:
		return false
	case len(trimmed) < minPlain && (strings.TrimFunc(trimmed, unicode.IsLetter) == "" || strings.TrimFunc(trimmed, unicode.IsDigit) == ""):
		return false
	case slices.Contains(common, strings.ToLower(trimmed)):
		return false
	}
	return !isRoot(trimmed)
}

// isRoot reports whether text is the root of a URL: a scheme and a host, with nothing in it
// that could be a secret.
func isRoot(text string) bool {
	_, host, found := strings.Cut(strings.TrimSuffix(text, "/"), "://")
	return found && !strings.ContainsAny(host, "/@?#") && strings.HasPrefix(strings.ToLower(text), "http")
}

// common are words of eight bytes or more, or with other characters than letters, that stand in
// messages for reasons of their own. They are in lower case.
var common = []string{
	"application", "application/json", "application/octet-stream", "application/x-www-form-urlencoded", "application/xml",
	"authorization", "certificate", "channels", "client_id", "client_secret", "communications", "connection", "content-type",
	"credential", "credentials", "debugging", "default", "deployment", "development", "disabled", "documentation", "environment", "external",
	"gateway", "github.com", "graph.microsoft.com", "identity", "information", "internal", "internet", "keep-alive", "keepalive",
	"linux/amd64", "localhost", "login.microsoftonline.com", "max-age=0", "microsoft", "msgraph", "multipart/form-data", "negotiate", "no-cache", "no-store",
	"password", "pipeline", "pipelines", "platform", "preproduction", "preview", "production", "provider", "redacted", "refused", "released",
	"request", "requests", "resource", "response", "retry-after", "security", "sandbox", "services", "signature", "staging", "standard", "telemetry",
	"tenant_id", "terraform", "text/html", "text/plain", "text/xml", "timestamp", "unauthorized", "undefined", "us-east-1", "utf-8", "v1.0", "verbose", "warnings",
	"en-us", "127.0.0.1", "0.0.0.0", "http/1.1", "http/2.0",
}
