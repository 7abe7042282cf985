package graphsim

import (
	"maps"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// meetingTokenLifetime is that of the token of a meeting.
const meetingTokenLifetime = 24 * time.Hour

// addTo adds what Graph shows of a placed call: not what was sent. Until the call is
// established that is repeated, with null and [] for what is absent; then the meeting becomes
// a token, a chat and the media appear, callChainId is another one and tenantId is gone.
func (p *placement) addTo(o object, c Call) {
	for _, name := range []string{
		"callbackUri", "tenantId", "requestedModalities", "mediaConfig", "callOptions", "chatInfo", "meetingInfo",
	} {
		o[name] = p.body[name]
	}
	o["myParticipantId"], o["source"], o["targets"] = p.participant, p.sourceJSON(c.ClientID), p.targetsJSON()
	if !c.wasEstablished() {
		o["callChainId"] = p.chainID
		return
	}
	delete(o, "tenantId")
	o["meetingInfo"] = object{"@odata.type": "#microsoft.graph.tokenMeetingInfo", "token": p.token}
	if chat, _ := p.body["chatInfo"].(object); chat["threadId"] == nil {
		o["chatInfo"] = object{
			"@odata.type": "#microsoft.graph.chatInfo",
			"threadId":    p.threadID, "messageId": "0", "replyChainMessageId": nil,
		}
	}
}

// sourceJSON is the source that was sent, or the application, and what was not sent as null.
func (p *placement) sourceJSON(clientID string) object {
	source := participantInfo(identitySet("application", clientID, "Calling Bot"))
	source["participantId"] = p.participant
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
