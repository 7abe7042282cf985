package graphsim

import (
	"maps"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// meetingTokenLifetime is that of the token of a meeting.
const meetingTokenLifetime = 24 * time.Hour

// placedJSON is what Graph shows of a placed call: not what was sent. Until the call is
// established that is repeated, with null and [] for what is absent; then the meeting becomes
// a token, a chat and the media appear, callChainId is another one and tenantId is gone.
func placedJSON(c Call, base string) object {
	p := c.placement
	o := object{
		"@odata.context": base + "/$metadata#communications/calls/$entity",
		"@odata.type":    "#microsoft.graph.call",

		"id":                  c.ID,
		"state":               c.State,
		"direction":           c.Direction,
		"subject":             orNull(c.Subject),
		"callbackUri":         p.body["callbackUri"],
		"callChainId":         p.chainID,
		"tenantId":            p.body["tenantId"],
		"myParticipantId":     p.participant,
		"requestedModalities": p.body["requestedModalities"],
		"mediaConfig":         p.body["mediaConfig"],
		"callOptions":         p.body["callOptions"],
		"chatInfo":            p.body["chatInfo"],
		"meetingInfo":         p.body["meetingInfo"],
		"source":              p.sourceJSON(),
		"targets":             p.targetsJSON(),
		"callRoutes":          []object{},
		"incomingContext":     nil,
		"mediaState":          nil,
		"resultInfo":          nil,
		"toneInfo":            nil,
		"transcription":       nil,
	}
	if c.wasEstablished() {
		maps.Copy(o, p.establishedJSON(c))
		delete(o, "tenantId")
	}
	return o
}

// establishedJSON is what an established call shows besides.
func (p *placement) establishedJSON(c Call) object {
	chat, _ := p.body["chatInfo"].(object)
	chat = maps.Clone(chat)
	if chat["threadId"] == nil {
		chat = object{
			"@odata.type": "#microsoft.graph.chatInfo",
			"threadId":    p.threadID, "messageId": "0", "replyChainMessageId": nil,
		}
	}
	return object{
		"callChainId": c.CallChainID,
		"chatInfo":    chat,
		"meetingInfo": object{"@odata.type": "#microsoft.graph.tokenMeetingInfo", "token": p.token},
		"mediaState":  object{"@odata.type": "#microsoft.graph.callMediaState", "audio": "active"},
		"transcription": object{
			"@odata.type": "#microsoft.graph.callTranscriptionInfo", "state": "inactive",
			"lastModifiedDateTime": c.StartedAt.UTC().Format(time.RFC3339Nano),
		},
	}
}

// sourceJSON is the source that was sent, or the application, and what was not sent as null.
func (p *placement) sourceJSON() object {
	source := object{
		"@odata.type":   "#microsoft.graph.participantInfo",
		"identity":      identitySet("application", p.clientID, "Calling Bot"),
		"endpointType":  nil,
		"countryCode":   nil,
		"region":        nil,
		"languageId":    nil,
		"participantId": p.participant,
	}
	sent, _ := p.body["source"].(object)
	maps.Copy(source, sent)
	return source
}

func (p *placement) targetsJSON() []object {
	targets := []object{}
	sent, _ := p.body["targets"].([]any)
	for _, target := range sent {
		o := object{
			"@odata.type":   "#microsoft.graph.invitationParticipantInfo",
			"participantId": nil, "replacesCallId": nil, "hidden": nil,
		}
		one, _ := target.(object)
		maps.Copy(o, one)
		targets = append(targets, o)
	}
	return targets
}

// wasEstablished reports whether a placed call is established, or was before it ended.
func (c *Call) wasEstablished() bool {
	if c.EndedAt.IsZero() {
		return c.State == StateEstablished
	}
	return c.placement.outcome.stateAt(c.EndedAt.Sub(c.StartedAt)) == StateEstablished
}

// meetingToken is a token as it opens a meeting for a day.
func (s *Server) meetingToken(app App) string {
	now := time.Now()
	return s.directory.sign(jwt.MapClaims{
		"aud": s.GraphURL(), "tid": app.TenantID, "appid": app.ClientID, "mid": newGUID(),
		"nbf": now.Unix(), "exp": now.Add(meetingTokenLifetime).Unix(),
	})
}
