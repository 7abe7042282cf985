package graphsim

import (
	"bytes"
	"net/http"
	"time"
)

// The faults below match any request once. Narrow or repeat them by setting
// the fields of the result, or with To and For.

// To returns f matching requests with that method and part of the path, on
// Graph; empty matches anything.
func (f Fault) To(method, pathContains string) Fault {
	f.Service, f.Method, f.PathContains = ServiceGraph, method, pathContains
	return f
}

// ToPlace returns f matching requests that place a call.
func (f Fault) ToPlace() Fault {
	f.Service, f.Method, f.PathContains, f.PathSuffix = ServiceGraph, http.MethodPost, "", "/communications/calls"
	return f
}

// ToEntra returns f matching requests to Entra's token endpoint.
func (f Fault) ToEntra() Fault {
	f.Service, f.Method, f.PathContains = ServiceEntra, http.MethodPost, "/oauth2/v2.0/token"
	return f
}

// For returns f hitting the next n requests, or any number when n is negative.
func (f Fault) For(n int) Fault {
	f.Times = n
	return f
}

// AfterFirst returns f letting the first n requests that match pass, and hitting all others
// until ClearFaults.
func (f Fault) AfterFirst(n int) Fault {
	f.Skip, f.Times = n, -1
	return f
}

// After returns f taking place once the request has taken effect.
func (f Fault) After() Fault {
	f.AfterProcessing = true
	return f
}

// Status returns the service's own error of that status, or Graph's success with an empty body.
func Status(status int) Fault { return Fault{Status: status} }

// Throttled returns 429. retryAfter goes into Retry-After as it is: whole or
// fractional seconds, or an HTTP date; no header when it is empty.
func Throttled(retryAfter string) Fault {
	f := Status(http.StatusTooManyRequests)
	if retryAfter != "" {
		f.Header = http.Header{"Retry-After": {retryAfter}}
	}
	return f
}

// HTMLNotFound is the 404 page of a gateway, which Graph never sends.
func HTMLNotFound() Fault {
	return Fault{
		Name: "HTML 404", Status: http.StatusNotFound, ContentType: "text/html; charset=utf-8",
		Header: http.Header{"Server": {"gateway.contoso.com"}},
		Body:   []byte("<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>\n"),
	}
}

// BlockedPage is what a proxy shows in place of a site that it blocks, with a status of
// success.
func BlockedPage() Fault {
	return Fault{
		Name: "blocked page", Status: http.StatusOK, ContentType: "text/html; charset=utf-8",
		Header: http.Header{"Server": {"proxy.contoso.com"}},
		Body:   []byte("<!DOCTYPE html>\n<html><head><title>Access blocked</title></head><body><h1>Access to this site is blocked</h1></body></html>\n"),
	}
}

// Empty returns a status and nothing else.
func Empty(status int) Fault {
	return Fault{Status: status, Body: []byte{}, Header: http.Header{"Content-Type": nil}}
}

// Garbage returns bytes that claim to be JSON and are not.
func Garbage(status int) Fault {
	return Fault{Name: "garbage", Status: status, ContentType: "application/json", Body: []byte("\x00\xff\xfe{]garbage\x80")}
}

// TruncatedJSON returns an error of Graph's that ends early, in a response that
// is whole as far as HTTP goes.
func TruncatedJSON(status int) Fault {
	return Fault{
		Name: "truncated JSON", Status: status, ContentType: "application/json",
		Body: []byte(`{"error":{"code":"UnknownError","message":"The ser`),
	}
}

// Oversized returns a body of 1 MiB of text.
func Oversized(status int) Fault {
	return Fault{Name: "oversized", Status: status, Body: bytes.Repeat([]byte("0123456789abcde\n"), 1<<16)}
}

// Redirect returns 307, which keeps the method, with a Location.
func Redirect(location string) Fault {
	return Fault{
		Name: "redirect", Status: http.StatusTemporaryRedirect, Body: []byte{},
		Header: http.Header{"Location": {location}},
	}
}

// Stalled never responds.
func Stalled() Fault { return Fault{Stall: true} }

// Slow responds as usual, d later.
func Slow(d time.Duration) Fault { return Fault{Delay: d} }

// Trickled returns 200 with 1 MiB of spaces, one of them every interval.
func Trickled(interval time.Duration) Fault {
	return Fault{
		Name: "trickle", Status: http.StatusOK, Trickle: interval,
		ContentType: "application/json", Body: bytes.Repeat([]byte(" "), 1<<20),
	}
}

// CutOff resets the connection at that point, before the request takes effect.
func CutOff(at CutPoint) Fault { return Fault{Cut: at} }

// Lost lets the request take effect and resets the connection in place of a response.
func Lost() Fault {
	f := CutOff(CutRequest).After()
	f.Name = "lost"
	return f
}

// GraphError returns an error of Graph's.
func GraphError(status int, code, message string) Fault {
	return Fault{Status: status, Code: code, Message: message}
}

// PlacementRefused refuses to place a call with the error of that code: 7503, 7504, 7505, 7507,
// 8523 or 9999.
func PlacementRefused(code string) Fault {
	e := placementErrors[code]
	return GraphError(e.status, e.code, e.message).ToPlace()
}

// DateHeader responds as usual but with that Date header; with none when date
// is empty.
func DateHeader(date string) Fault {
	f := Fault{Name: "date", Header: http.Header{"Date": nil}}
	if date != "" {
		f.Header.Set("Date", date)
	}
	return f
}
