package pipelinestep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Version is that of the documents. It changes when a step that is written for it could not
// go on as it is.
const Version = 1

// Phase says what a step is asked about.
type Phase string

// The phases.
const (
	PhaseRequest  Phase = "request"  // before the request goes
	PhaseResponse Phase = "response" // after its answer has come
)

// Document is what a step gets.
type Document struct {
	// Version is [Version], and Step the step's name; [Step.Run] sets both.
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
	// Headers are the request's or, in the response phase, the answer's.
	Headers map[string][]string `json:"headers"`
	// Status is the answer's, and DurationSeconds how long it took to come; in the response
	// phase alone.
	Status          int      `json:"status,omitempty"`
	DurationSeconds *float64 `json:"duration_seconds,omitempty"`
}

// Answer is what a step answers. Fail and Respond stand alone.
type Answer struct {
	Version int `json:"version"`
	// Headers are changed in the request or in the answer.
	Headers HeaderChanges `json:"headers"`
	// URL takes the place of the request's; "" leaves it as it is.
	URL string `json:"url,omitempty"`
	// Fail ends the operation.
	Fail *Fail `json:"fail,omitempty"`
	// Respond takes the place of the answer; in the request phase, nothing is sent.
	Respond *Response `json:"respond,omitempty"`
}

// HeaderChanges are changes to headers. What is to be removed goes first.
type HeaderChanges struct {
	// Set gives a header these values, and no others.
	Set map[string][]string `json:"set,omitempty"`
	// Remove takes headers out.
	Remove []string `json:"remove,omitempty"`
}

// Fail is a failure that a step wants.
type Fail struct {
	Message string `json:"message"`
}

// Response is an answer that a step gives.
type Response struct {
	Status  int                 `json:"status"`
	Headers map[string][]string `json:"headers,omitempty"`
	Body    string              `json:"body,omitempty"`
}

// decode reads a step's answer: one JSON object with nothing in it that is not understood.
func decode(output []byte, phase Phase) (Answer, error) {
	var answer Answer
	if len(bytes.TrimSpace(output)) == 0 {
		return answer, fmt.Errorf(`answered nothing; to change nothing, it has to write {"version": %d}`, Version)
	}
	decoder := json.NewDecoder(bytes.NewReader(output))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&answer); err != nil {
		return answer, fmt.Errorf("answered what is no document of the protocol: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return answer, errors.New("answered more than one JSON document")
	}
	if err := answer.check(phase); err != nil {
		return answer, err
	}
	return answer, nil
}

// check returns what is wrong with the answer.
func (a Answer) check(phase Phase) error {
	changes := len(a.Headers.Set) > 0 || len(a.Headers.Remove) > 0 || a.URL != ""
	switch {
	case a.Version != Version:
		return fmt.Errorf(`answered in version %d of the protocol, where "version" has to be %d`, a.Version, Version)
	case a.Fail != nil && a.Respond != nil, changes && (a.Fail != nil || a.Respond != nil):
		return errors.New("answered several things at once; fail and respond stand alone")
	case a.Fail != nil && a.Fail.Message == "":
		return errors.New("fails the request, and has no message that says why")
	case a.URL != "" && phase != PhaseRequest:
		return errors.New("answered a url after the request was sent")
	case a.Respond != nil && (a.Respond.Status < 200 || a.Respond.Status > 599):
		return fmt.Errorf("responds with status %d; it has to be between 200 and 599", a.Respond.Status)
	}
	return nil
}
