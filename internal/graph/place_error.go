package graph

import "encoding/json"

// EffectivePlaceError returns code and message of the error in a response to placing a call. They are those of Graph's
// error envelope, unless the message is itself JSON with an error of the calling service, as in
// {"errorCode": "7503", "message": "Application is not registered in our store."}. The message returned must be
// redacted again: JSON may have escaped a secret in it.
//
// Source: https://github.com/microsoftgraph/microsoft-graph-comms-samples/issues/432
func EffectivePlaceError(code, message string) (effectiveCode, effectiveMessage string) {
	var inner struct {
		Code    json.RawMessage `json:"errorCode"`
		Message string          `json:"message"`
	}
	if json.Unmarshal([]byte(message), &inner) != nil || codeIn(inner.Code) == "" {
		return code, message
	}
	return codeIn(inner.Code), inner.Message
}

// placeAdvice is what to do about the errors that the calling service responds with to placing a call, by code.
//
// Source: the issues of microsoft-graph-comms-samples (64, 413, 432, 538), microsoft-graph-docs (7080, 9481, 16084)
// and microsoft-graph-docs-contrib (649, 9126).
var placeAdvice = map[string]string{
	"7503": "Calling is not enabled for the application's bot. In the Azure portal, open the bot's Microsoft Teams channel, " +
		"enable calling on its Calling tab, and set a webhook there.",
	"7504": "The application lacks a permission for this form of call, or an administrator of the tenant has not consented to it; " +
		"consent is needed again after every change of permissions. The meeting may also belong to another tenant: tenant_id has to be the one in which it was scheduled.",
	"7505": "The tenant of the call is not that of the token. Set tenant_id of the resource itself, not only that of meeting, to the GUID of the " +
		"tenant in which the meeting was scheduled or whose users are called, and tenant_id in the provider block to the same tenant, never to common.",
	"7507": "Graph does not accept the source of the call. source_application_instance_id has to be the object ID of an application instance (resource account) " +
		"that has a phone number and belongs to the application whose credential the provider uses.",
	"8523": "Graph found no media configuration in the request. The provider always sends one; something in between may have changed the request.",
	"9999": "Graph often responds with this to an identity that it cannot read. Check every user_id, application_id, phone_number and " +
		"source_application_instance_id; if they are right, try again later, and give Microsoft's support the request-id.",
}

// PlaceAdvice returns what to do if the response is an error of placing a call, by the code that [EffectivePlaceError]
// returns; empty for an unknown code.
func (r *Response) PlaceAdvice() string {
	code, _ := EffectivePlaceError(r.code, r.message)
	return placeAdvice[code]
}
