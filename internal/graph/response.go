package graph

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/quote"
	"terraform-provider-msgraph/internal/redact"
)

// Response is one HTTP response: Graph's own, or that of something in between, such as a proxy
// or a captive portal. Everything in it is untrusted and is shown quoted.
//
// The exported fields are for showing: they are redacted. Decide by the response as it was received
// ([Response.Is], [Response.HTML], [Response.PlaceAdvice]).
type Response struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Code and Message are those of Graph's error envelope; empty when there is none.
	Code, Message string
	// RequestID and ClientRequestID are the two IDs by which Microsoft's support finds a
	// request; empty when missing.
	RequestID, ClientRequestID string
	// Caller is whose token the request had.
	Caller Caller
	// Date is when Graph responded, in UTC; zero if the response has no readable date.
	Date time.Time

	secrets *redact.Secrets
	// Not redacted.
	body          []byte
	header        http.Header
	code, message string
}

// maxYear is the first year that is not accepted in a Date. RFC 3339 has no year after 9999, and a [time.Duration] only 292 years.
const maxYear = 2200

// newResponse describes a response to the operation's last request, or that of a pipeline step in its place. The body may be
// cut.
func (op *operation) newResponse(status int, header http.Header, body []byte) *Response {
	r := &Response{
		StatusCode:      status,
		RequestID:       header.Get("request-id"),
		ClientRequestID: header.Get(clientRequestIDHeader),
		Caller:          op.claims.caller(),
		secrets:         op.secrets,
		body:            body,
		header:          header,
	}
	if t, err := http.ParseTime(header.Get("Date")); err == nil {
		r.Date = t.UTC()
	}
	if !r.Success() {
		r.readEnvelope()
	}
	if r.Date.Year() >= maxYear {
		r.Date = time.Time{}
	}
	r.code, r.message = r.Code, r.Message
	for _, text := range []*string{&r.Code, &r.Message, &r.RequestID, &r.ClientRequestID} {
		*text = op.secrets.Start(*text, quote.LineBytes)
	}
	return r
}

// Header returns the response's header, redacted. That is done only on demand: a header may be large.
func (r *Response) Header() http.Header {
	header := r.header.Clone()
	for _, values := range header {
		for i, value := range values {
			values[i] = r.secrets.Text(value)
		}
	}
	return header
}

// Is reports whether the response has Graph's error code.
func (r *Response) Is(code string) bool { return r.code == code }

// Success reports whether the status is one of the 2xx.
func (r *Response) Success() bool { return r.StatusCode/100 == 2 }

// readEnvelope reads code, message and, if the header lacks them, IDs and date from
// Graph's error envelope, {"error": {"code", "message", "innerError": {…}}}. Any other
// body changes nothing.
func (r *Response) readEnvelope() {
	envelope := objectIn(r.body).object("error")
	r.Code, r.Message = codeIn(envelope["code"]), orZero(envelope.text("message"))
	inner := envelope.object("innerError")
	if inner == nil {
		inner = envelope.object("innererror")
	}
	r.RequestID = cmp.Or(r.RequestID, orZero(inner.text("request-id")))
	r.ClientRequestID = cmp.Or(r.ClientRequestID, orZero(inner.text("client-request-id")))
	if r.Date.IsZero() {
		// Graph writes this date without a zone and means UTC.
		r.Date, _ = time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(orZero(inner.text("date")), "Z"))
	}
}

// codeIn returns an error's code, a string that may come as a JSON number, and "" for
// anything else.
func codeIn(raw json.RawMessage) string {
	if n := lenient[json.Number](raw); n != nil {
		return n.String()
	}
	return orZero(lenient[string](raw))
}

// HTML reports whether the body is a web page, which Graph never sends: the response is
// from something in between.
func (r *Response) HTML() bool {
	declared, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	body := bytes.TrimSpace(bytes.TrimPrefix(r.body, []byte("\xef\xbb\xbf")))
	return declared == "text/html" || declared == "application/xhtml+xml" || strings.HasPrefix(http.DetectContentType(body), "text/html") ||
		bytes.HasPrefix(body, []byte("<")) && htmlTag.Match(body)
}

// htmlTag distinguishes a page from other XML.
var htmlTag = regexp.MustCompile(`(?i)<(?:html|head|meta|body|center|h[1-6]|p|div|form)\b`)

// empty reports whether the body is empty or only white space.
func (r *Response) empty() bool { return len(bytes.TrimSpace(r.body)) == 0 }

// String describes the response in one line: status, code and message, or the start of
// any other body.
func (r *Response) String() string {
	s := strings.TrimSpace(strconv.Itoa(r.StatusCode) + " " + http.StatusText(r.StatusCode))
	if r.Code != "" {
		s += ", code " + quote.UnlessPlain(r.Code)
	}
	switch {
	case r.Message != "":
		s += ", " + quote.Line(r.Message)
	case r.Code != "":
	case len(r.body) == 0:
		s += ", with an empty body"
	default:
		contentType := cmp.Or(r.secrets.Start(r.header.Get("Content-Type"), quote.LineBytes), "no content type")
		s += fmt.Sprintf(", with a body of %s that begins %s",
			quote.UnlessPlain(contentType), quote.Line(r.secrets.Start(string(r.body), quote.LineBytes)))
	}
	return s
}

// IDs shows the two request IDs and the date, with which support can trace the request.
func (r *Response) IDs() string {
	date := "unknown"
	if !r.Date.IsZero() {
		date = r.Date.Format(time.RFC3339)
	}
	return fmt.Sprintf("request-id %s, client-request-id %s, date %s",
		quote.UnlessPlain(cmp.Or(r.RequestID, "none")), quote.UnlessPlain(cmp.Or(r.ClientRequestID, "none")), date)
}
