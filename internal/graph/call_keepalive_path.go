package graph

import (
	"fmt"
	"regexp"
	"strings"

	"terraform-provider-msgraph/internal/quote"
)

// keepAlivePath matches the path of a keepAlive request, with or without the start of the
// URL: with the short name of the action, which Microsoft documents, or the qualified one.
// Repeated slashes are one, since paths are often concatenated.
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-keepalive
var keepAlivePath = regexp.MustCompile(`(?i)^(?:https?://[^/?#]+)?/*(?:(?:v1\.0|beta)/+)?` +
	`((?:communications|app)/+calls(?:/+[^/?#()\s]+|\('[^'/?#\s]+'\)))/+(?:microsoft\.graph\.)?keepAlive/*(?:\?.*)?$`)

// ParseKeepAlivePath returns the ID of the call that a POST to path keeps alive, or an error if
// path is that of another request.
func ParseKeepAlivePath(path string) (string, error) {
	if m := keepAlivePath.FindStringSubmatch(path); m != nil {
		if id, ok := findCallID(collapseSlashes(m[1])); ok && isPastedID(id) {
			return id, nil
		}
	}
	return "", fmt.Errorf("%s is not the path of a call's keepAlive, which is communications/calls/{id}/keepAlive", quote.Line(path))
}

func collapseSlashes(path string) string {
	return strings.Join(strings.FieldsFunc(path, func(r rune) bool { return r == '/' }), "/")
}
