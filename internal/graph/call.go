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
	// State is Graph's callState, such as "established"; an open set, in any case. Secrets are taken out of any but the
	// [callStates], the only ones that decide anything.
	State string
	// Result is why the call ended or failed; nil if Graph gives no reason.
	Result *ResultInfo
	// JSON is the whole response.
	JSON json.RawMessage
}

// ResultInfo is Graph's resultInfo: why a call is in the state it is in.
type ResultInfo struct {
	// Code and Subcode are numbers that some responses carry as strings; 0 when missing.
	Code, Subcode int
	// Message is Graph's own text without secrets, cut at [quote.TextBytes] bytes; possibly empty.
	Message string
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

// decodeCall reads the response to a GET of a call. It takes the secrets out of the texts with which Graph explains itself.
func decodeCall(body []byte, secrets *redact.Secrets) (Call, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return Call{}, errors.New("the response is not a JSON object")
	}
	call := Call{
		ID:     orZero(lenient[string](fields["id"])),
		State:  orZero(lenient[string](fields["state"])),
		Result: decodeResultInfo(fields["resultInfo"]),
		JSON:   body,
	}
	if !slices.ContainsFunc(callStates, func(state string) bool { return strings.EqualFold(call.State, state) }) {
		call.State = secrets.Start(call.State, quote.LineBytes)
	}
	if call.Result != nil {
		call.Result.Message = secrets.Start(call.Result.Message, quote.TextBytes)
	}
	return call, nil
}

func decodeResultInfo(raw json.RawMessage) *ResultInfo {
	o := objectIn(raw)
	if o == nil {
		return nil
	}
	return &ResultInfo{Code: int(orZero(o.number("code"))), Subcode: int(orZero(o.number("subcode"))), Message: orZero(o.text("message"))}
}
