package graph

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/pipelinestep"
)

// stepsPolicy shows each request to steps, one after the other, and then its answer to the
// same steps in reverse order. Of a step's doing nothing counts before all of its answer has
// been looked at.
//
// Prepended steps come before all other policies: they see an operation as a whole, with its
// last answer. Appended ones come after all that changes a request, and see every attempt.
type stepsPolicy struct {
	steps    []pipelinestep.Step
	appended bool
}

// Do implements [policy.Policy].
func (p stepsPolicy) Do(req *policy.Request) (*http.Response, error) {
	if len(p.steps) == 0 {
		return req.Next()
	}
	done := progressOf(req.Raw().Context())
	x := stepExchange{done: done, req: req.Clone(req.Raw().Context())}
	if p.appended {
		done.stepTries++
		x.attempt = done.stepTries
	}
	begun := time.Now()
	resp, asked, err := x.before(p.steps)
	if err != nil {
		return nil, err
	}
	if resp == nil {
		begun = time.Now()
		if resp, err = x.req.Next(); err != nil {
			return nil, err
		}
	}
	elapsed := time.Since(begun)
	for _, step := range slices.Backward(p.steps[:asked]) {
		if resp, err = x.after(step, resp, elapsed); err != nil { //nolint:bodyclose // it is in memory
			return nil, err
		}
	}
	if !p.appended {
		done.note(resp) // as the steps leave it
	}
	return resp, nil
}

// stepExchange is a request on its way through the steps.
type stepExchange struct {
	done    *progress
	req     *policy.Request
	attempt int
}

// before shows the request to the steps. When one of them responds in Graph's place, there is
// an answer, and only the asked steps before that one are to see it.
func (x stepExchange) before(steps []pipelinestep.Step) (resp *http.Response, asked int, err error) {
	raw := x.req.Raw()
	for i, step := range steps {
		answer, err := x.run(step, x.document(pipelinestep.PhaseRequest, raw.Header))
		if err != nil {
			return nil, 0, err
		}
		header, err := changedHeader(raw.Header, answer.Headers, CheckHeader)
		if err != nil {
			return nil, 0, x.failed(step, err)
		}
		target, err := changedURL(raw.URL, answer.URL)
		if err != nil {
			return nil, 0, x.failed(step, err)
		}
		if answer.Respond != nil {
			resp, err := x.respond(step, answer.Respond)
			return resp, i, err
		}
		raw.Header, raw.URL = header, target
	}
	return nil, len(steps), nil
}

// after shows the answer to a step, and returns what the step makes of it.
func (x stepExchange) after(step pipelinestep.Step, resp *http.Response, elapsed time.Duration) (*http.Response, error) {
	document := x.document(pipelinestep.PhaseResponse, resp.Header)
	seconds := elapsed.Seconds()
	document.Status, document.DurationSeconds = resp.StatusCode, &seconds
	for _, values := range document.Headers {
		for i, value := range values {
			values[i] = x.done.secrets.Text(value) // some services repeat what they got
		}
	}
	answer, err := x.run(step, document)
	if err != nil {
		return nil, err
	}
	if answer.Respond != nil {
		return x.respond(step, answer.Respond)
	}
	header, err := changedHeader(resp.Header, answer.Headers, checkAnswerHeader)
	if err != nil {
		return nil, x.failed(step, err)
	}
	resp.Header = header
	return resp, nil
}

func (x stepExchange) document(phase pipelinestep.Phase, header http.Header) pipelinestep.Document {
	shown := header.Clone()
	for _, name := range credentialHeaders {
		shown.Del(name)
	}
	if shown == nil {
		shown = http.Header{}
	}
	raw := x.req.Raw()
	return pipelinestep.Document{
		Phase: phase, Operation: stepOperations[x.done.operation], Attempt: x.attempt,
		Method: raw.Method, URL: raw.URL.String(), Headers: shown,
	}
}

// stepOperations are the names of the operations in the documents.
var stepOperations = map[Operation]string{OperationKeepAlive: "keepAlive", OperationGet: "get", OperationHangUp: "hangUp"}

// run runs a step for as long as the operation has time.
func (x stepExchange) run(step pipelinestep.Step, document pipelinestep.Document) (pipelinestep.Reply, error) {
	answer, err := step.Run(x.done.ctx, document)
	if err != nil {
		return answer, x.failed(step, err)
	}
	if answer.Fail != nil {
		return answer, x.failed(step, errors.New("ended the operation: "+quote(x.done.secrets.Text(answer.Fail.Message))))
	}
	return answer, nil
}

// respond makes the answer that a step gives in Graph's place.
func (x stepExchange) respond(step pipelinestep.Step, r *pipelinestep.Response) (*http.Response, error) {
	header, err := changedHeader(nil, pipelinestep.HeaderChanges{Set: r.Headers}, checkAnswerHeader)
	if err != nil {
		return nil, x.failed(step, err)
	}
	return &http.Response{
		StatusCode: r.Status, Status: http.StatusText(r.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(r.Body)), ContentLength: int64(len(r.Body)), Request: x.req.Raw(),
	}, nil
}

// changedHeader returns header with the changes, if they are allowed.
func changedHeader(header http.Header, changes pipelinestep.HeaderChanges, check func(name, value string) error) (http.Header, error) {
	changed := header.Clone()
	if changed == nil {
		changed = http.Header{}
	}
	for _, name := range changes.Remove {
		if err := check(name, ""); err != nil {
			return nil, headerFault("remove", name, err)
		}
		changed.Del(name)
	}
	for _, name := range slices.Sorted(maps.Keys(changes.Set)) {
		if len(changes.Set[name]) == 0 {
			return nil, headerFault("set", name, errors.New("there is no value; remove takes a header out"))
		}
		for _, value := range changes.Set[name] {
			if err := check(name, value); err != nil {
				return nil, headerFault("set", name, err)
			}
		}
		changed[http.CanonicalHeaderKey(name)] = changes.Set[name]
	}
	return changed, nil
}

// changedURL returns what the request's URL becomes. The token goes there, so it stays at its host.
func changedURL(u *url.URL, text string) (*url.URL, error) {
	if text == "" {
		return u, nil
	}
	changed, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("answered a url that is none: " + quote(text))
	case changed.Scheme != u.Scheme || changed.Host != u.Host || changed.User != nil || changed.Opaque != "" || changed.Fragment != "":
		return nil, errors.New("answered a url of another host; only path and query may change, and it has to begin with " +
			u.Scheme + "://" + u.Host + "/: " + quote(text))
	}
	return changed, nil
}
