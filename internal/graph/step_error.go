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

// StepError is a failure of a pipeline step, or one that it reports. It is never retried.
type StepError struct {
	// Step is its name.
	Step string
	// Err says what went wrong; Stderr is the end of the step's standard error, without secrets.
	Err    error
	Stderr string
}

// Error names the step, says what went wrong, and repeats what the step said about it.
func (e *StepError) Error() string {
	text := fmt.Sprintf("the pipeline step %q %v", e.Step, e.Err)
	if e.Stderr != "" {
		text += "; its standard error:\n" + e.Stderr
	}
	return text
}

// Unwrap returns what went wrong.
func (e *StepError) Unwrap() error { return e.Err }

// stderrLimit is how many bytes of a step's standard error an error shows.
const stderrLimit = 2000

// failed makes err the step's failure, which is permanent: whatever a step was to do, it may have done.
func (x stepExchange) failed(step pipelinestep.Step, err error) error {
	e := &StepError{Step: step.Name, Err: err}
	if ran := (*pipelinestep.Error)(nil); errors.As(err, &ran) {
		e.Err = ran.Err
		e.Stderr = strings.TrimSpace(x.op.secrets.Text(ran.Stderr)) // as a whole, so that none is cut in two
		if over := len(e.Stderr) - stderrLimit; over > 0 {
			e.Stderr = "…" + strings.ToValidUTF8(e.Stderr[over:], "")
		}
	}
	return permanent.Error(e)
}

// credentialHeaders are never shown to a step.
var credentialHeaders = []string{"Authorization", "Proxy-Authorization"}

// framingHeaders are those of a response that follow from its body.
var framingHeaders = []string{"Content-Length", "Transfer-Encoding", "Trailer"}

// checkResponseHeader returns nil when a step may give the header to a response.
func checkResponseHeader(name, value string) error {
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	if slices.Contains(framingHeaders, canonical) {
		return errors.New("this header cannot be set: it follows from the body")
	}
	if _, reserved := reservedHeaders[canonical]; reserved && !slices.Contains(credentialHeaders, canonical) {
		name = "X-Reserved" // for a reason that is a request's matter
	}
	return CheckHeader(name, value)
}

func headerFault(what, name string, err error) error {
	return fmt.Errorf("cannot %s the header %s: %w", what, quote.Whole(name), err)
}
