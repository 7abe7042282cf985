package graph

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// The reasons why users cannot set some headers.
const (
	reasonBody       = "it describes the request's body, which the provider makes"
	reasonConnection = "it belongs to the connection, which requests share"
	reasonProxy      = "it belongs to the proxy; use the provider's proxy block"
	reasonResponse   = "it could change the response into one that the provider cannot read"
	reasonMethod     = "it would change which request this is"
	reasonRepetition = "Graph does not support it, and a gateway that does might repeat the request"
)

// reservedHeaders are those that users cannot set, each with the reason.
var reservedHeaders = map[string]string{
	"Authorization": "the provider's credential sets it",
	"Host":          "it follows from the endpoint",

	"Content-Length": reasonBody, "Content-Type": reasonBody, "Content-Encoding": reasonBody, "Content-Range": reasonBody,
	"Transfer-Encoding": reasonBody, "Trailer": reasonBody, "Expect": reasonBody,

	"Connection": reasonConnection, "Keep-Alive": reasonConnection, "Te": reasonConnection, "Upgrade": reasonConnection, "Http2-Settings": reasonConnection,

	"Proxy-Connection": reasonProxy, "Proxy-Authorization": reasonProxy, "Proxy-Authenticate": reasonProxy,

	"Accept-Encoding": reasonResponse, "Range": reasonResponse, "If-Range": reasonResponse, "If-None-Match": reasonResponse, "If-Modified-Since": reasonResponse,

	"X-Http-Method": reasonMethod, "X-Http-Method-Override": reasonMethod, "X-Method-Override": reasonMethod,
	"X-Original-Url": reasonMethod, "X-Rewrite-Url": reasonMethod,

	"Idempotency-Key": reasonRepetition, "X-Idempotency-Key": reasonRepetition,
}

// CheckHeader returns nil if a user may send the header. Otherwise its error is that HTTP does not
// allow the name or the value, or that the header is reserved. The error never shows the value.
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
