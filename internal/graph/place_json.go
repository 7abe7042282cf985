package graph

// The types of the request that places a call, as JSON. A property that an open type does not declare needs an
// @odata.type, or Graph does not read it.
//
// Source: https://graph.microsoft.com/v1.0/$metadata

const identitySetType = "#microsoft.graph.identitySet"

type callBody struct {
	Type                string            `json:"@odata.type"`
	Direction           string            `json:"direction,omitempty"`
	Subject             string            `json:"subject,omitempty"`
	CallbackURI         string            `json:"callbackUri"`
	Source              *participantBody  `json:"source,omitempty"`
	Targets             []participantBody `json:"targets,omitempty"`
	RequestedModalities []string          `json:"requestedModalities"`
	MediaConfig         typeOnly          `json:"mediaConfig"`
	ChatInfo            *chatInfoBody     `json:"chatInfo,omitempty"`
	MeetingInfo         any               `json:"meetingInfo,omitempty"`
	TenantID            string            `json:"tenantId,omitempty"`
}

type typeOnly struct {
	Type string `json:"@odata.type"`
}

type participantBody struct {
	Type     string          `json:"@odata.type"`
	Identity identitySetBody `json:"identity"`
}

type identitySetBody struct {
	Type                string        `json:"@odata.type"`
	User                *identityBody `json:"user,omitempty"`
	Application         *identityBody `json:"application,omitempty"`
	ApplicationInstance *identityBody `json:"applicationInstance,omitempty"`
	Phone               *identityBody `json:"phone,omitempty"`
}

type identityBody struct {
	Type        string `json:"@odata.type"`
	ID          string `json:"id"`
	DisplayName string `json:"displayName,omitempty"`
	TenantID    string `json:"tenantId,omitempty"`
}

func newIdentity(id, displayName string) *identityBody {
	return &identityBody{Type: "#microsoft.graph.identity", ID: id, DisplayName: displayName}
}

type chatInfoBody struct {
	Type                string `json:"@odata.type"`
	ThreadID            string `json:"threadId"`
	MessageID           string `json:"messageId"`
	ReplyChainMessageID string `json:"replyChainMessageId,omitempty"`
}

// AllowConversationWithoutHost keeps those in the meeting who have joined after the application, once it leaves.
//
// Source: changelog.md in https://github.com/microsoftgraph/microsoft-graph-comms-samples, March 2018.
type organizerMeetingBody struct {
	Type                         string          `json:"@odata.type"`
	Organizer                    identitySetBody `json:"organizer"`
	AllowConversationWithoutHost bool            `json:"allowConversationWithoutHost"`
}

type joinMeetingBody struct {
	Type                         string  `json:"@odata.type"`
	ID                           string  `json:"joinMeetingId"`
	Passcode                     *string `json:"passcode"` // null where there is none
	AllowConversationWithoutHost bool    `json:"allowConversationWithoutHost"`
}
