package graph

import (
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strings"

	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/pipelinestep"
	"terraform-provider-msgraph/internal/quote"
)

// stepError is a failure of a pipeline step, or one that it reports. It is never retried.
type stepError struct {
	step   string // its name
	err    error
	stderr string // the end of its standard error, without secrets
}

// Error names the step and the failure, and shows the step's standard error.
func (e *stepError) Error() string {
	text := fmt.Sprintf("the pipeline step %q %v", e.step, e.err)
	if e.stderr != "" {
		text += "; its standard error:\n" + e.stderr
	}
	return text
}

// Unwrap returns the failure.
func (e *stepError) Unwrap() error { return e.err }

// stderrLimit is how many bytes of a step's standard error an error shows.
const stderrLimit = 2000

// failed returns err as the step's failure, which is permanent: a step that fails may already have acted.
func failed(step pipelinestep.Step, err error) error {
	return permanent.Error(&stepError{step: step.Name, err: err})
}

// shownStderr returns the end of a step's standard error, without secrets.
func (x stepExchange) shownStderr(stderr string) string {
	stderr = strings.TrimSpace(x.op.secrets.Text(stderr)) // before it is cut, or half a secret might remain
	if over := len(stderr) - stderrLimit; over > 0 {
		stderr = "…" + strings.ToValidUTF8(stderr[over:], "")
	}
	return stderr
}

// credentialHeaders are never shown to a step.
var credentialHeaders = []string{"Authorization", "Proxy-Authorization"}

// framingHeaders are the headers of a response that follow from its body.
var framingHeaders = []string{"Content-Length", "Transfer-Encoding", "Trailer"}

// checkResponseHeader returns nil if a step may set the header of a response.
func checkResponseHeader(name, value string) error {
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	if slices.Contains(framingHeaders, canonical) {
		return errors.New("this header cannot be set: it follows from the body")
	}
	if _, reserved := reservedHeaders[canonical]; reserved && !slices.Contains(credentialHeaders, canonical) {
		name = "X-Reserved" // it is reserved only in requests
	}
	return CheckHeader(name, value)
}

func headerFault(what, name string, err error) error {
	return fmt.Errorf("cannot %s the header %s: %w", what, quote.Whole(name), err)
}
