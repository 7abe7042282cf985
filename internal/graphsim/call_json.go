package graphsim

import (
	"maps"
	"time"
)

// object is a JSON object.
type object = map[string]any

// callJSON is what GET shows of a call: the properties that the type call has
// in Graph's v1.0 schema. base is the URL up to and with the version.
// https://learn.microsoft.com/graph/api/call-get
func callJSON(c Call, base string) object {
	o := object{
		"@odata.context": base + "/$metadata#communications/calls/$entity",
		"@odata.type":    "#microsoft.graph.call",

		"id":              c.ID,
		"state":           c.State,
		"direction":       c.Direction,
		"subject":         orNull(c.Subject),
		"tenantId":        c.TenantID,
		"callChainId":     c.CallChainID,
		"callRoutes":      []object{},
		"incomingContext": nil,
		"resultInfo":      nil,
		"toneInfo":        nil,
		"mediaState":      nil,
		"transcription":   nil,
	}
	if c.placement == nil || c.wasEstablished() {
		o["mediaState"] = object{"@odata.type": "#microsoft.graph.callMediaState", "audio": "active"}
		o["transcription"] = object{
			"@odata.type":          "#microsoft.graph.callTranscriptionInfo",
			"state":                "inactive",
			"lastModifiedDateTime": c.StartedAt.UTC().Format(time.RFC3339Nano),
		}
	}
	if c.placement == nil {
		maps.Copy(o, fixedJSON(c))
	} else {
		c.placement.addTo(o, c)
	}
	if why := c.ResultInfo; why != nil {
		o["resultInfo"] = object{
			"@odata.type": "#microsoft.graph.resultInfo",
			"code":        why.Code, "subcode": why.Subcode, "message": why.Message,
		}
	}
	if c.over() {
		o["mediaState"] = object{"@odata.type": "#microsoft.graph.callMediaState", "audio": "inactive"}
	}
	maps.Copy(o, c.Extra)
	return o
}

// fixedJSON is the JSON of a call that no client has placed, after the example of a
// group call in Graph's documentation.
func fixedJSON(c Call) object {
	const participant = "05491616-385f-44a8-9974-18cc5f9933c1"
	source := participantInfo(identitySet("application", "2891555a-92ff-42e6-80fa-6e1300c6b5c6", "Calling Bot"))
	source["endpointType"], source["participantId"] = "default", participant
	o := object{
		"callbackUri":         "https://bot.contoso.com/callback",
		"myParticipantId":     participant,
		"requestedModalities": []string{"audio"},
		"targets":             []object{},
		"callOptions":         callOptions(c.Direction),
		"source":              source,
		"mediaConfig": object{
			"@odata.type": "#microsoft.graph.serviceHostedMediaConfig",
			"preFetchMedia": []object{{
				"@odata.type": "#microsoft.graph.mediaInfo",
				"uri":         "https://cdn.contoso.com/beep.wav",
				"resourceId":  "f8971b04-b53e-418c-9222-c82ce681a582",
			}},
		},
		"chatInfo": object{
			"@odata.type":         "#microsoft.graph.chatInfo",
			"threadId":            "19:meeting_Win6Ydo4wsMijFjZS00ZGVjLTk5MGUtOTRjNWY2NmNkYTFm@thread.v2",
			"messageId":           "0",
			"replyChainMessageId": nil,
		},
		"meetingInfo": object{
			"@odata.type": "#microsoft.graph.organizerMeetingInfo",
			"organizer":   identitySet("user", "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96", ""),
		},
	}
	if c.Direction == "incoming" {
		o["incomingContext"] = object{
			"@odata.type":           "#microsoft.graph.incomingContext",
			"sourceParticipantId":   "c339cede-fcbc-4aef-9ab0-f16d63f6e5a8",
			"observedParticipantId": "c339cede-fcbc-4aef-9ab0-f16d63f6e5a8",
			"onBehalfOf":            nil,
			"transferor":            nil,
		}
	}
	return o
}

func callOptions(direction string) object {
	return object{
		"@odata.type":                         "#microsoft.graph." + direction + "CallOptions",
		"hideBotAfterEscalation":              false,
		"isContentSharingNotificationEnabled": false,
		"isDeltaRosterEnabled":                false,
		"isInteractiveRosterEnabled":          false,
	}
}

// identitySet is an identitySet with one member, kind: application or user.
func identitySet(kind, id, name string) object {
	return object{
		"@odata.type": "#microsoft.graph.identitySet",
		kind:          object{"@odata.type": "#microsoft.graph.identity", "id": id, "displayName": orNull(name)},
	}
}

// participantInfo is one with nothing in it but an identity.
func participantInfo(identity object) object {
	return object{
		"@odata.type": "#microsoft.graph.participantInfo", "identity": identity,
		"endpointType": nil, "countryCode": nil, "region": nil, "languageId": nil,
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
