package transport

import (
	"errors"
	"fmt"
	"regexp"
)

// net/http tells what follows only by its texts.
var (
	// repeatable is for a request that it would repeat if it had the body a second time, with the reason.
	repeatable = regexp.MustCompile(`^http2: Transport: cannot retry err \[(.*)\] after Request\.Body was written; define Request\.GetBody to avoid this error$`)
	// notProcessed are those of the reasons that prove that the server has not processed the request. The other is a
	// stream that the server reset with PROTOCOL_ERROR (https://go.dev/issue/47635).
	//
	// Source: https://www.rfc-editor.org/rfc/rfc9113#section-8.7
	notProcessed = regexp.MustCompile(`^(?:http2: Transport received Server's graceful shutdown GOAWAY|stream error: stream ID \d+; REFUSED_STREAM; .*)$`)
)

// notRepeated returns the error for a request that net/http would have repeated as a [NotProcessedError] or as the reason
// alone, and any other as it is.
func notRepeated(err error) error {
	match := repeatable.FindStringSubmatch(err.Error())
	switch {
	case match == nil:
		return err
	case notProcessed.MatchString(match[1]):
		return NotProcessedError{fmt.Errorf("the server did not process it: %s", match[1])}
	}
	return errors.New(match[1])
}
