package pipelinestep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"terraform-provider-msgraph/internal/textfile"
)

// protocolVersion is the version of the documents. It changes only with a change that breaks existing
// steps.
const protocolVersion = 1

// Phase says what a step is asked about.
type Phase string

// The phases.
const (
	PhaseRequest  Phase = "request"  // before the request goes
	PhaseResponse Phase = "response" // after its response has come
)

// Document is what a step gets.
type Document struct {
	// Version is [protocolVersion], and Step the step's name; [Step.Run] sets both.
	Version int    `json:"version"`
	Phase   Phase  `json:"phase"`
	Step    string `json:"step"`
	// Operation is what the request is for.
	Operation string `json:"operation"`
	// Attempt counts an operation's requests from 1 on; 0, and not in the document, for a
	// step that sees an operation as a whole.
	Attempt int    `json:"attempt,omitempty"`
	Method  string `json:"method"`
	URL     string `json:"url"`
	// Headers are the request's or, in the response phase, the response's.
	Headers map[string][]string `json:"headers"`
	// Status is the response's, and DurationSeconds how long it took to come; in the response
	// phase only.
	Status          int      `json:"status,omitempty"`
	DurationSeconds *float64 `json:"duration_seconds,omitempty"`
}

// Reply is what a step writes to its standard output. Fail and Respond exclude all else.
type Reply struct {
	Version int `json:"version"`
	// Headers are changed in the request or in the response.
	Headers HeaderChanges `json:"headers"`
	// URL takes the place of the request's; "" leaves it as it is.
	URL string `json:"url,omitempty"`
	// Fail ends the operation.
	Fail *Fail `json:"fail,omitempty"`
	// Respond takes the place of the response; in the request phase, nothing is sent.
	Respond *Response `json:"respond,omitempty"`
}

// HeaderChanges are changes to headers. What is to be removed goes first.
type HeaderChanges struct {
	// Set gives a header these values, and no others.
	Set map[string][]string `json:"set,omitempty"`
	// Remove takes headers out.
	Remove []string `json:"remove,omitempty"`
}

// Fail makes the operation fail.
type Fail struct {
	Message string `json:"message"`
}

// Response is a response that a step gives.
type Response struct {
	Status  int                 `json:"status"`
	Headers map[string][]string `json:"headers,omitempty"`
	Body    string              `json:"body,omitempty"`
}

// decode reads a step's reply: one JSON object with nothing in it that is not understood. Its
// errors complete a sentence that begins with the step.
func decode(output []byte, phase Phase) (Reply, error) {
	var reply Reply
	output, err := textfile.Clean(output)
	if err != nil {
		return reply, errors.New("wrote UTF-16; it has to write UTF-8")
	}
	if len(bytes.TrimSpace(output)) == 0 {
		return reply, fmt.Errorf(`wrote nothing to its standard output; to change nothing, it has to write {"version": %d}`, protocolVersion)
	}
	decoder := json.NewDecoder(bytes.NewReader(output))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&reply); err != nil {
		return reply, fmt.Errorf("wrote what is not a document of the protocol: %s", notADocument(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return reply, errors.New("wrote more than one JSON document")
	}
	if err := reply.check(phase); err != nil {
		return reply, err
	}
	return reply, nil
}

// notADocument says what is wrong with what a step wrote, in terms of JSON.
func notADocument(err error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return "a JSON " + wrong.Value + ", not an object"
		}
		return fmt.Sprintf("%q is a JSON %s", wrong.Field, wrong.Value)
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("it is not JSON, from byte %d on", wrong.Offset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "it is JSON that ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ") // an unknown field, by its name
}

// check returns what is wrong with the reply.
func (r Reply) check(phase Phase) error {
	changes := len(r.Headers.Set) > 0 || len(r.Headers.Remove) > 0 || r.URL != ""
	switch {
	case r.Version != protocolVersion:
		return fmt.Errorf(`wrote version %d of the protocol, where "version" has to be %d`, r.Version, protocolVersion)
	case r.Fail != nil && r.Respond != nil, changes && (r.Fail != nil || r.Respond != nil):
		return errors.New("wrote several things at once; fail and respond exclude all else")
	case r.Fail != nil && r.Fail.Message == "":
		return errors.New("fails the request, and has no message that says why")
	case r.URL != "" && phase != PhaseRequest:
		return errors.New("wrote a url after the request was sent")
	case r.Respond != nil && (r.Respond.Status < 200 || r.Respond.Status > 599):
		return fmt.Errorf("responds with status %d; it has to be between 200 and 599", r.Respond.Status)
	}
	return nil
}
