package graph

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"terraform-provider-msgraph/internal/redact"
)

// Response is one HTTP answer: Graph's own, or that of something in between, such as a proxy
// or a captive portal. Everything in it comes from outside and is shown quoted.
type Response struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Header is the answer's header.
	Header http.Header
	// Code and Message are those of Graph's error envelope; empty when there is none.
	Code, Message string
	// RequestID and ClientRequestID are the two ids by which Microsoft's support finds a
	// request; empty when missing.
	RequestID, ClientRequestID string
	// Date is when Graph answered, in UTC; zero when the answer does not say, or not
	// readably.
	Date time.Time

	body []byte
}

// newResponse describes resp, whose body has been read to body. What it repeats of the
// secrets is taken out, but for the body of a success, which is the data asked for.
func newResponse(resp *http.Response, body []byte, secrets *redact.Secrets) *Response {
	header := resp.Header.Clone()
	for _, values := range header {
		for i, value := range values {
			values[i] = secrets.Text(value)
		}
	}
	a := &Response{
		StatusCode:      resp.StatusCode,
		Header:          header,
		RequestID:       header.Get("request-id"),
		ClientRequestID: header.Get(clientRequestIDHeader),
		body:            body,
	}
	if t, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		a.Date = t.UTC()
	}
	if !a.Success() {
		a.body = []byte(secrets.Text(string(body)))
		a.readEnvelope()
		for _, text := range []*string{&a.Code, &a.Message, &a.RequestID, &a.ClientRequestID} {
			*text = secrets.Text(*text) // JSON has ways to write a character that nobody lists
		}
	}
	return a
}

// Success reports whether the status is one of the 2xx.
func (a *Response) Success() bool { return a.StatusCode/100 == 2 }

// readEnvelope takes code, message and, where the header lacks them, ids and date from
// Graph's error envelope, {"error": {"code", "message", "innerError": {…}}}. A body that
// is none of that, or that breaks off, leaves them as they are.
func (a *Response) readEnvelope() {
	var envelope struct {
		Error map[string]json.RawMessage `json:"error"`
	}
	if json.Unmarshal(a.body, &envelope) != nil {
		return
	}
	a.Code = looseCode(envelope.Error["code"])
	a.Message = looseString(envelope.Error["message"])

	var inner map[string]json.RawMessage
	for _, spelling := range []string{"innerError", "innererror"} {
		if json.Unmarshal(envelope.Error[spelling], &inner) == nil && inner != nil {
			break
		}
	}
	if a.RequestID == "" {
		a.RequestID = looseString(inner["request-id"])
	}
	if a.ClientRequestID == "" {
		a.ClientRequestID = looseString(inner["client-request-id"])
	}
	if a.Date.IsZero() {
		// Graph writes this date without a zone and means UTC.
		a.Date, _ = time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(looseString(inner["date"]), "Z"))
	}
}

// looseCode returns an error's code, a string that may come as a JSON number, and "" for
// anything else.
func looseCode(raw json.RawMessage) string {
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return looseString(raw)
}

// HTML reports whether the body is a web page, which Graph never sends: something in
// between has answered.
func (a *Response) HTML() bool {
	declared, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	sniffed := http.DetectContentType(a.body)
	return declared == "text/html" || declared == "application/xhtml+xml" || strings.HasPrefix(sniffed, "text/html")
}

// String says in one line what was answered: status, code and message, or the start of
// whatever stands in their place.
func (a *Response) String() string {
	s := strings.TrimSpace(strconv.Itoa(a.StatusCode) + " " + http.StatusText(a.StatusCode))
	if a.Code != "" {
		s += ", code " + quoteUnlessPlain(a.Code)
	}
	switch {
	case a.Message != "":
		s += ", " + quote(a.Message)
	case a.Code != "":
	case len(a.body) == 0:
		s += ", with an empty body"
	default:
		s += fmt.Sprintf(", with a body of %s that begins %s",
			quoteUnlessPlain(contentType(a.Header)), quote(string(a.body)))
	}
	return s
}

// IDs names the two request ids and the date, for whoever has to trace the request.
func (a *Response) IDs() string {
	date := "unknown"
	if !a.Date.IsZero() {
		date = a.Date.Format(time.RFC3339)
	}
	return fmt.Sprintf("request-id %s, client-request-id %s, date %s",
		orNone(a.RequestID), orNone(a.ClientRequestID), date)
}

func contentType(h http.Header) string {
	if t := h.Get("Content-Type"); t != "" {
		return t
	}
	return "no content type"
}

func orNone(id string) string {
	if id == "" {
		return "none"
	}
	return quoteUnlessPlain(id)
}

// quoteLimit is how many characters of an outside string an error shows.
const quoteLimit = 300

// quote shows an outside string with its control characters escaped, cut to [quoteLimit].
func quote(s string) string {
	if runes := []rune(s); len(runes) > quoteLimit {
		return strconv.Quote(string(runes[:quoteLimit])) + "…"
	}
	return strconv.Quote(s)
}

// escapeLimit is how many bytes of an outside text of several lines an error shows.
const escapeLimit = 4000

// escape shows an outside text of several lines: with all but the line breaks of what does
// not print escaped, cut to [escapeLimit].
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if b.Len() >= escapeLimit {
			b.WriteRune('…')
			break
		}
		if r == '\n' || unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// quoteUnlessPlain shows s as it is when it holds nothing but what codes, ids and content
// types are made of, else quoted.
func quoteUnlessPlain(s string) string {
	for _, r := range s {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./+;= ", r)
		if !plain {
			return quote(s)
		}
	}
	if len(s) > quoteLimit {
		return quote(s)
	}
	return s
}
