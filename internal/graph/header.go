package graph

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Why a user's headers must leave some alone.
const (
	ofTheBody       = "it describes the request's body, which the provider makes"
	ofTheConnection = "it belongs to the connection, which requests share"
	ofTheProxy      = "it belongs to the proxy; use the provider's proxy block"
	ofTheResponse   = "it could change the response into one that the provider cannot read"
	ofTheMethod     = "it would change which request this is"
	ofRepetition    = "Graph does not support it, and a gateway that does might repeat the request"
)

// reservedHeaders are those that a user's headers must leave alone, each with the reason.
var reservedHeaders = map[string]string{
	"Authorization": "the provider's credential sets it",
	"Host":          "it follows from the endpoint",

	"Content-Length": ofTheBody, "Content-Type": ofTheBody, "Content-Encoding": ofTheBody, "Content-Range": ofTheBody,
	"Transfer-Encoding": ofTheBody, "Trailer": ofTheBody, "Expect": ofTheBody,

	"Connection": ofTheConnection, "Keep-Alive": ofTheConnection, "Te": ofTheConnection, "Upgrade": ofTheConnection, "Http2-Settings": ofTheConnection,

	"Proxy-Connection": ofTheProxy, "Proxy-Authorization": ofTheProxy, "Proxy-Authenticate": ofTheProxy,

	"Accept-Encoding": ofTheResponse, "Range": ofTheResponse, "If-Range": ofTheResponse, "If-None-Match": ofTheResponse, "If-Modified-Since": ofTheResponse,

	"X-Http-Method": ofTheMethod, "X-Http-Method-Override": ofTheMethod, "X-Method-Override": ofTheMethod,
	"X-Original-Url": ofTheMethod, "X-Rewrite-Url": ofTheMethod,

	"Idempotency-Key": ofRepetition, "X-Idempotency-Key": ofRepetition,
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
		return errors.New("HTTP does not allow this value; remove line breaks, control characters, and leading and trailing spaces")
	}
	return nil
}
