// Package meeting reads the links by which people join Teams meetings. It is pure: it sends nothing, and
// resolves no name.
package meeting

// Forms lists, a line each, the links that [Parse] accepts.
const Forms = `  - a short link: https://teams.microsoft.com/meet/{id}?p={passcode}
  - a long link: https://teams.microsoft.com/l/meetup-join/{thread}/0?context={"Tid":"...","Oid":"..."}
  - the link of a channel meeting: the same, with the ID of the channel's message in place of the 0
  - the long link as Teams on the web shows it: https://teams.microsoft.com/_#/l/meetup-join/...
  - each of them on teams.cloud.microsoft, gov.teams.microsoft.us or dod.teams.microsoft.us`

// Link is what a meeting link says. A short link has JoinMeetingID and possibly Passcode, and nothing else; a
// long link has all the others, ReplyChainMessageID only where the link carries one. What a link does not say
// is empty. The host is not kept: the call is placed in the cloud of the provider.
type Link struct {
	// ThreadID is the chat thread of the meeting, such as "19:meeting_...@thread.v2".
	ThreadID string
	// MessageID is "0", or for a channel meeting the message in the channel.
	MessageID string
	// ReplyChainMessageID is the MessageId of the link's context.
	ReplyChainMessageID string
	// OrganizerID and TenantID are the GUIDs of the organizer and of the organizer's tenant, in lower case.
	OrganizerID, TenantID string
	// JoinMeetingID is the number of the meeting, digits only.
	JoinMeetingID string
	// Passcode is a secret.
	Passcode string
}

// Same reports whether two texts are links to the same meeting. The passcode does not count: a meeting whose
// passcode was changed is still the same meeting, and the passcode is only sent when a call is placed. A short
// and a long link never count as the same, because neither says what the other does. A text that is no meeting
// link is the same as itself only.
func Same(a, b string) bool {
	if a == b {
		return true
	}
	linkA, errA := Parse(a)
	linkB, errB := Parse(b)
	linkA.Passcode, linkB.Passcode = "", ""
	return errA == nil && errB == nil && linkA == linkB
}

// meetingContext is the JSON in a long link's parameter "context". Other members are ignored.
//
// Source: https://learn.microsoft.com/en-us/graph/api/resources/call, and for MessageId JoinInfo.cs in
// https://github.com/microsoftgraph/microsoft-graph-comms-samples
type meetingContext struct {
	Tid                string `json:"Tid"`
	Oid                string `json:"Oid"`
	MessageID          string `json:"MessageId"`
	IsBroadcastMeeting bool   `json:"IsBroadcastMeeting"`
}
