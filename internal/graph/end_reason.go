package graph

import (
	"fmt"

	"terraform-provider-msgraph/internal/quote"
)

// endReasons says in words what the pairs of code and subcode in a terminated call's
// resultInfo mean.
//
// Source: https://learn.microsoft.com/en-us/graph/api/call-delete
var endReasons = map[[2]int64]string{
	{200, 4097}:   "the other participant ended it",
	{200, 4521}:   "the other participant ended it",
	{200, 5000}:   "another participant removed the application",
	{200, 5300}:   "another participant removed the application",
	{200, 5001}:   "the conversation has ended",
	{200, 5003}:   "the conversation has ended",
	{200, 5002}:   "all other participants have left; a keepAlive does not keep a call alive in which the application is the only participant",
	{200, 5007}:   "the participant who started it has left",
	{200, 5010}:   "only one participant remained",
	{200, 5012}:   "no participants were left",
	{200, 5013}:   "no one else joined",
	{200, 5014}:   "no participant could host it",
	{200, 5020}:   "no visible participants were left",
	{200, 5030}:   "the time of the breakout room is over",
	{200, 5855}:   "the application waited in the lobby for too long",
	{200, 7000}:   "the application ended it",
	{200, 7015}:   "it was transferred",
	{200, 10550}:  "the application ended it",
	{200, 18503}:  "the other participant has left",
	{200, 540000}: "the other participant, on the phone, ended it",
	{200, 560000}: "the other participant, on the phone, ended it",
	{408, 1106}:   "the callee did not acknowledge it",
	{408, 8537}:   "no keepAlive was received for 45 minutes (keepAlive timeout)",
	{408, 10057}:  "the callee did not answer the signaling",
	{410, 301005}: "the media connection failed",
	{480, 10037}:  "the callee was not found",
	{480, 10076}:  "the callee could not be reached",
	{480, 10134}:  "there is no route to the callee",
	{480, 10199}:  "the callee has private calling switched off",
	{500, 1005}:   "the media connection between the application and Microsoft failed",
}

// String says in words why a call ended, with Graph's codes and message.
func (r ResultInfo) String() string {
	code, subcode := orZero(r.Code), orZero(r.Subcode)
	s := fmt.Sprintf("code %d, subcode %d", code, subcode)
	if message := orZero(r.Message); message != "" {
		s += ", " + quote.Line(message)
	}
	if reason, ok := endReasons[[2]int64{code, subcode}]; ok {
		return reason + " (" + s + ")"
	}
	return s
}
