package graphsim

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// maxTargets is how many users a group call may have.
// https://learn.microsoft.com/graph/api/application-post-calls
const maxTargets = 5

// e164 is an international phone number.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

// checkPlacement checks a POST: its body against the schema, then the rules of its form.
func checkPlacement(app App, raw json.RawMessage, body object) *graphError {
	if problems := (schemaCheck{request: true}).check("call", "call!", body); len(problems) > 0 {
		if slices.ContainsFunc(problems, schemaProblem.ofIdentity) {
			return placementErrors["9999"]
		}
		return errBadRequest(problems[0].String())
	}
	c := requestOf(raw)
	for _, check := range []func(*callRequest, App) *graphError{
		checkRequired, checkForm, checkIdentities, checkCallTenant, checkRoles, checkSource,
	} {
		if refused := check(&c, app); refused != nil {
			return refused
		}
	}
	return nil
}

// checkRequired requires what each form has. A join by token without mediaConfig has failed with 9999.
// https://github.com/microsoftgraph/microsoft-graph-comms-samples/issues/413
func checkRequired(c *callRequest, _ App) *graphError {
	callback, err := url.Parse(c.CallbackURI)
	switch {
	case c.MediaConfig == nil && c.joins("tokenMeetingInfo"):
		return placementErrors["9999"]
	case c.MediaConfig == nil:
		return placementErrors["8523"]
	case err != nil || callback.Scheme != "https" || callback.Host == "":
		return errBadRequest("callbackUri: an absolute HTTPS URI is required")
	case len(c.RequestedModalities) == 0:
		return errBadRequest("requestedModalities: missing or empty")
	case c.Direction != "" && c.Direction != "outgoing":
		return errBadRequest("direction: only outgoing calls can be created")
	}
	return nil
}

// checkForm wants either people to call or a meeting to join.
func checkForm(c *callRequest, _ App) *graphError {
	switch {
	case len(c.Targets) == 0 && c.MeetingInfo == nil:
		return errBadRequest("Either targets or meetingInfo is required.")
	case len(c.Targets) > 0 && c.MeetingInfo != nil:
		return errBadRequest("targets and meetingInfo cannot both be set.")
	case len(c.Targets) > maxTargets:
		return errBadRequest("targets: too many participants")
	case c.joins("organizerMeetingInfo") && (c.ChatInfo == nil || c.ChatInfo.ThreadID == "" || c.ChatInfo.MessageID == ""):
		return errBadRequest("chatInfo: threadId and messageId are required to join a meeting by its coordinates")
	case c.joins("joinMeetingIdMeetingInfo") && c.MeetingInfo.JoinMeetingID == "":
		return errBadRequest("meetingInfo.joinMeetingId: empty")
	}
	return nil
}

// checkIdentities wants each to be one identity with an ID of its kind.
func checkIdentities(c *callRequest, _ App) *graphError {
	var all []identityByKey
	for _, target := range c.Targets {
		all = append(all, target.Identity)
	}
	if c.Source != nil {
		all = append(all, c.Source.Identity)
	}
	if c.joins("organizerMeetingInfo") {
		all = append(all, c.MeetingInfo.Organizer)
	}
	for _, identity := range all {
		if len(identity) != 1 {
			return placementErrors["9999"]
		}
		for kind, id := range identity {
			if kind == "phone" && !e164.MatchString(id) || kind != "phone" && uuid.Validate(id) != nil {
				return placementErrors["9999"]
			}
		}
	}
	return nil
}

// checkCallTenant wants the tenant of the token at the top level. The call of one user gets by
// without any, as in the examples of Graph's documentation, and so does a token, which says it.
func checkCallTenant(c *callRequest, app App) *graphError {
	oneUser := len(c.Targets) == 1 && !c.callsPhone()
	if c.TenantID == "" && (oneUser || c.joins("tokenMeetingInfo")) || strings.EqualFold(c.TenantID, app.TenantID) {
		return nil
	}
	return placementErrors["7505"]
}

// checkRoles wants the application permissions of the form.
func checkRoles(c *callRequest, app App) *graphError {
	oneOf := []string{RoleCallsInitiate}
	switch {
	case c.MeetingInfo != nil:
		oneOf = []string{RoleCallsJoinGroup, RoleCallsJoinGroupAsGuest}
	case len(c.Targets) > 1:
		oneOf = []string{RoleCallsInitiateGroup}
	}
	switch {
	case !slices.ContainsFunc(oneOf, app.has), c.MediaConfig.is("appHostedMediaConfig") && !app.has(RoleCallsAccessMedia):
		return placementErrors["7504"]
	}
	return nil
}

// checkSource wants an application instance where a phone is called, and no other application
// than the token's.
func checkSource(c *callRequest, app App) *graphError {
	var source identityByKey
	if c.Source != nil {
		source = c.Source.Identity
	}
	id, isApp := source["application"]
	switch {
	case c.callsPhone() && source["applicationInstance"] == "", isApp && !strings.EqualFold(id, app.ClientID):
		return placementErrors["7507"]
	}
	return nil
}
