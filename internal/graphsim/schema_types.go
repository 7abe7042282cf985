package graphsim

// The type call of Microsoft Graph v1.0 and the types it reaches, except identities of other
// APIs than that of calls. Written from schemas/v1.0-Prod.csdl of
// https://github.com/microsoftgraph/msgraph-metadata at commit
// f54f11b60956ea7b185ca0447b2b80805836ec7b (MIT, Copyright (c) 2018 Microsoft Graph).

// graphType is an entity type or a complex type. Properties map to the name of
// their type: Edm.* for a primitive, [] in front for a collection, ! behind for
// one that is not nullable. An open type takes properties that it does not declare.
type graphType struct {
	base       string
	abstract   bool
	open       bool
	properties map[string]string
}

// graphEnums are the enumeration types with their members.
var graphEnums = map[string][]string{
	"callDirection":          {"incoming", "outgoing"},
	"callState":              {"incoming", "establishing", "established", "hold", "transferring", "transferAccepted", "redirecting", "terminating", "terminated", "unknownFutureValue"},
	"callTranscriptionState": {"notStarted", "active", "inactive", "unknownFutureValue"},
	"endpointType":           {"default", "voicemail", "skypeForBusiness", "skypeForBusinessVoipPhone", "unknownFutureValue"},
	"mediaState":             {"active", "inactive", "unknownFutureValue"},
	"modality":               {"audio", "video", "videoBasedScreenSharing", "data", "unknownFutureValue"},
	"routingType":            {"forwarded", "lookup", "selfFork", "unknownFutureValue"},
	"tone":                   {"tone0", "tone1", "tone2", "tone3", "tone4", "tone5", "tone6", "tone7", "tone8", "tone9", "star", "pound", "a", "b", "c", "d", "flash"},
}

// graphTypes are the structured types.
var graphTypes = map[string]graphType{
	"call": {open: true, base: "entity", properties: map[string]string{
		"callbackUri":         "Edm.String!",
		"callChainId":         "Edm.String",
		"callOptions":         "callOptions",
		"callRoutes":          "[]callRoute",
		"chatInfo":            "chatInfo",
		"direction":           "callDirection",
		"incomingContext":     "incomingContext",
		"mediaConfig":         "mediaConfig",
		"mediaState":          "callMediaState",
		"meetingInfo":         "meetingInfo",
		"myParticipantId":     "Edm.String",
		"requestedModalities": "[]modality",
		"resultInfo":          "resultInfo",
		"source":              "participantInfo",
		"state":               "callState",
		"subject":             "Edm.String",
		"targets":             "[]invitationParticipantInfo",
		"tenantId":            "Edm.String",
		"toneInfo":            "toneInfo",
		"transcription":       "callTranscriptionInfo",
	}},
	"entity":               {abstract: true, properties: map[string]string{"id": "Edm.String!"}},
	"appHostedMediaConfig": {base: "mediaConfig", properties: map[string]string{"blob": "Edm.String"}},
	"callMediaState":       {properties: map[string]string{"audio": "mediaState"}},
	"callOptions": {abstract: true, properties: map[string]string{
		"hideBotAfterEscalation":              "Edm.Boolean",
		"isContentSharingNotificationEnabled": "Edm.Boolean",
		"isDeltaRosterEnabled":                "Edm.Boolean",
		"isInteractiveRosterEnabled":          "Edm.Boolean",
	}},
	"callRoute": {properties: map[string]string{
		"final":       "identitySet!",
		"original":    "identitySet!",
		"routingType": "routingType!",
	}},
	"callTranscriptionInfo": {properties: map[string]string{"lastModifiedDateTime": "Edm.DateTimeOffset", "state": "callTranscriptionState!"}},
	"chatInfo": {properties: map[string]string{
		"messageId":           "Edm.String",
		"replyChainMessageId": "Edm.String",
		"threadId":            "Edm.String",
	}},
	"communicationsApplicationIdentity":         {open: true, base: "identity", properties: map[string]string{"applicationType": "Edm.String", "hidden": "Edm.Boolean"}},
	"communicationsApplicationInstanceIdentity": {open: true, base: "identity", properties: map[string]string{"hidden": "Edm.Boolean", "tenantId": "Edm.String"}},
	"communicationsEncryptedIdentity":           {open: true, base: "identity"},
	"communicationsGuestIdentity":               {open: true, base: "identity", properties: map[string]string{"email": "Edm.String"}},
	"communicationsIdentitySet": {open: true, base: "identitySet", properties: map[string]string{
		"applicationInstance":            "identity",
		"assertedIdentity":               "identity",
		"azureCommunicationServicesUser": "identity",
		"encrypted":                      "identity",
		"endpointType":                   "endpointType",
		"guest":                          "identity",
		"onPremises":                     "identity",
		"phone":                          "identity",
	}},
	"communicationsPhoneIdentity": {open: true, base: "identity"},
	"communicationsUserIdentity":  {open: true, base: "identity", properties: map[string]string{"tenantId": "Edm.String"}},
	"identity":                    {open: true, properties: map[string]string{"displayName": "Edm.String", "id": "Edm.String"}},
	"identitySet": {open: true, properties: map[string]string{
		"application": "identity",
		"device":      "identity",
		"user":        "identity",
	}},
	"incomingCallOptions": {base: "callOptions"},
	"incomingContext": {properties: map[string]string{
		"observedParticipantId": "Edm.String",
		"onBehalfOf":            "identitySet",
		"sourceParticipantId":   "Edm.String",
		"transferor":            "identitySet",
	}},
	"invitationParticipantInfo": {open: true, properties: map[string]string{
		"hidden":                             "Edm.Boolean",
		"identity":                           "identitySet!",
		"participantId":                      "Edm.String",
		"removeFromDefaultAudioRoutingGroup": "Edm.Boolean",
		"replacesCallId":                     "Edm.String",
	}},
	"joinMeetingIdMeetingInfo": {open: true, base: "meetingInfo", properties: map[string]string{"joinMeetingId": "Edm.String!", "passcode": "Edm.String"}},
	"mediaConfig":              {abstract: true},
	"mediaInfo":                {properties: map[string]string{"resourceId": "Edm.String", "uri": "Edm.String!"}},
	"meetingInfo":              {abstract: true},
	"organizerMeetingInfo":     {open: true, base: "meetingInfo", properties: map[string]string{"organizer": "identitySet!"}},
	"outgoingCallOptions":      {base: "callOptions"},
	"participantInfo": {properties: map[string]string{
		"countryCode":   "Edm.String",
		"endpointType":  "endpointType",
		"identity":      "identitySet!",
		"languageId":    "Edm.String",
		"participantId": "Edm.String",
		"region":        "Edm.String",
	}},
	"resultInfo": {properties: map[string]string{
		"code":    "Edm.Int32!",
		"message": "Edm.String",
		"subcode": "Edm.Int32!",
	}},
	"serviceHostedMediaConfig": {base: "mediaConfig", properties: map[string]string{"preFetchMedia": "[]mediaInfo"}},
	"tokenMeetingInfo":         {base: "meetingInfo", properties: map[string]string{"token": "Edm.String!"}},
	"toneInfo":                 {properties: map[string]string{"sequenceId": "Edm.Int64!", "tone": "tone!"}},
}
