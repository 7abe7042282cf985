package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"terraform-provider-msgraph/internal/quote"
)

// CallIDForms lists, a line each, the forms of text that [ParseCallID] extracts a call ID from.
const CallIDForms = `  - the ID itself: 57dab8b1-894c-409a-b240-bd8beae78896
  - a path: /communications/calls/{id} or /app/calls/{id}, and whatever follows it
  - a URL: https://graph.microsoft.com/v1.0/communications/calls/{id}/keepAlive
  - an OData context: https://graph.microsoft.com/v1.0/$metadata#communications/calls('{id}')/participants
  - a notification's JSON: {"resourceUrl": "/communications/calls/{id}"}, with resource, resourceUrl or
    resourceData.id, by itself or in "value": [...]`

// ParseCallID returns the ID of the call that text contains in one of the forms of
// [CallIDForms]. The ID passes [CheckCallID]. The error is one line.
//
// It accepts fewer IDs than CheckCallID: text was pasted, so quotation marks, brackets or line
// breaks in it are probably from around an ID.
func ParseCallID(text string) (string, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		return parseNotification(text)
	}
	if strings.ContainsFunc(text, notInURL) {
		return "", fmt.Errorf("%s contains characters that are valid neither in a call ID nor in a URL", quote.Line(text))
	}
	if id, ok := findCallID(text); ok && isPastedID(id) {
		return id, nil
	}
	err := CheckCallID(text)
	switch quoted := quote.Line(text); {
	case err == nil:
		return text, nil
	case strings.HasPrefix(err.Error(), quoted): // the error shows text already
		return "", err
	default:
		return "", fmt.Errorf("%s does not contain a call ID: %w", quoted, err)
	}
}

// notInURL reports whether r cannot be in a URL.
//
// Source: RFC 3986, appendix A; for other than ASCII characters, what browsers show unescaped.
func notInURL(r rune) bool {
	return strings.ContainsRune("\"<>\\^`{|}", r) || r == unicode.ReplacementChar || unicode.IsSpace(r) || !unicode.IsGraphic(r)
}

func isPastedID(id string) bool {
	return !strings.ContainsFunc(id, notInURL) && CheckCallID(id) == nil
}

// notification is what Graph posts to a bot when something about a call changes, alone or
// with others in value. Its other properties are ignored.
//
// Source: https://learn.microsoft.com/en-us/graph/api/resources/commsnotification
type notification struct {
	Resource     json.RawMessage `json:"resource"`
	ResourceURL  json.RawMessage `json:"resourceUrl"`
	ResourceData json.RawMessage `json:"resourceData"`
	Value        json.RawMessage `json:"value"`
}

// parseNotification returns the ID of the one call that a notification, or a collection of
// them, is about.
func parseNotification(text string) (string, error) {
	var n notification
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return "", fmt.Errorf("the text looks like a notification but is not valid JSON: %w", err)
	}
	ids := n.callIDs()
	for _, one := range list(n.Value, lenient[notification]) { // a bare notification has none
		ids = append(ids, orZero(one).callIDs()...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	switch len(ids) {
	case 0:
		return "", errors.New("the JSON has no resource, resourceUrl or resourceData.id that names a call")
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("the JSON names %d calls: %s; pass the notification of only one", len(ids), listIDs(ids))
}

// callIDs returns the IDs of the calls that n names; more than one if n contradicts itself.
func (n notification) callIDs() []string {
	var ids []string
	for _, raw := range []json.RawMessage{n.Resource, n.ResourceURL} {
		if id, ok := findCallID(orZero(lenient[string](raw))); ok && isPastedID(id) {
			ids = append(ids, id)
		}
	}
	data := objectIn(n.ResourceData) // a list when it is about participants
	// The data of an operation has the operation's ID, so an ID without a declared type is used
	// only if no path names the call.
	declared, id := orZero(data.text("@odata.type")), orZero(data.text("id"))
	isCall := strings.EqualFold(declared, "#microsoft.graph.call") || declared == "" && len(ids) == 0
	if isCall && isPastedID(id) {
		ids = append(ids, id)
	}
	return ids
}

// listLimit is how many IDs an error shows.
const listLimit = 5

func listIDs(ids []string) string {
	shown := make([]string, 0, listLimit)
	for _, id := range ids[:min(len(ids), listLimit)] {
		shown = append(shown, quote.Line(id))
	}
	list := strings.Join(shown, ", ")
	if more := len(ids) - listLimit; more > 0 {
		list += " and " + strconv.Itoa(more) + " more"
	}
	return list
}
