package graph

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckCallID returns nil when id can be the id of a call, else an error that says what is
// wrong with it and, when id is a path or URL that carries a call's id, which part that is.
//
// Graph documents the id as an opaque string: most are lower-case GUIDs, some are not, so
// nothing is asked of it but that it can stand as one segment of a URL's path.
func CheckCallID(id string) error {
	if found, ok := FindCallID(id); ok && found != id {
		return fmt.Errorf("this is a path or URL, not a call id; the call id in it is %q", found)
	}
	return checkSegment(id)
}

// checkSegment returns nil when id can stand as one segment of a URL's path, once it is
// escaped.
func checkSegment(id string) error {
	switch {
	case id == "":
		return errors.New("a call id must not be empty")
	case id == ".", id == "..":
		return fmt.Errorf("%q is no call id: it names a folder in a path", id)
	case !utf8.ValidString(id):
		return errors.New("a call id must be valid UTF-8")
	}
	for _, r := range id {
		if fault := forbiddenInCallID(r); fault != "" {
			return fmt.Errorf("a call id holds no %s; it is one segment of a path, such as %q",
				fault, "57dab8b1-894c-409a-b240-bd8beae78896")
		}
	}
	return nil
}

func forbiddenInCallID(r rune) string {
	switch {
	case strings.ContainsRune(`/?#%\`, r):
		return fmt.Sprintf("%q", string(r))
	case unicode.IsSpace(r):
		return "white space"
	case unicode.IsControl(r), !unicode.IsGraphic(r):
		return "control or invisible characters"
	}
	return ""
}

// callPath matches the places in which Graph's paths, URLs and contexts carry a call's id:
// a segment after "calls", or OData's key in parentheses.
var callPath = regexp.MustCompile(`(?i)(?:^|[/#])(?:communications|app)/calls(?:/([^/?#\s]+)|\('([^'/?#\s]+)'\))`)

// FindCallID returns the call id that a path or URL carries, such as
// "/communications/calls/{id}/keepAlive", "/app/calls/{id}",
// "https://graph.microsoft.com/v1.0/communications/calls/{id}" or "…$metadata#app/calls('{id}')".
// It reports false when there is none.
func FindCallID(s string) (string, bool) {
	m := callPath.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	id, err := url.PathUnescape(m[1] + m[2])
	if err != nil {
		return "", false
	}
	if checkSegment(id) != nil || strings.HasPrefix(id, "$") { // "$" begins OData's own, such as $entity
		return "", false
	}
	return id, true
}
