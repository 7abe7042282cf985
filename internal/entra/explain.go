package entra

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// explain says in a line or two why a credential has no token. azidentity's own text is a
// dump of the whole answer, of which the reason is one line.
func explain(err error) string {
	if hinted, ok := errors.AsType[hintedError](err); ok {
		return explain(hinted.error) + "; " + hinted.hint
	}
	failed, ok := errors.AsType[*azidentity.AuthenticationFailedError](err)
	if !ok {
		return plain(err.Error())
	}
	if failed.RawResponse == nil {
		return plain(failed.Error())
	}
	text := explainAnswer(failed.RawResponse)
	// What azidentity knows of the answer stands in the first line, before the dump.
	line, _, _ := strings.Cut(failed.Error(), "\n")
	if _, known, _ := strings.Cut(line, " authentication failed. "); strings.TrimSpace(known) != "" {
		return plain(known) + ": " + text
	}
	return text
}

// typeName is the name of an azidentity type with which it begins its texts, and advice is
// what it ends them with: the address of a page about its own API.
var (
	typeName = regexp.MustCompile(`^(?:\w+Credential(?:\.GetToken\(\))?(?: authentication failed\.)?:? +)+`)
	advice   = regexp.MustCompile(`\.?\s+To troubleshoot, visit \S+$`)
)

// hintedError is an error with a word on what may be behind it.
type hintedError struct {
	error
	hint string
}

// Unwrap returns the error itself.
func (e hintedError) Unwrap() error { return e.error }

// plain is a text of azidentity's without what is about azidentity itself.
func plain(text string) string {
	text = advice.ReplaceAllString(strings.TrimSpace(text), "")
	text = typeName.ReplaceAllString(text, "")
	return shorten(strings.TrimRight(strings.TrimSpace(text), "."))
}

// explainAnswer says who refused a token, with what status, and why.
func explainAnswer(resp *http.Response) string {
	who := "the answer was"
	if resp.Request != nil && resp.Request.URL != nil {
		u := *resp.Request.URL
		// Only the scheme, host and path: the query may say more than is to be shown.
		who = fmt.Sprintf("%s://%s%s answered", u.Scheme, u.Host, u.EscapedPath())
	}
	answered := fmt.Sprintf("%s %d %s", who, resp.StatusCode, http.StatusText(resp.StatusCode))
	body, err := runtime.Payload(resp)
	switch {
	case err != nil:
		return answered + ", and the rest of the answer did not come: " + shorten(err.Error())
	case len(body) == 0:
		return answered + " with an empty body"
	}
	if reason := reasonIn(body); reason != "" {
		return answered + ": " + shorten(reason)
	}
	return fmt.Sprintf("%s with a body that begins %q", answered, cut(string(body), 200))
}

// refusal has the fields in which the services say why: Entra ID and the machines' identity
// endpoints (error, error_description, and Entra's ids), App Service and Azure DevOps
// (message).
type refusal struct {
	Error         json.RawMessage `json:"error"`
	Description   string          `json:"error_description"`
	Message       string          `json:"message"`
	TraceID       string          `json:"trace_id"`
	CorrelationID string          `json:"correlation_id"`
	Timestamp     string          `json:"timestamp"`
}

// reasonIn returns the reason that a body gives, "" for a body in no form that is known.
func reasonIn(body []byte) string {
	var r refusal
	if json.Unmarshal(body, &r) != nil {
		return ""
	}
	reason := r.Description
	if reason == "" {
		reason = r.Message
	}
	if reason == "" {
		var code string
		_ = json.Unmarshal(r.Error, &code)
		reason = code
	}
	// Entra repeats its ids at the end of the description.
	reason, _, _ = strings.Cut(reason, "Trace ID:")
	reason = strings.TrimRight(strings.Join(strings.Fields(reason), " "), ".")
	if reason != "" && (r.TraceID != "" || r.CorrelationID != "") {
		reason += fmt.Sprintf(" (trace id %s, correlation id %s, timestamp %s)", r.TraceID, r.CorrelationID, r.Timestamp)
	}
	return reason
}

// shorten cuts a text that comes from outside to what a person will read.
func shorten(text string) string { return cut(text, 1000) }

func cut(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}
