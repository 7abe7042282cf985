package graph

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// reservedHeaders are those that a user's headers must leave alone, each with the reason.
var reservedHeaders = map[string]string{
	"Authorization":       "the provider's credential sets it",
	"Host":                "it follows from the endpoint",
	"Content-Length":      "Graph takes no body here",
	"Content-Type":        "Graph takes no body here",
	"Transfer-Encoding":   "Graph takes no body here",
	"Trailer":             "Graph takes no body here",
	"Expect":              "Graph takes no body here",
	"Connection":          "it belongs to the connection, which requests share",
	"Keep-Alive":          "it belongs to the connection, which requests share",
	"Te":                  "it belongs to the connection, which requests share",
	"Upgrade":             "it belongs to the connection, which requests share",
	"Proxy-Connection":    "it belongs to the proxy",
	"Proxy-Authorization": "it belongs to the proxy",
}

// CheckHeader returns nil when a user may send the header, else an error that says why not:
// HTTP does not allow the name or the value, or the request's own headers depend on it.
// The error never shows the value.
func CheckHeader(name, value string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return errors.New("HTTP does not allow this name; use letters, digits and hyphens")
	}
	if reason, ok := reservedHeaders[textproto.CanonicalMIMEHeaderKey(name)]; ok {
		return fmt.Errorf("this header cannot be set: %s", reason)
	}
	if !httpguts.ValidHeaderFieldValue(value) || value != strings.TrimSpace(value) {
		return errors.New("HTTP does not allow this value; leave out line breaks, control characters, and space at either end")
	}
	return nil
}
