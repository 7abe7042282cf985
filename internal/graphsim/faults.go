package graphsim

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// CutPoint says where a response breaks off. The connection is reset (RST); over
// HTTP/2 that takes whatever else runs on it along.
type CutPoint string

// Where a response can break off.
const (
	NoCut      CutPoint = ""
	CutRequest CutPoint = "request" // the request arrives, nothing is sent back
	CutHeaders CutPoint = "headers" // in the middle of the headers
	CutBody    CutPoint = "body"    // in the middle of the body
)

// Fault is something that goes wrong with the next requests that match.
//
// With a Status or a Body the request is not processed, and the fault is the
// response. With neither, and no Cut or Stall, the request is processed as usual,
// and Header, Delay and Trickle apply to its real response.
type Fault struct {
	Name string `json:"name"` // for the record; a description of the fault when empty

	// What it matches; empty matches anything.
	Service      string `json:"service"` // ServiceGraph, ServiceEntra, ...
	Method       string `json:"method"`
	PathContains string `json:"path_contains"` // part of the escaped path
	PathSuffix   string `json:"path_suffix"`   // its end
	BodyContains string `json:"body_contains"` // part of the request's body

	// Skip lets that many matching requests pass first.
	Skip int `json:"skip"`
	// Times is how many requests it hits: 1 when 0, any number until
	// ClearFaults when negative.
	Times int `json:"times"`

	// The response. Status is 200 when only a Body is given. Without a Body, a Status
	// of 400 or more sends the service's own error of that status, its headers included,
	// and a lower one an empty body with Graph's headers. A Body is sent with Date,
	// ContentType and Header only. Header replaces by name; an empty list of values
	// removes. Code and Message are those of Graph's error, when Code is not empty.
	Status      int         `json:"status"`
	Code        string      `json:"code"`
	Message     string      `json:"message"`
	Header      http.Header `json:"-"`
	Body        []byte      `json:"-"`
	ContentType string      `json:"content_type"` // text/plain when a Body is given without

	Delay   time.Duration `json:"-"`     // before anything is sent; real time
	Stall   bool          `json:"stall"` // never responds, until the client goes or the server closes
	Trickle time.Duration `json:"-"`     // sends the body one byte at a time, this far apart
	Cut     CutPoint      `json:"cut"`

	// AfterProcessing lets the request take effect first: a keepAlive counts,
	// and the client does not learn of it. Without a Status or a Body it is
	// the real response that is cut or stalled.
	AfterProcessing bool `json:"after_processing"`
}

// faultList holds what is yet to go wrong. The fault that was injected first
// goes first.
type faultList struct {
	mu     sync.Mutex
	faults []Fault
}

// Inject makes f happen to the next requests that match it. Of several faults
// that match, the one injected first happens.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	if f.Name == "" {
		f.Name = f.describe()
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.faults = append(s.faults.faults, f)
}

// ClearFaults drops every fault that is left, and the rest of those under way
// except what they are doing to a request already.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.faults = nil
}

// FaultsLeft counts the faults that have not happened as often as they are to,
// those without an end not counted.
func (s *Server) FaultsLeft() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	left := 0
	for _, f := range s.faults.faults {
		left += max(f.Times, 0)
	}
	return left
}

// take finds the fault for a request and counts it off.
func (l *faultList) take(service string, r *http.Request, body []byte) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.faults {
		f := &l.faults[i]
		if !f.matches(service, r, body) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		taken := *f
		if f.Times--; f.Times == 0 {
			l.faults = slices.Delete(l.faults, i, i+1)
		}
		return taken, true
	}
	return Fault{}, false
}

func (f *Fault) matches(service string, r *http.Request, body []byte) bool {
	path := rawPath(r)
	return (f.Service == "" || f.Service == service) &&
		(f.Method == "" || strings.EqualFold(f.Method, r.Method)) &&
		strings.Contains(path, f.PathContains) && strings.HasSuffix(path, f.PathSuffix) &&
		bytes.Contains(body, []byte(f.BodyContains))
}

// madeUp reports whether the response is the fault's and not the service's.
func (f *Fault) madeUp() bool {
	return f.Status != 0 || f.Body != nil || (!f.AfterProcessing && (f.Cut != NoCut || f.Stall))
}

func (f *Fault) describe() string {
	var parts []string
	for _, p := range []struct {
		applies bool
		text    string
	}{
		{f.Status != 0, fmt.Sprintf("status %d", f.Status)},
		{f.Code != "", "code " + f.Code},
		{f.Body != nil, fmt.Sprintf("body of %d bytes", len(f.Body))},
		{f.Delay > 0, fmt.Sprintf("delay %s", f.Delay)},
		{f.Stall, "stall"},
		{f.Trickle > 0, "trickle"},
		{f.Cut != NoCut, "cut " + string(f.Cut)},
		{f.AfterProcessing, "after processing"},
	} {
		if p.applies {
			parts = append(parts, p.text)
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "headers")
}
