package provider

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// Parts of the bodies below.
const (
	callHead = `"@odata.type": "#microsoft.graph.call", "callbackUri": "https://bot.contoso.com/callback", "requestedModalities": ["audio"],
		"mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}`
	inTenant = `"tenantId": "` + graphsim.TenantID + `"`
)

func identityJSON(kind, id, more string) string {
	return fmt.Sprintf(`{"@odata.type": "#microsoft.graph.identitySet", %q: {"@odata.type": "#microsoft.graph.identity", "id": %q%s}}`, kind, id, more)
}

func targetJSON(kind, id, more string) string {
	return `{"@odata.type": "#microsoft.graph.invitationParticipantInfo", "identity": ` + identityJSON(kind, id, more) + `}`
}

func sourceJSON(kind, id string) string {
	return `"source": {"@odata.type": "#microsoft.graph.participantInfo", "identity": ` + identityJSON(kind, id, "") + `}`
}

func meetingJSON(tenant, message, reply string) string {
	return `"chatInfo": {"@odata.type": "#microsoft.graph.chatInfo", "threadId": "` + meetingThread + `", "messageId": "` + message + `"` + reply + `},
		"meetingInfo": {"@odata.type": "#microsoft.graph.organizerMeetingInfo", "organizer": ` +
		identityJSON("user", organizerID, `, "tenantId": "`+tenant+`"`) + `, "allowConversationWithoutHost": true}`
}

func joinJSON(passcode string) string {
	return `"meetingInfo": {"@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo", "joinMeetingId": "2414128301281", "passcode": ` + passcode +
		`, "allowConversationWithoutHost": true}`
}

// Each form sends what Graph's documentation says for it, once.
func TestCallResource_bodies(t *testing.T) {
	t.Parallel()
	forms := map[string]struct{ arguments, body string }{
		"one user": {callsUser(calleeID), inTenant + `, "targets": [` + targetJSON("user", calleeID, "") + `]`},
		"one application with a name and a subject": {
			"subject = \"Lab\"\nrequested_modalities = [\"audio\"]\ntarget {\n application_id = \"" + calleeID + "\"\n display_name = \"Queue\"\n}",
			inTenant + `, "subject": "Lab", "targets": [` + targetJSON("application", calleeID, `, "displayName": "Queue"`) + `]`,
		},
		"several users": {
			callsUser(calleeID) + "\n" + callsUser(otherCalleeID),
			inTenant + `, "direction": "outgoing", ` + sourceJSON("application", graphsim.ClientID) +
				`, "targets": [` + targetJSON("user", calleeID, "") + `, ` + targetJSON("user", otherCalleeID, "") + `]`,
		},
		"a phone": {
			"source_application_instance_id = \"" + instanceID + "\"\ntarget {\n phone_number = \"+12065550100\"\n}",
			inTenant + `, ` + sourceJSON("applicationInstance", instanceID) + `, "targets": [` + targetJSON("phone", "+12065550100", "") + `]`,
		},
		"a long link":                     {`join_url = "` + longLink(graphsim.TenantID) + `"`, inTenant + `, ` + meetingJSON(graphsim.TenantID, "0", "")},
		"a short link":                    {`join_url = "https://teams.microsoft.com/meet/2414128301281?p=p4ssc0de"`, inTenant + `, ` + joinJSON(`"p4ssc0de"`)},
		"a short link without a passcode": {`join_url = "https://teams.microsoft.com/meet/2414128301281"`, inTenant + `, ` + joinJSON(`null`)},
		"a meeting ID": {
			"join_meeting = {\n join_meeting_id = \"2414128301281\"\n passcode = \"p4ssc0de\"\n}", inTenant + `, ` + joinJSON(`"p4ssc0de"`),
		},
		"coordinates": {
			"meeting = {\n thread_id = \"" + meetingThread + "\"\n message_id = \"1509579179399\"\n reply_chain_message_id = \"1536978844957\"\n organizer_id = \"" + organizerID + "\"\n}",
			inTenant + `, ` + meetingJSON(graphsim.TenantID, "1509579179399", `, "replyChainMessageId": "1536978844957"`),
		},
	}
	l := newLab(t)
	named := func(name string) string { return strings.ReplaceAll(name, " ", "-") }
	config := l.providerBlock()
	for name, form := range forms {
		config += strings.Replace(placing(form.arguments), `"lab"`, strconv.Quote(named(name)), 1)
	}
	w := newWorkspace(t, l, config)
	w.mustRun("apply", "-auto-approve")
	l.expectPlaced(t, len(forms), len(forms))
	for name, form := range forms {
		id := w.instances(callType + "." + named(name))[0].Attributes["id"]
		for _, placed := range l.Placed() {
			if placed.ID == id {
				expectJSON(t, placed.Body, `{`+callHead+`, `+form.body+`}`)
			}
		}
	}
	w.expectNoChanges()
}

// The result of the function meeting can be assigned as it is.
func TestCallResource_takesWhatTheFunctionReturns(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.8.0", "1.7.0")
	l := newLab(t)
	w := newWorkspace(t, l, l.providerBlock()+placing(`meeting = provider::msgraph::meeting("`+longLink(graphsim.TenantID)+`")`))
	w.mustRun("apply", "-auto-approve")
	expectJSON(t, l.lastPlaced(t).Body, `{`+callHead+`, `+inTenant+`, `+meetingJSON(graphsim.TenantID, "0", "")+`}`)
	w.expectNoChanges()
}

// The headers go with both requests.
func TestCallResource_headers(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, l.placesCall(`headers = { X-Lab = "lab" }`))
	w.mustRun("apply", "-auto-approve")
	w.write(l.placesCall(`headers = { X-Lab = "lab" }`, `triggers = { a = "b" }`))
	w.mustRun("apply", "-auto-approve")
	sent := 0
	for _, r := range l.Requests() {
		if r.Service == graphsim.ServiceGraph && r.Method == "POST" && r.Header.Get("X-Lab") == "lab" {
			sent++
		}
	}
	if sent != 2 {
		t.Errorf("%d POSTs have the header, want the one that places the call and the keepAlive", sent)
	}
}

func expectJSON(t *testing.T, got []byte, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("%v: %s", err, want)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
