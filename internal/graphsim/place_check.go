package graphsim

import (
	"encoding/json"
	"net/http"
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

// callRequest is what the checks look at of the body of a POST.
type callRequest struct {
	CallbackURI         string           `json:"callbackUri"`
	Direction           string           `json:"direction"`
	TenantID            string           `json:"tenantId"`
	RequestedModalities []string         `json:"requestedModalities"`
	MediaConfig         *odataType       `json:"mediaConfig"`
	Source              *participantBody `json:"source"`

	Targets []participantBody `json:"targets"`

	ChatInfo *struct {
		ThreadID  string `json:"threadId"`
		MessageID string `json:"messageId"`
	} `json:"chatInfo"`

	MeetingInfo *struct {
		odataType
		JoinMeetingID string        `json:"joinMeetingId"`
		Organizer     identityByKey `json:"organizer"`
	} `json:"meetingInfo"`
}

type odataType struct {
	Type string `json:"@odata.type"`
}

// is reports whether it is the type of that name.
func (t odataType) is(name string) bool { return t.Type == "#microsoft.graph."+name }

type participantBody struct {
	Identity identityByKey `json:"identity"`
}

// identityByKey are the IDs of an identitySet by user, application, phone, ...
type identityByKey map[string]string

// UnmarshalJSON leaves out annotations and what is null.
func (i *identityByKey) UnmarshalJSON(text []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	*i = identityByKey{}
	for name, member := range members {
		var one *struct {
			ID string `json:"id"`
		}
		if strings.HasPrefix(name, "@") || json.Unmarshal(member, &one) != nil || one == nil {
			continue
		}
		(*i)[name] = one.ID
	}
	return nil
}

// requestOf reads a body that agrees with the schema.
func requestOf(raw json.RawMessage) (c callRequest) {
	_ = json.Unmarshal(raw, &c)
	return c
}

func (c *callRequest) targetIDs() (ids []string) {
	for _, target := range c.Targets {
		for _, id := range target.Identity {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *callRequest) joins(kind string) bool { return c.MeetingInfo != nil && c.MeetingInfo.is(kind) }

func (c *callRequest) callsPhone() bool {
	return slices.ContainsFunc(c.Targets, func(t participantBody) bool { _, ok := t.Identity["phone"]; return ok })
}

// checkPlacement checks a POST: its body against the schema, then the rules of its form.
func checkPlacement(app App, raw json.RawMessage, body object) *graphError {
	if problems := (schemaCheck{complete: true}).check("call", "call!", body); len(problems) > 0 {
		if slices.ContainsFunc(problems, schemaProblem.ofIdentity) {
			return placementError("9999")
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
	if app.CallingDisabled {
		return placementError("7503")
	}
	return nil
}

// checkRequired wants what each form has. A join by token without mediaConfig has met 9999.
// https://github.com/microsoftgraph/microsoft-graph-comms-samples/issues/413
func checkRequired(c *callRequest, _ App) *graphError {
	callback, err := url.Parse(c.CallbackURI)
	switch {
	case c.MediaConfig == nil && c.joins("tokenMeetingInfo"):
		return placementError("9999")
	case c.MediaConfig == nil:
		return placementError("8523")
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
			return placementError("9999")
		}
		for kind, id := range identity {
			if kind == "phone" && !e164.MatchString(id) || kind != "phone" && uuid.Validate(id) != nil {
				return placementError("9999")
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
	return placementError("7505")
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
		return placementError("7504")
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
		return placementError("7507")
	}
	return nil
}

// placementErrors are the errors of a POST by their code. The status of 7507 and 9999 is not
// documented. The message of 7503 is JSON in the real service, too.
// https://github.com/microsoftgraph/microsoft-graph-comms-samples/issues/432
var placementErrors = map[string]graphError{
	"7503": {http.StatusForbidden, "UnknownError", `{"errorCode":"7503","message":"Application is not registered in our store.","instanceAnnotations":[]}`},
	"7504": *errPermission(),
	"7505": *errTenantMismatch(),
	"7507": {http.StatusForbidden, "7507", "Call source identity invalid."},
	"8523": {http.StatusBadRequest, "8523", "Missing mediaConfig information."},
	"9999": {http.StatusInternalServerError, "9999", "Unkown internal Server Error"}, //nolint:misspell // Graph's spelling
}

// placementError is the error of a code, or one that says that there is none.
func placementError(code string) *graphError {
	e, ok := placementErrors[code]
	if !ok {
		return errBadRequest("graphsim knows no error " + code)
	}
	return &e
}
