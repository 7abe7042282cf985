package graph_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform-provider-msgraph/internal/graph"
)

const (
	placeTenant   = "aa67bd4c-8475-432d-bd41-39f255720e0a"
	placeCallback = "https://bot.contoso.com/callback"
	placeThread   = "19:meeting_Win6Ydo4wsMijFjZS00ZGVjLTk5MGUtOTRjNWY2NmNkYTFm@thread.v2"
	placeUser     = "112f7296-5fa4-42ca-bae8-6a692b15d4b8"
	placeInstance = "3d913abb-aec0-4964-8fa6-3c6850c4f278"
	placeClient   = "dd3885da-f9ab-486b-bfae-85de3d445555"
)

// placeForms are the forms of a call, each with the body that the documentation shows for it, less what it shows
// beside the form: callOptions, preFetchMedia, removeFromDefaultAudioGroup (which the schema does not have), display
// names of the source and the organizer, and members of source that are null. The tenant of example 7 and 8 is no GUID
// there.
//
// Source: https://learn.microsoft.com/en-us/graph/api/application-post-calls
var placeForms = map[string]struct {
	request graph.PlaceRequest
	want    string
}{
	"user (example 1)": {
		graph.PlaceRequest{
			CallbackURI: placeCallback,
			Targets:     []graph.PlaceTarget{{UserID: placeUser, DisplayName: "John"}},
		},
		`{
			"@odata.type": "#microsoft.graph.call",
			"callbackUri": "https://bot.contoso.com/callback",
			"targets": [{
				"@odata.type": "#microsoft.graph.invitationParticipantInfo",
				"identity": {
					"@odata.type": "#microsoft.graph.identitySet",
					"user": {"@odata.type": "#microsoft.graph.identity", "displayName": "John", "id": "112f7296-5fa4-42ca-bae8-6a692b15d4b8"}
				}
			}],
			"requestedModalities": ["audio"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}
		}`,
	},
	"group (example 3)": {
		graph.PlaceRequest{
			CallbackURI: placeCallback, TenantID: placeTenant, Subject: "Create a group call with service hosted media", SourceApplicationID: placeClient,
			Targets: []graph.PlaceTarget{
				{UserID: "98da8a1a-1b87-452c-a713-65d3f10b5555", DisplayName: "user1"},
				{UserID: "bf5aae9a-d11d-47a8-93b1-782504c95555", DisplayName: "user2"},
			},
		},
		// The tenant is what microsoft-graph-docs#7080 says is missing in the example.
		`{
			"@odata.type": "#microsoft.graph.call",
			"direction": "outgoing",
			"subject": "Create a group call with service hosted media",
			"callbackUri": "https://bot.contoso.com/callback",
			"source": {
				"@odata.type": "#microsoft.graph.participantInfo",
				"identity": {
					"@odata.type": "#microsoft.graph.identitySet",
					"application": {"@odata.type": "#microsoft.graph.identity", "id": "dd3885da-f9ab-486b-bfae-85de3d445555"}
				}
			},
			"targets": [{
				"@odata.type": "#microsoft.graph.invitationParticipantInfo",
				"identity": {
					"@odata.type": "#microsoft.graph.identitySet",
					"user": {"@odata.type": "#microsoft.graph.identity", "displayName": "user1", "id": "98da8a1a-1b87-452c-a713-65d3f10b5555"}
				}
			}, {
				"@odata.type": "#microsoft.graph.invitationParticipantInfo",
				"identity": {
					"@odata.type": "#microsoft.graph.identitySet",
					"user": {"@odata.type": "#microsoft.graph.identity", "displayName": "user2", "id": "bf5aae9a-d11d-47a8-93b1-782504c95555"}
				}
			}],
			"requestedModalities": ["audio"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
			"tenantId": "aa67bd4c-8475-432d-bd41-39f255720e0a"
		}`,
	},
	"phone (example 9)": {
		graph.PlaceRequest{
			CallbackURI: placeCallback, TenantID: placeTenant, SourceApplicationInstanceID: placeInstance, SourceApplicationID: placeClient,
			Targets: []graph.PlaceTarget{{PhoneNumber: "+12345678901"}},
		},
		`{
			"@odata.type": "#microsoft.graph.call",
			"callbackUri": "https://bot.contoso.com/callback",
			"source": {
				"@odata.type": "#microsoft.graph.participantInfo",
				"identity": {
					"@odata.type": "#microsoft.graph.identitySet",
					"applicationInstance": {"@odata.type": "#microsoft.graph.identity", "id": "3d913abb-aec0-4964-8fa6-3c6850c4f278"}
				}
			},
			"targets": [{
				"@odata.type": "#microsoft.graph.invitationParticipantInfo",
				"identity": {
					"@odata.type": "#microsoft.graph.identitySet",
					"phone": {"@odata.type": "#microsoft.graph.identity", "id": "+12345678901"}
				}
			}],
			"requestedModalities": ["audio"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
			"tenantId": "aa67bd4c-8475-432d-bd41-39f255720e0a"
		}`,
	},
	"scheduled meeting (example 5)": {
		graph.PlaceRequest{
			CallbackURI: placeCallback, TenantID: placeTenant, SourceApplicationID: placeClient,
			Meeting: &graph.MeetingCoordinates{
				ThreadID: placeThread, MessageID: "0", OrganizerID: "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96", TenantID: placeTenant,
			},
		},
		`{
			"@odata.type": "#microsoft.graph.call",
			"callbackUri": "https://bot.contoso.com/callback",
			"requestedModalities": ["audio"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
			"chatInfo": {
				"@odata.type": "#microsoft.graph.chatInfo",
				"threadId": "19:meeting_Win6Ydo4wsMijFjZS00ZGVjLTk5MGUtOTRjNWY2NmNkYTFm@thread.v2",
				"messageId": "0"
			},
			"meetingInfo": {
				"@odata.type": "#microsoft.graph.organizerMeetingInfo",
				"organizer": {
					"@odata.type": "#microsoft.graph.identitySet",
					"user": {
						"@odata.type": "#microsoft.graph.identity",
						"id": "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96",
						"tenantId": "aa67bd4c-8475-432d-bd41-39f255720e0a"
					}
				},
				"allowConversationWithoutHost": true
			},
			"tenantId": "aa67bd4c-8475-432d-bd41-39f255720e0a"
		}`,
	},
	// Of a channel meeting there is no example: this is what JoinInfo.cs in microsoft-graph-comms-samples makes of its link.
	"channel meeting": {
		graph.PlaceRequest{
			CallbackURI: placeCallback, TenantID: placeTenant, Modalities: []string{"audio", "videoBasedScreenSharing"},
			Meeting: &graph.MeetingCoordinates{
				ThreadID: "19:cd9ce3da56624fe69c9d7cd026f9126d@thread.skype", MessageID: "1509579179399", ReplyChainMessageID: "1536978844957",
				OrganizerID: "550fae72-d251-43ec-868c-373732c2704f",
			},
		},
		`{
			"@odata.type": "#microsoft.graph.call",
			"callbackUri": "https://bot.contoso.com/callback",
			"requestedModalities": ["audio", "videoBasedScreenSharing"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
			"chatInfo": {
				"@odata.type": "#microsoft.graph.chatInfo",
				"threadId": "19:cd9ce3da56624fe69c9d7cd026f9126d@thread.skype",
				"messageId": "1509579179399",
				"replyChainMessageId": "1536978844957"
			},
			"meetingInfo": {
				"@odata.type": "#microsoft.graph.organizerMeetingInfo",
				"organizer": {
					"@odata.type": "#microsoft.graph.identitySet",
					"user": {"@odata.type": "#microsoft.graph.identity", "id": "550fae72-d251-43ec-868c-373732c2704f", "tenantId": "aa67bd4c-8475-432d-bd41-39f255720e0a"}
				},
				"allowConversationWithoutHost": true
			},
			"tenantId": "aa67bd4c-8475-432d-bd41-39f255720e0a"
		}`,
	},
	// The examples of joining by ID have no allowConversationWithoutHost; it serves there as it does with coordinates.
	"meeting ID and passcode (example 7)": {
		graph.PlaceRequest{
			CallbackURI: placeCallback, TenantID: placeTenant,
			JoinMeeting: &graph.JoinMeeting{ID: "1234567", Passcode: "psw123"},
		},
		`{
			"@odata.type": "#microsoft.graph.call",
			"callbackUri": "https://bot.contoso.com/callback",
			"requestedModalities": ["audio"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
			"meetingInfo": {
				"@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo",
				"joinMeetingId": "1234567",
				"passcode": "psw123",
				"allowConversationWithoutHost": true
			},
			"tenantId": "aa67bd4c-8475-432d-bd41-39f255720e0a"
		}`,
	},
	"meeting ID (example 8)": {
		graph.PlaceRequest{
			CallbackURI: placeCallback, TenantID: placeTenant,
			JoinMeeting: &graph.JoinMeeting{ID: "1234567"},
		},
		`{
			"@odata.type": "#microsoft.graph.call",
			"callbackUri": "https://bot.contoso.com/callback",
			"requestedModalities": ["audio"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
			"meetingInfo": {
				"@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo",
				"joinMeetingId": "1234567",
				"passcode": null,
				"allowConversationWithoutHost": true
			},
			"tenantId": "aa67bd4c-8475-432d-bd41-39f255720e0a"
		}`,
	},
	// No example calls an application by itself, or from an application instance.
	"application, from an application instance": {
		graph.PlaceRequest{
			CallbackURI: placeCallback, SourceApplicationInstanceID: placeInstance,
			Targets: []graph.PlaceTarget{{ApplicationID: placeClient}},
		},
		`{
			"@odata.type": "#microsoft.graph.call",
			"callbackUri": "https://bot.contoso.com/callback",
			"source": {
				"@odata.type": "#microsoft.graph.participantInfo",
				"identity": {
					"@odata.type": "#microsoft.graph.identitySet",
					"applicationInstance": {"@odata.type": "#microsoft.graph.identity", "id": "3d913abb-aec0-4964-8fa6-3c6850c4f278"}
				}
			},
			"targets": [{
				"@odata.type": "#microsoft.graph.invitationParticipantInfo",
				"identity": {
					"@odata.type": "#microsoft.graph.identitySet",
					"application": {"@odata.type": "#microsoft.graph.identity", "id": "dd3885da-f9ab-486b-bfae-85de3d445555"}
				}
			}],
			"requestedModalities": ["audio"],
			"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}
		}`,
	},
}

// placeBody is the body of a form, decoded.
func placeBody(t *testing.T, request graph.PlaceRequest) map[string]any {
	t.Helper()
	body, err := request.Body()
	if err != nil {
		t.Fatal(err)
	}
	return decodeObject(t, string(body))
}

func decodeObject(t *testing.T, text string) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		t.Fatal(err)
	}
	return object
}

func TestPlaceRequest_bodyIsThatOfTheDocumentation(t *testing.T) {
	t.Parallel()
	for name, form := range placeForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(decodeObject(t, form.want), placeBody(t, form.request)); diff != "" {
				t.Errorf("the body differs (-want +got):\n%s", diff)
			}
		})
	}
}
