// Package meeting reads the links by which people join Teams meetings. It is pure: it sends nothing, and
// resolves no name.
package meeting

import (
	"encoding/json"
	"net/url"
)

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

// Same reports whether both links lead to the same meeting. The passcode does not count: a meeting whose
// passcode was changed is still the same meeting, and the passcode is only sent when a call is placed. A short
// and a long link never count as the same, because neither says what the other does.
func (l Link) Same(other Link) bool {
	l.Passcode, other.Passcode = "", ""
	return l == other
}

// Same reports whether two texts are links to the same meeting, as [Link.Same] has it. A text that is no
// meeting link is the same as itself only.
func Same(a, b string) bool {
	if a == b {
		return true
	}
	linkA, errA := Parse(a)
	linkB, errB := Parse(b)
	return errA == nil && errB == nil && linkA.Same(linkB)
}

// URL returns the link in one canonical text, which [Parse] reads back as l. It holds the passcode. It is
// empty for a Link that names no meeting.
func (l Link) URL() string {
	const root = "https://teams.microsoft.com"
	switch {
	case l.JoinMeetingID != "" && l.Passcode != "":
		return root + "/meet/" + url.PathEscape(l.JoinMeetingID) + "?p=" + url.QueryEscape(l.Passcode)
	case l.JoinMeetingID != "":
		return root + "/meet/" + url.PathEscape(l.JoinMeetingID)
	case l.ThreadID == "":
		return ""
	}
	text, err := json.Marshal(meetingContext{Tid: l.TenantID, Oid: l.OrganizerID, MessageID: l.ReplyChainMessageID})
	if err != nil {
		return "" // a struct of strings
	}
	return root + "/l/meetup-join/" + url.PathEscape(l.ThreadID) + "/" + url.PathEscape(l.MessageID) +
		"?context=" + url.QueryEscape(string(text))
}

// meetingContext is the JSON in a long link's parameter "context". Other members are ignored.
//
// Source: https://learn.microsoft.com/en-us/graph/api/resources/call, and for MessageId JoinInfo.cs in
// https://github.com/microsoftgraph/microsoft-graph-comms-samples
type meetingContext struct {
	Tid                string `json:"Tid"`
	Oid                string `json:"Oid"`
	MessageID          string `json:"MessageId,omitempty"`
	IsBroadcastMeeting bool   `json:"IsBroadcastMeeting,omitempty"`
}
