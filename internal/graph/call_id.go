package graph

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"terraform-provider-msgraph/internal/quote"
)

// exampleCallID is a typical call ID.
const exampleCallID = "57dab8b1-894c-409a-b240-bd8beae78896"

// CheckCallID returns an error if id cannot be the ID of a call. If id is a path or URL that contains a
// call's ID, the error shows that ID.
//
// Graph documents the ID as an opaque string: most are lower-case GUIDs, some are not. So the only requirements
// are that it can be one segment of a URL's path, and is neither one of OData's segments nor a placeholder.
func CheckCallID(id string) error {
	if found, ok := findCallID(id); ok {
		return fmt.Errorf("this is a path or URL, not a call ID; the call ID in it is %q", found)
	}
	return checkSegment(id)
}

// checkSegment returns an error if id, once it is escaped, cannot be the segment of a URL's path
// that identifies a call.
func checkSegment(id string) error {
	switch {
	case id == "":
		return errors.New("a call ID must not be empty")
	case id == ".", id == "..":
		return fmt.Errorf("%q is not a call ID: it names a directory in a path", id)
	case !utf8.ValidString(id):
		return errors.New("a call ID must be valid UTF-8")
	}
	for _, r := range id {
		if fault := forbiddenInCallID(r); fault != "" {
			return fmt.Errorf("a call ID must not contain %s; use the ID that Graph returned for the call, such as %q", fault, exampleCallID)
		}
	}
	if fault := notACall(id); fault != "" {
		return fmt.Errorf("%s is %s; use the ID that Graph returned for the call, such as %q", quote.Line(id), fault, exampleCallID)
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

// notACall says what a segment is that cannot identify a call; "" for one that can.
func notACall(id string) string {
	lower := strings.ToLower(id)
	switch {
	case strings.Trim(id, ".…") == "":
		return "an ellipsis, not a call ID"
	case strings.ContainsAny(id, "'\"`´„“”‚‘’«»‹›"):
		return "not a call ID: it contains quotation marks"
	case strings.ContainsAny(id, "<>{}[]"), strings.HasPrefix(id, "$("), placeholders[strings.Trim(lower, "_-")], maskedGUID.MatchString(lower):
		return "a placeholder, not a call ID"
	case strings.HasPrefix(id, "$") && id == strings.ToUpper(id) && len(id) > 1:
		return "a variable that was not expanded"
	case strings.HasPrefix(id, "$"), strings.HasPrefix(lower, "microsoft.graph."), lower == "logteleconferencedevicequality":
		return "a name of Graph's own, not a call ID"
	}
	return ""
}

// placeholders are words that people and programs write instead of an ID.
var placeholders = map[string]bool{
	"id": true, "guid": true, "uuid": true, "callid": true, "call_id": true, "call-id": true, "your_call_id": true, "your-call-id": true,
	"null": true, "nil": true, "none": true, "undefined": true, "nan": true, "todo": true, "tbd": true, "changeme": true, "placeholder": true,
}

// maskedGUID matches the placeholders for a GUID in documentation.
var maskedGUID = regexp.MustCompile(`^(?:0{8}-?(?:0{4}-?){3}0{12}|x{8}-?(?:x{4}-?){3}x{12})$`)

// callPath matches the places in which Graph's paths, URLs and contexts have a call's ID:
// the segment after "calls", or OData's key in parentheses.
var callPath = regexp.MustCompile(`(?i)(?:^|[/#])(?:communications|app)/calls(?:/([^/?#\s]+)|\('([^'/?#\s]+)'\))`)

// findCallID returns the call ID that a path or URL contains, such as
// "/communications/calls/{id}/keepAlive", "/app/calls/{id}",
// "https://graph.microsoft.com/v1.0/communications/calls/{id}" or "…$metadata#app/calls('{id}')".
// It reports false when there is none.
func findCallID(s string) (string, bool) {
	m := callPath.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	id, err := url.PathUnescape(m[1] + m[2])
	if err != nil || checkSegment(id) != nil {
		return "", false
	}
	return id, true
}
