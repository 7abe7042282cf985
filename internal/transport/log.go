package transport

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"time"

	"terraform-provider-msgraph/internal/quote"
)

// Log receives a line of the log: a constant message, and its fields. The context is that of
// the request. The fields are strings, numbers and durations in milliseconds; they never contain a
// body, a query, or a header that is not on a short list of harmless ones. They are escaped but not
// truncated, which must follow their redaction.
type Log func(ctx context.Context, message string, fields map[string]any)

// loggedRequestHeaders and loggedResponseHeaders are the headers that the log shows. Others may be
// secret: tokens, but also the headers that a user adds.
var (
	loggedRequestHeaders  = []string{"Accept", "Content-Length", "Content-Type", "User-Agent"}
	loggedResponseHeaders = []string{
		"Cache-Control", "Content-Length", "Content-Type", "Date", "Retry-After", "Server",
		"X-Ms-Ags-Diagnostic", "X-Ms-Ests-Server",
	}
)

// Trace is what the log needs to know about a request. It is passed in the request's context, because a credential
// passes on nothing else.
type Trace struct {
	// HiddenHeaders are headers that the log must not show, whatever their values.
	HiddenHeaders http.Header
	// Attempt returns which attempt the request is; nil to log none.
	Attempt func(*http.Request) int
}

type traceKey struct{}

// WithTrace returns ctx with the trace, which replaces any other.
func WithTrace(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// traceOf returns the request's trace, an empty one if there is none.
func traceOf(req *http.Request) *Trace {
	if t, ok := req.Context().Value(traceKey{}).(*Trace); ok {
		return t
	}
	return &Trace{}
}

// logEntry is a request whose lines are being logged.
type logEntry struct {
	log    Log
	begun  time.Time
	fields map[string]any
	hidden http.Header
}

// begin logs that req is being sent. A nil log logs nothing.
func (log Log) begin(req *http.Request) *logEntry {
	if log == nil {
		return nil
	}
	trace := traceOf(req)
	e := &logEntry{log: log, begun: time.Now(), hidden: trace.HiddenHeaders, fields: map[string]any{
		"http_method": req.Method,
		"http_host":   req.URL.Host,
		"http_path":   req.URL.EscapedPath(),
	}}
	if trace.Attempt != nil {
		e.fields["attempt"] = trace.Attempt(req)
	}
	e.addField("client_request_id", req.Header, "client-request-id")
	sent := maps.Clone(e.fields)
	sent["http_headers"] = e.headers(req.Header, loggedRequestHeaders)
	log(req.Context(), "HTTP request sent", sent)
	return e
}

// end logs the response, or the failure.
func (e *logEntry) end(req *http.Request, resp *http.Response, err error) {
	if e == nil {
		return
	}
	e.fields["duration_ms"] = time.Since(e.begun).Milliseconds()
	if err != nil {
		e.fields["error"] = quote.WholeText(err.Error())
		e.log(req.Context(), "HTTP request failed", e.fields)
		return
	}
	e.fields["http_status"] = resp.StatusCode
	e.addField("request_id", resp.Header, "request-id", "x-ms-request-id")
	e.addField("client_request_id", resp.Header, "client-request-id")
	e.fields["http_headers"] = e.headers(resp.Header, loggedResponseHeaders)
	e.log(req.Context(), "HTTP response received", e.fields)
}

// addField sets a field to the first of the headers that is present.
func (e *logEntry) addField(field string, h http.Header, names ...string) {
	for _, name := range names {
		if value := h.Get(name); value != "" && !e.isSecret(name) {
			e.fields[field] = quote.Whole(value)
			return
		}
	}
}

// headers returns those of the headers that are present, in one line.
func (e *logEntry) headers(h http.Header, names []string) string {
	var all []string
	for _, name := range names {
		if value := strings.Join(h.Values(name), ", "); value != "" && !e.isSecret(name) {
			all = append(all, name+": "+quote.Whole(value))
		}
	}
	return strings.Join(all, "; ")
}

func (e *logEntry) isSecret(name string) bool { return e.hidden.Values(name) != nil }
