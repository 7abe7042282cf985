package graph

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Call is what Graph tells about a call. Graph's types are open and its answers are known
// to disagree with its schema, so nothing but a body that is no JSON object fails to decode:
// a property of an unexpected type counts as missing.
type Call struct {
	// State is Graph's callState, such as "established"; an open set, in any case.
	State string
	// Result tells why the call ended or failed; nil when Graph gives no reason.
	Result *ResultInfo
	// JSON is the whole answer.
	JSON json.RawMessage
}

// ResultInfo is Graph's resultInfo: why a call is in the state it is in.
type ResultInfo struct {
	// Code and Subcode are numbers that some answers carry as strings; 0 when missing.
	Code, Subcode int
	// Message is Graph's own text, possibly empty.
	Message string
}

// Ended reports whether Graph has ended the call, or is ending it: a call in either state
// cannot be kept alive any more.
func (c Call) Ended() bool {
	return strings.EqualFold(c.State, "terminating") || strings.EqualFold(c.State, "terminated")
}

// decodeCall reads the answer to a GET of a call.
func decodeCall(body []byte) (Call, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return Call{}, fmt.Errorf("the answer is no JSON object: %w", err)
	}
	if fields == nil {
		return Call{}, fmt.Errorf("the answer is null where a JSON object belongs")
	}
	return Call{
		State:  looseString(fields["state"]),
		Result: decodeResultInfo(fields["resultInfo"]),
		JSON:   body,
	}, nil
}

func decodeResultInfo(raw json.RawMessage) *ResultInfo {
	o := objectIn(raw)
	if o == nil {
		return nil
	}
	return &ResultInfo{Code: looseInt(o["code"]), Subcode: looseInt(o["subcode"]), Message: looseString(o["message"])}
}
