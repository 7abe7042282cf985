package graph_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"terraform-provider-msgraph/internal/graph"
)

func details(json string) graph.Details { return graph.Call{JSON: []byte(json)}.Details() }

func TestDetails_readsAllThatGraphTells(t *testing.T) {
	t.Parallel()
	text, yes, no := func(s string) *string { return &s }, true, false
	got := details(`{
		"direction": "incoming", "subject": "", "callbackUri": "https://bot/cb", "callChainId": "chain", "tenantId": "tenant", "myParticipantId": "me",
		"requestedModalities": ["audio", "hologram"],
		"mediaState": {"audio": "active"},
		"source": {"countryCode": "NO", "endpointType": "default", "languageId": "nb", "participantId": "p1", "region": "emea",
			"identity": {"@odata.type": "#microsoft.graph.identitySet", "endpointType": "x",
				"application": {"id": "app", "displayName": "Bot", "hidden": true}, "user": null,
				"onPremises@odata.type": {"id": "y"}, "hologram": {"id": "h", "tenantId": "ht"}}},
		"targets": [
			{"identity": {"phone": {"id": "+4712345678"}}, "endpointType": "voicemail", "participantId": "p2", "replacesCallId": "old",
			 "hidden": false, "removeFromDefaultAudioRoutingGroup": true},
			{}],
		"meetingInfo": {"@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo", "joinMeetingId": "123", "passcode": "PASSCODE",
			"allowConversationWithoutHost": true, "organizer": {"user": {"id": "u"}}, "token": "TOKEN"},
		"chatInfo": {"threadId": "19:x@thread.v2", "messageId": "0", "replyChainMessageId": null},
		"transcription": {"state": "inactive", "lastModifiedDateTime": "2020-05-28T00:10:54.104318Z"}
	}`)
	want := graph.Details{
		Direction: text("incoming"), Subject: text(""), CallbackURI: text("https://bot/cb"), CallChainID: text("chain"), TenantID: text("tenant"),
		MyParticipantID: text("me"), RequestedModalities: []string{"audio", "hologram"},
		MediaState: &graph.MediaState{Audio: text("active")},
		Source: &graph.Source{
			CountryCode: text("NO"), EndpointType: text("default"), LanguageID: text("nb"), ParticipantID: text("p1"), Region: text("emea"),
			Identity: graph.Identities{
				"application": {ID: text("app"), DisplayName: text("Bot")},
				"hologram":    {ID: text("h"), TenantID: text("ht")},
			},
		},
		Targets: []graph.Target{{
			Identity: graph.Identities{"phone": {ID: text("+4712345678")}}, EndpointType: text("voicemail"), ParticipantID: text("p2"),
			ReplacesCallID: text("old"), Hidden: &no, RemoveFromDefaultAudioRoutingGroup: &yes,
		}, {}},
		MeetingInfo: &graph.MeetingInfo{
			Type: text("joinMeetingIdMeetingInfo"), Organizer: graph.Identities{"user": {ID: text("u")}},
			AllowConversationWithoutHost: &yes, JoinMeetingID: text("123"),
		},
		ChatInfo:      &graph.ChatInfo{ThreadID: text("19:x@thread.v2"), MessageID: text("0")},
		Transcription: &graph.Transcription{State: text("inactive"), LastModified: text("2020-05-28T00:10:54.104318Z")},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", marshal(t, got), marshal(t, want))
	}
	if all := marshal(t, got); strings.Contains(all, "PASSCODE") || strings.Contains(all, "TOKEN") {
		t.Errorf("a secret of the meeting is among the details: %s", all)
	}
}

// Whatever value replaces that of a property, at any depth, only that property is missing.
func TestDetails_leaveOutWhatIsOfAnotherType(t *testing.T) {
	t.Parallel()
	odd := []string{`null`, `true`, `5`, `1.5`, `"x"`, `[]`, `[[]]`, `{}`, `{"a":{"b":[]}}`}
	properties := map[string]func(graph.Details) bool{ // whether it is there
		"direction":           func(d graph.Details) bool { return d.Direction != nil },
		"subject":             func(d graph.Details) bool { return d.Subject != nil },
		"callbackUri":         func(d graph.Details) bool { return d.CallbackURI != nil },
		"callChainId":         func(d graph.Details) bool { return d.CallChainID != nil },
		"tenantId":            func(d graph.Details) bool { return d.TenantID != nil },
		"myParticipantId":     func(d graph.Details) bool { return d.MyParticipantID != nil },
		"requestedModalities": func(d graph.Details) bool { return d.RequestedModalities != nil },
		"mediaState":          func(d graph.Details) bool { return d.MediaState != nil },
		"source":              func(d graph.Details) bool { return d.Source != nil },
		"targets":             func(d graph.Details) bool { return d.Targets != nil },
		"meetingInfo":         func(d graph.Details) bool { return d.MeetingInfo != nil },
		"chatInfo":            func(d graph.Details) bool { return d.ChatInfo != nil },
		"transcription":       func(d graph.Details) bool { return d.Transcription != nil },
	}
	for name, there := range properties {
		for _, value := range odd {
			d := details(`{"` + name + `":` + value + `,"callChainId":"c"}`)
			fits := map[string]bool{`"x"`: !strings.Contains("requestedModalities mediaState source targets meetingInfo chatInfo transcription", name)}
			for _, list := range []string{`[]`, `[[]]`} {
				fits[list] = name == "requestedModalities" || name == "targets"
			}
			for _, o := range []string{`{}`, `{"a":{"b":[]}}`} {
				fits[o] = strings.Contains("mediaState source meetingInfo chatInfo transcription", name)
			}
			if name != "callChainId" && (there(d) != fits[value] || d.CallChainID == nil || *d.CallChainID != "c") {
				t.Errorf("%s = %s: got %s", name, value, marshal(t, d))
			}
		}
	}
	if got := details(`{"requestedModalities":["audio",5,null,["video"],"data"]}`).RequestedModalities; !reflect.DeepEqual(got, []string{"audio", "data"}) {
		t.Errorf("got %q", got)
	}
	if got := details(`{"targets":[5,null,{"hidden":"yes"}]}`).Targets; len(got) != 3 || !reflect.DeepEqual(got, make([]graph.Target, 3)) {
		t.Errorf("got %+v", got)
	}
	for _, text := range []string{"", "null", "[]", "{", `"x"`, "5"} {
		if got := details(text); !reflect.DeepEqual(got, graph.Details{}) {
			t.Errorf("%q: got %s", text, marshal(t, got))
		}
	}
}

// Whatever the text is, reading it ends, and in what Terraform can store.
func FuzzDetails(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"source":{"identity":{"user":{"id":"x"}}},"targets":[{}]}`, `{"requestedModalities":[null]}`, `{"meetingInfo":{"@odata.type":""}}`, `null`, "\xff",
		`{"source":{"identity":{"":{},"\ud800":{"id":"\ud800"}}}}`, strings.Repeat(`{"source":`, 100),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if all := marshal(t, details(text)); !utf8.ValidString(all) {
			t.Errorf("got %q, which Terraform cannot store", all)
		}
	})
}
