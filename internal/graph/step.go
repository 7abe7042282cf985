package graph

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/pipelinestep"
	"terraform-provider-msgraph/internal/quote"
)

// runSteps shows the request to steps, one after the other, sends it by next, and shows the response to the
// same steps in reverse order. A step's reply is checked as a whole before any of it is applied.
//
// Prepended steps see an operation as a whole, with its last response, and 0 as the attempt; appended ones see every
// attempt, with its number.
func (c *Client) runSteps(ctx context.Context, op *operation, steps []pipelinestep.Step, attempt int, req *http.Request,
	next func(*http.Request) (*Response, error),
) (*Response, error) {
	if len(steps) == 0 {
		return next(req)
	}
	x := stepExchange{op: op, req: req.Clone(ctx), attempt: attempt, programs: c.programs}
	begun := c.options.Clock.Now()
	resp, ran, err := x.before(ctx, steps)
	if err != nil {
		return nil, err
	}
	if resp == nil {
		begun = c.options.Clock.Now()
		if resp, err = next(x.req); err != nil {
			return nil, err
		}
	}
	elapsed := c.options.Clock.Now().Sub(begun)
	if !op.idempotent { // an interrupt must not lose what was done
		ctx = context.WithoutCancel(ctx)
	}
	for _, step := range slices.Backward(steps[:ran]) {
		if resp, err = x.after(ctx, step, resp, elapsed); err != nil {
			return nil, err
		}
	}
	return resp, nil
}

// stepExchange is a request that passes through steps.
type stepExchange struct {
	op       *operation
	req      *http.Request
	attempt  int
	programs chan struct{} // see Client
}

// before shows the request to the steps. If one of them responds in Graph's place, there is
// a response, which only the steps that ran before that one see.
func (x stepExchange) before(ctx context.Context, steps []pipelinestep.Step) (resp *Response, ran int, err error) {
	req := x.req
	for i, step := range steps {
		result, err := x.run(ctx, step, x.document(pipelinestep.PhaseRequest, req.Header))
		if err != nil {
			return nil, 0, err
		}
		header, err := changedHeader(req.Header, result.Headers, CheckHeader)
		if err != nil {
			return nil, 0, failed(step, err)
		}
		target, err := changedURL(req.URL, result.URL)
		if err != nil {
			return nil, 0, failed(step, err)
		}
		if result.Respond != nil {
			resp, err := x.respond(step, result.Respond)
			return resp, i, err
		}
		req.Header, req.URL = header, target
	}
	return nil, len(steps), nil
}

// after shows the response to a step, and returns it with the step's changes.
func (x stepExchange) after(ctx context.Context, step pipelinestep.Step, resp *Response, elapsed time.Duration) (*Response, error) {
	document := x.document(pipelinestep.PhaseResponse, resp.header)
	seconds := elapsed.Seconds()
	document.Status, document.DurationSeconds = resp.StatusCode, &seconds
	for _, values := range document.Headers {
		for i, value := range values {
			values[i] = x.op.secrets.Text(value) // some services repeat request headers
		}
	}
	result, err := x.run(ctx, step, document)
	if err != nil {
		return nil, err
	}
	if result.Respond != nil {
		return x.respond(step, result.Respond)
	}
	header, err := changedHeader(resp.header, result.Headers, checkResponseHeader)
	if err != nil {
		return nil, failed(step, err)
	}
	return x.op.newResponse(resp.StatusCode, header, resp.body), nil
}

func (x stepExchange) document(phase pipelinestep.Phase, header http.Header) pipelinestep.Document {
	shown := header.Clone()
	for _, name := range credentialHeaders {
		shown.Del(name)
	}
	return pipelinestep.Document{
		Phase: phase, Operation: stepOperations[x.op.name], Attempt: x.attempt,
		Method: x.req.Method, URL: x.req.URL.String(), Headers: shown,
	}
}

// stepOperations are the names of the operations in the documents.
var stepOperations = map[Operation]string{
	OperationKeepAlive: "keepAlive", OperationGet: "get", OperationHangUp: "hangUp",
	OperationPlace: "place", OperationParticipants: "getParticipants",
}

// run runs a step within the operation's time, once there are not too many others.
func (x stepExchange) run(ctx context.Context, step pipelinestep.Step, document pipelinestep.Document) (pipelinestep.Reply, error) {
	select {
	case x.programs <- struct{}{}:
		defer func() { <-x.programs }()
	case <-ctx.Done():
		return pipelinestep.Reply{}, failed(step, fmt.Errorf("was not started: %w", ctx.Err()))
	}
	result, stderr, err := step.Run(ctx, document)
	if err != nil {
		return result, permanent.Error(&stepError{step.Name, err, x.shownStderr(stderr)})
	}
	if result.Fail != nil {
		return result, failed(step, errors.New("ended the operation: "+quote.Line(x.op.secrets.Start(result.Fail.Message, quote.LineBytes))))
	}
	return result, nil
}

// respond returns the response that a step gives in Graph's place.
func (x stepExchange) respond(step pipelinestep.Step, r *pipelinestep.Response) (*Response, error) {
	header, err := changedHeader(http.Header{}, pipelinestep.HeaderChanges{Set: r.Headers}, checkResponseHeader)
	if err != nil {
		return nil, failed(step, err)
	}
	return x.op.newResponse(r.Status, header, []byte(r.Body)), nil
}

// changedHeader returns header with the changes, if they are allowed.
func changedHeader(header http.Header, changes pipelinestep.HeaderChanges, check func(name, value string) error) (http.Header, error) {
	changed := header.Clone()
	for _, name := range changes.Remove {
		if err := check(name, ""); err != nil {
			return nil, headerFault("remove", name, err)
		}
		changed.Del(name)
	}
	for _, name := range slices.Sorted(maps.Keys(changes.Set)) {
		if len(changes.Set[name]) == 0 {
			return nil, headerFault("set", name, errors.New("it has no value; use remove to remove a header"))
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

// changedURL returns the request's URL with the change. The token is sent there, so the host must stay the same.
func changedURL(u *url.URL, text string) (*url.URL, error) {
	if text == "" {
		return u, nil
	}
	changed, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("returned an invalid url: " + quote.Whole(text))
	case changed.Scheme != u.Scheme || changed.Host != u.Host || changed.User != nil || changed.Opaque != "" || changed.Fragment != "":
		return nil, errors.New("returned a url with another scheme or host; only the path and query may change, so it must begin with " +
			u.Scheme + "://" + u.Host + "/: " + quote.Whole(text))
	}
	return changed, nil
}
