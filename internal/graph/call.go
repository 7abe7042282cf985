package graph

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"terraform-provider-msgraph/internal/quote"
	"terraform-provider-msgraph/internal/redact"
)

// Call is Graph's call. Its types are open and its responses are known to disagree with its
// schema, so only a body that is not a JSON object fails to decode: a property of an unexpected
// type is treated as missing.
type Call struct {
	// ID is the call's own; empty when it is missing.
	ID string
	// State is Graph's callState, such as "established"; an open set, in any case. Secrets are redacted in any but the
	// [callStates], the only ones that decide anything.
	State string
	// Result is why the call ended or failed; nil if Graph gives no reason.
	Result *ResultInfo
	// JSON is the whole response.
	JSON json.RawMessage
}

// ResultInfo is Graph's resultInfo: why a call is in the state it is in. nil is what is missing.
type ResultInfo struct {
	// Code and Subcode are numbers that some responses carry as strings.
	Code, Subcode *int64
	// Message is Graph's own text without secrets, cut at [quote.TextBytes] bytes.
	Message *string
}

// Ended reports whether Graph has ended the call, or is ending it: a call in either state
// cannot be kept alive any more.
func (c Call) Ended() bool {
	return strings.EqualFold(c.State, "terminating") || strings.EqualFold(c.State, "terminated")
}

// callStates are the documented ones.
//
// Source: https://learn.microsoft.com/en-us/graph/api/resources/call
var callStates = []string{
	"established", "incoming", "establishing", "ringing", "hold", "transferring", "transferAccepted", "redirecting", "terminating", "terminated",
}

// decodeCall reads the response to a GET of a call. It redacts Graph's explanations.
func decodeCall(body []byte, secrets *redact.Secrets) (Call, error) {
	fields := objectIn(body)
	if fields == nil {
		return Call{}, errors.New("the response is not a JSON object")
	}
	call := Call{
		ID:    orZero(fields.text("id")),
		State: orZero(fields.text("state")),
		JSON:  body,
	}
	if !slices.ContainsFunc(callStates, func(state string) bool { return strings.EqualFold(call.State, state) }) {
		call.State = secrets.Start(call.State, quote.LineBytes)
	}
	if result := fields.object("resultInfo"); result != nil {
		call.Result = &ResultInfo{Code: result.number("code"), Subcode: result.number("subcode"), Message: result.text("message")}
		if message := call.Result.Message; message != nil {
			*message = secrets.Start(*message, quote.TextBytes)
		}
	}
	return call, nil
}
