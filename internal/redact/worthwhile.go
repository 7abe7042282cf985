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

// Worthwhile reports whether a value is worth redacting: whether it can be a secret, and taking
// it out leaves a text that can still be read. Headers and the environment of pipeline steps
// may hold secrets and as well "error", "html" or "true". A mark in the place of such a word
// would tear up every message, and say which word it is.
//
// Not redacted are values of less than four bytes; those of less than eight that have letters
// only, or digits only; common words of HTTP, of logs and of configurations, in any case; and
// the root of a URL without credentials, such as https://graph.microsoft.com. A credential that
// is one of these is not protected in messages.
func Worthwhile(value string) bool {
	trimmed := strings.TrimSpace(value)
	switch {
	case len(trimmed) < minLength:
		return false
	case len(trimmed) < minPlain && (consists(trimmed, unicode.IsLetter) || consists(trimmed, unicode.IsDigit)):
		return false
	case slices.Contains(common, strings.ToLower(trimmed)):
		return false
	}
	return !isRoot(trimmed)
}

func consists(text string, of func(rune) bool) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !of(r) }) < 0
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
