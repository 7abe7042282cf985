package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// schemaType is a type of Graph's, as far as a body can have it.
type schemaType struct {
	base       string
	open       bool
	abstract   bool
	properties map[string]string
	required   []string
}

// placeSchema is what the metadata of Graph v1.0 says of a call to be placed.
//
// Source: https://github.com/microsoftgraph/msgraph-metadata, schemas/v1.0-Prod.csdl, commit f54f11b6.
var placeSchema = map[string]schemaType{
	"entity": {abstract: true, properties: map[string]string{"id": "String"}},
	"call": {
		base: "entity", open: true, required: []string{"callbackUri"},
		properties: map[string]string{
			"callbackUri": "String", "callChainId": "String", "callOptions": "callOptions", "callRoutes": "[]callRoute", "chatInfo": "chatInfo",
			"direction": "callDirection", "incomingContext": "incomingContext", "mediaConfig": "mediaConfig", "mediaState": "callMediaState",
			"meetingInfo": "meetingInfo", "myParticipantId": "String", "requestedModalities": "[]modality", "resultInfo": "resultInfo",
			"source": "participantInfo", "state": "callState", "subject": "String", "targets": "[]invitationParticipantInfo",
			"tenantId": "String", "toneInfo": "toneInfo", "transcription": "callTranscriptionInfo",
		},
	},
	"chatInfo":                 {properties: map[string]string{"messageId": "String", "replyChainMessageId": "String", "threadId": "String"}},
	"identity":                 {open: true, properties: map[string]string{"displayName": "String", "id": "String"}},
	"identitySet":              {open: true, properties: map[string]string{"application": "identity", "device": "identity", "user": "identity"}},
	"mediaConfig":              {abstract: true},
	"serviceHostedMediaConfig": {base: "mediaConfig", properties: map[string]string{"preFetchMedia": "[]mediaInfo"}},
	"meetingInfo":              {abstract: true},
	"organizerMeetingInfo": {
		base: "meetingInfo", open: true, required: []string{"organizer"},
		properties: map[string]string{"organizer": "identitySet"},
	},
	"joinMeetingIdMeetingInfo": {
		base: "meetingInfo", open: true, required: []string{"joinMeetingId"},
		properties: map[string]string{"joinMeetingId": "String", "passcode": "String"},
	},
	"participantInfo": {
		required: []string{"identity"},
		properties: map[string]string{
			"countryCode": "String", "endpointType": "endpointType", "identity": "identitySet",
			"languageId": "String", "participantId": "String", "region": "String",
		},
	},
	"invitationParticipantInfo": {
		open: true, required: []string{"identity"},
		properties: map[string]string{
			"hidden": "Boolean", "identity": "identitySet", "participantId": "String",
			"removeFromDefaultAudioRoutingGroup": "Boolean", "replacesCallId": "String",
		},
	},
}

var placeEnums = map[string][]string{
	"callDirection": {"incoming", "outgoing"},
	"modality":      {"audio", "video", "videoBasedScreenSharing", "data"},
}

// property returns the type of a property, be it the type's own or inherited.
func property(name, of string) (string, bool) {
	for of != "" {
		if declared, ok := placeSchema[of].properties[name]; ok {
			return declared, true
		}
		of = placeSchema[of].base
	}
	return "", false
}

func derives(name, base string) bool {
	for name != "" && name != base {
		name = placeSchema[name].base
	}
	return name == base
}

// misfits returns where value does not fit the declared type.
func misfits(at, declared string, value any) []string {
	element, isList := strings.CutPrefix(declared, "[]")
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		if !isList {
			return []string{at + " is a list"}
		}
		var all []string
		for i, one := range v {
			all = append(all, misfits(fmt.Sprintf("%s[%d]", at, i), element, one)...)
		}
		return all
	case map[string]any:
		return objectMisfits(at, declared, v)
	case string:
		if values, ok := placeEnums[declared]; declared == "String" || ok && slices.Contains(values, v) {
			return nil
		}
	case bool:
		if declared == "Boolean" {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %v, and no %s", at, value, declared)}
}

// objectMisfits does the same for an object, which says of which type it is where the declared one leaves that open.
func objectMisfits(at, declared string, value map[string]any) (all []string) {
	actual, _ := value["@odata.type"].(string)
	actual, said := strings.CutPrefix(actual, "#microsoft.graph.")
	switch schema, known := placeSchema[actual]; {
	case !said:
		return []string{at + " has no @odata.type"}
	case !known, schema.abstract, declared != "" && !derives(actual, declared):
		return []string{at + " is of the type " + actual + ", not " + declared}
	}
	for _, name := range placeSchema[actual].required {
		if value[name] == nil {
			all = append(all, at+" has no "+name)
		}
	}
	for name, member := range value {
		kind, ok := property(name, actual)
		switch {
		case name == "@odata.type":
		case ok:
			all = append(all, misfits(at+"."+name, kind, member)...)
		case !placeSchema[actual].open:
			all = append(all, at+"."+name+" is not declared, and the type is not open")
		default:
			if object, isObject := member.(map[string]any); isObject {
				all = append(all, objectMisfits(at+"."+name, "", object)...)
			}
		}
	}
	return all
}

func TestPlaceRequest_bodyFitsTheSchema(t *testing.T) {
	t.Parallel()
	for name, form := range placeForms {
		for _, misfit := range misfits("call", "call", placeBody(t, form.request)) {
			t.Errorf("%s: %s", name, misfit)
		}
	}
}

// The walk would see what does not fit.
func TestPlaceSchema_seesMisfits(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"@odata.type": "#microsoft.graph.call"}`:                                                                                  "call has no callbackUri",
		`{"@odata.type": "#microsoft.graph.call", "callbackUri": 1}`:                                                                "call.callbackUri is 1, and no String",
		`{"callbackUri": "x"}`:                                                                                                      "call has no @odata.type",
		`{"@odata.type": "#microsoft.graph.call", "callbackUri": "x", "targets": 1}`:                                                "call.targets is 1, and no []invitationParticipantInfo",
		`{"@odata.type": "#microsoft.graph.call", "callbackUri": "x", "phone": {"id": "y"}}`:                                        "call.phone has no @odata.type",
		`{"@odata.type": "#microsoft.graph.call", "callbackUri": "x", "direction": "up"}`:                                           "call.direction is up, and no callDirection",
		`{"@odata.type": "#microsoft.graph.call", "callbackUri": "x", "mediaConfig": {"@odata.type": "#microsoft.graph.chatInfo"}}`: "call.mediaConfig is of the type chatInfo, not mediaConfig",
		`{"@odata.type": "#microsoft.graph.call", "callbackUri": "x", "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig", "removeFromDefaultAudioGroup": false}}`: "call.mediaConfig.removeFromDefaultAudioGroup is not declared, and the type is not open",
	} {
		if got := misfits("call", "call", decodeObject(t, body)); len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
