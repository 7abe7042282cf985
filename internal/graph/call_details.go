package graph

import (
	"encoding/json"
	"strings"
)

// Details are the properties of a call beyond those that keeping it alive needs. nil is what
// Graph left out, set to null, or sent with another type than in its schema.
//
// Source: https://learn.microsoft.com/en-us/graph/api/resources/call
type Details struct {
	Direction, Subject, CallbackURI, CallChainID, TenantID, MyParticipantID *string

	RequestedModalities []string
	MediaState          *MediaState
	Source              *Source
	Targets             []Target
	MeetingInfo         *MeetingInfo
	ChatInfo            *ChatInfo
	Transcription       *Transcription
}

// MediaState is Graph's callMediaState.
type MediaState struct{ Audio *string }

// Identities is Graph's identitySet: who somebody is, by the kind of identity under
// Graph's own name for it, such as "user", "application" or "phone". The set is open.
type Identities map[string]Identity

// Identity is one of Graph's identity types.
type Identity struct{ ID, DisplayName, TenantID *string }

// Source is Graph's participantInfo: who placed the call.
type Source struct {
	Identity                                                     Identities
	CountryCode, EndpointType, LanguageID, ParticipantID, Region *string
}

// Target is Graph's invitationParticipantInfo: who was called.
type Target struct {
	Identity                                    Identities
	EndpointType, ParticipantID, ReplacesCallID *string
	Hidden, RemoveFromDefaultAudioRoutingGroup  *bool
}

// MeetingInfo is Graph's meetingInfo, whichever of its types it is, without the secrets
// that some have: the token of a tokenMeetingInfo, the passcode of a joinMeetingIdMeetingInfo.
type MeetingInfo struct {
	// Type is the name of the type, such as "organizerMeetingInfo".
	Type                         *string
	Organizer                    Identities
	AllowConversationWithoutHost *bool
	JoinMeetingID                *string
}

// ChatInfo is Graph's chatInfo: the chat that belongs to the call.
type ChatInfo struct{ ThreadID, MessageID, ReplyChainMessageID *string }

// Transcription is Graph's callTranscriptionInfo.
type Transcription struct {
	State *string
	// LastModified is a time as Graph wrote it.
	LastModified *string
}

// Details reads c's JSON.
func (c Call) Details() Details {
	o := objectIn(c.JSON)
	return Details{
		Direction:           o.text("direction"),
		Subject:             o.text("subject"),
		CallbackURI:         o.text("callbackUri"),
		CallChainID:         o.text("callChainId"),
		TenantID:            o.text("tenantId"),
		MyParticipantID:     o.text("myParticipantId"),
		RequestedModalities: textsIn(o["requestedModalities"]),
		MediaState:          optional(o.object("mediaState"), mediaStateIn),
		Source:              optional(o.object("source"), sourceIn),
		Targets:             list(o["targets"], targetIn),
		MeetingInfo:         optional(o.object("meetingInfo"), meetingInfoIn),
		ChatInfo:            optional(o.object("chatInfo"), chatInfoIn),
		Transcription:       optional(o.object("transcription"), transcriptionIn),
	}
}

// optional returns what read makes of an object, nil for none.
func optional[T any](o object, read func(object) T) *T {
	if o == nil {
		return nil
	}
	value := read(o)
	return &value
}

func mediaStateIn(o object) MediaState { return MediaState{Audio: o.text("audio")} }

func sourceIn(o object) Source {
	return Source{
		Identity:      decodeIdentities(o.object("identity")),
		CountryCode:   o.text("countryCode"),
		EndpointType:  o.text("endpointType"),
		LanguageID:    o.text("languageId"),
		ParticipantID: o.text("participantId"),
		Region:        o.text("region"),
	}
}

// targetIn reads one of the targets. One that is not an object is an empty one, so that
// their number is right.
func targetIn(raw json.RawMessage) Target {
	o := objectIn(raw)
	return Target{
		Identity:                           decodeIdentities(o.object("identity")),
		EndpointType:                       o.text("endpointType"),
		ParticipantID:                      o.text("participantId"),
		ReplacesCallID:                     o.text("replacesCallId"),
		Hidden:                             o.flag("hidden"),
		RemoveFromDefaultAudioRoutingGroup: o.flag("removeFromDefaultAudioRoutingGroup"),
	}
}

// textsIn returns the strings of a list, without its other elements.
func textsIn(raw json.RawMessage) []string {
	all := list(raw, lenient[string])
	if all == nil {
		return nil
	}
	texts := make([]string, 0, len(all))
	for _, text := range all {
		if text != nil {
			texts = append(texts, *text)
		}
	}
	return texts
}

func meetingInfoIn(o object) MeetingInfo {
	info := MeetingInfo{
		Type:                         o.text("@odata.type"),
		Organizer:                    decodeIdentities(o.object("organizer")),
		AllowConversationWithoutHost: o.flag("allowConversationWithoutHost"),
		JoinMeetingID:                o.text("joinMeetingId"),
	}
	if info.Type != nil {
		*info.Type = strings.TrimPrefix(*info.Type, "#microsoft.graph.")
	}
	return info
}

func chatInfoIn(o object) ChatInfo {
	return ChatInfo{ThreadID: o.text("threadId"), MessageID: o.text("messageId"), ReplyChainMessageID: o.text("replyChainMessageId")}
}

func transcriptionIn(o object) Transcription {
	return Transcription{State: o.text("state"), LastModified: o.text("lastModifiedDateTime")}
}

// decodeIdentities reads the members of an identitySet that are identities, without annotations
// and others.
func decodeIdentities(o object) Identities {
	if o == nil {
		return nil
	}
	identities := Identities{}
	for kind, raw := range o {
		if member := objectIn(raw); member != nil && !strings.Contains(kind, "@") {
			identities[kind] = Identity{ID: member.text("id"), DisplayName: member.text("displayName"), TenantID: member.text("tenantId")}
		}
	}
	return identities
}
