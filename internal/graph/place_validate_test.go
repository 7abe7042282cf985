package graph_test

import (
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graph"
)

// placeRefusals are requests that are not sent, by what is said of them.
var placeRefusals = map[string]func(*graph.PlaceRequest){
	"callback_uri: a callback URI begins with https://":             func(r *graph.PlaceRequest) { r.CallbackURI = "" },
	"a request has exactly one of Meeting, JoinMeeting and Targets": func(r *graph.PlaceRequest) { r.Targets = nil },
	"exactly one of Meeting, JoinMeeting and Targets":               func(r *graph.PlaceRequest) { r.JoinMeeting = &graph.JoinMeeting{ID: "1"} },
	"has at most 5 targets, not 6":                                  func(r *graph.PlaceRequest) { r.Targets = make([]graph.PlaceTarget, 6) },
	"exactly one of user_id, phone_number and application_id":       func(r *graph.PlaceRequest) { r.Targets[0] = graph.PlaceTarget{DisplayName: "x"} },
	"target block 1: set exactly one of user_id, phone_number and":  func(r *graph.PlaceRequest) { r.Targets[0].PhoneNumber = "+12065550100" },
	"user_id: this is not a GUID":                                   func(r *graph.PlaceRequest) { r.Targets[0].UserID = "bob@contoso.com" },
	"application_id: this is not a GUID":                            func(r *graph.PlaceRequest) { r.Targets[0] = graph.PlaceTarget{ApplicationID: "bot"} },
	"phone_number: this is not a phone number in the E.164 form":    func(r *graph.PlaceRequest) { r.Targets[0] = graph.PlaceTarget{PhoneNumber: "112"} },
	"a call to a phone_number needs source_application_instance_id": func(r *graph.PlaceRequest) { r.Targets[0] = graph.PlaceTarget{PhoneNumber: "+12065550100"} },
	"source_application_instance_id: this is not a GUID":            func(r *graph.PlaceRequest) { r.SourceApplicationInstanceID = "x" },
	"two target blocks have the same target": func(r *graph.PlaceRequest) {
		r.Targets = append(r.Targets, graph.PlaceTarget{UserID: strings.ToUpper(placeUser)})
	},
	"must be the only target": func(r *graph.PlaceRequest) {
		r.Targets = append(r.Targets, graph.PlaceTarget{PhoneNumber: "+12065550100"})
		r.SourceApplicationInstanceID = placeInstance
	},
	"application_id must be the only target; Graph documents group calls for users only": func(r *graph.PlaceRequest) {
		r.Targets = append(r.Targets, graph.PlaceTarget{ApplicationID: placeClient})
	},
	"needs the client ID of the application; set client_id": func(r *graph.PlaceRequest) {
		r.Targets = append(r.Targets, graph.PlaceTarget{UserID: placeClient})
		r.SourceApplicationID = ""
	},
	"client_id: this is not a GUID": func(r *graph.PlaceRequest) {
		r.Targets = append(r.Targets, graph.PlaceTarget{UserID: placeClient})
		r.SourceApplicationID = "x"
	},
	"tenant_id: this is not a GUID":                             func(r *graph.PlaceRequest) { r.TenantID = "contoso.com" },
	"the call needs tenant_id":                                  join(func(r *graph.PlaceRequest) { r.TenantID = "" }),
	"join_meeting_id: use the digits":                           join(func(r *graph.PlaceRequest) { r.JoinMeeting.ID = "344 674 159" }),
	"passcode: use the passcode":                                join(func(r *graph.PlaceRequest) { r.JoinMeeting.Passcode += " " }),
	"thread_id: use the thread ID":                              meet(func(r *graph.PlaceRequest) { r.Meeting.ThreadID = "19%3ameeting_x%40thread.v2" }),
	`message_id: use "0"`:                                       meet(func(r *graph.PlaceRequest) { r.Meeting.MessageID = "" }),
	"reply_chain_message_id: use":                               meet(func(r *graph.PlaceRequest) { r.Meeting.ReplyChainMessageID = "x" }),
	"organizer_id: use the object ID":                           meet(func(r *graph.PlaceRequest) { r.Meeting.OrganizerID = "" }),
	"organizer_id: this is not a GUID":                          meet(func(r *graph.PlaceRequest) { r.Meeting.OrganizerID = "Bob" }),
	"tenant_id of the meeting: this is":                         meet(func(r *graph.PlaceRequest) { r.Meeting.TenantID = "contoso.com" }),
	`"text" is not a modality; use one or more of audio, video`: func(r *graph.PlaceRequest) { r.Modalities = []string{"audio", "text"} },
	"audio is duplicated":                                       func(r *graph.PlaceRequest) { r.Modalities = []string{"audio", "audio"} },
}

func join(change func(*graph.PlaceRequest)) func(*graph.PlaceRequest) {
	return func(r *graph.PlaceRequest) {
		r.Targets, r.JoinMeeting = nil, &graph.JoinMeeting{ID: "1234567", Passcode: "S3cretPasscode"}
		change(r)
	}
}

func meet(change func(*graph.PlaceRequest)) func(*graph.PlaceRequest) {
	return func(r *graph.PlaceRequest) {
		r.Targets, r.Meeting = nil, &graph.MeetingCoordinates{ThreadID: placeThread, MessageID: "0", OrganizerID: placeUser, TenantID: placeTenant}
		change(r)
	}
}

// What is refused names what to write, is never made into a body, and repeats no passcode.
func TestPlaceRequest_refusals(t *testing.T) {
	t.Parallel()
	for want, change := range placeRefusals {
		request := graph.PlaceRequest{
			CallbackURI: placeCallback, TenantID: placeTenant, SourceApplicationID: placeClient,
			Targets: []graph.PlaceTarget{{UserID: placeUser}},
		}
		if err := request.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&request)
		body, err := request.Body()
		if err == nil || body != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %s, %v, want an error that says %q", body, err, want)
			continue
		}
		if strings.Contains(err.Error(), "S3cret") {
			t.Errorf("the error repeats the passcode: %v", err)
		}
	}
}

// checks are the checks of single values, each with what passes and what is said of the rest.
var checks = map[string]struct {
	check  func(string) error
	passes []string
	fails  map[string]string
}{
	"GUID": {
		graph.CheckGUID,
		[]string{placeUser, strings.ToUpper(placeUser), "00000000-0000-0000-0000-000000000000"},
		map[string]string{
			"": "not a GUID", "x": "not a GUID; use the ID that Microsoft Entra shows", placeUser + " ": "not a GUID", "contoso.onmicrosoft.com": "not a GUID",
			"{" + placeUser + "}":                   "hyphens and nothing around it",
			strings.ReplaceAll(placeUser, "-", ""):  "hyphens and nothing around it",
			"urn:uuid:" + placeUser:                 "hyphens and nothing around it",
			strings.Replace(placeUser, "1", "g", 1): "not a GUID",
			"\xff" + placeUser[1:]:                  "not a GUID",
		},
	},
	"phone number": {
		graph.CheckE164,
		[]string{"+12065550100", "+4930901820", "+123456789012345"},
		map[string]string{
			"": "use a plus sign", "12065550100": "not a phone number in the E.164 form", "+0123456789": "not a phone number",
			"+1234567890123456": "not a phone number", "+12": "not a phone number", "+1206555010x": "not a phone number",
			"+1 206 555-0100": "remove the separators", "+1 (206) 555.0100": "remove the separators",
			"0049 30 901820": "replace the leading 00", "tel:+12065550100": "by itself", "+12065550100\n": "not a phone number",
			"+１２０６５５５０１００": "not a phone number",
		},
	},
	"callback URI": {
		graph.CheckCallbackURI,
		[]string{placeCallback, "https://bot.contoso.com:8443/a?code=x", "HTTPS://[2001:db8::1]/a", "https://xn--bt-fka.example"},
		map[string]string{
			"": "begins with https://", "bot.contoso.com/callback": "begins with https://", "http://bot.contoso.com/S3cret": "begins with https://",
			"https://": "no host", "https:///S3cret": "no host", "https:bot.contoso.com": "no host", "https://:443/S3cret": "no host",
			"https://S3cret@bot.contoso.com/": "user name or password", "https://a:S3cret@bot.contoso.com/": "user name or password",
			"https://bot.contoso.com/#S3cret": "fragment", "https://bot.contoso.com/a b": "no spaces", "https://bot.contoso.com/ü": "percent-encode",
			"https://bot.contoso.com/\x00S3cret": "no spaces", "https://bot.contoso.com/%zz?S3cret": "not a URI", "https://bot.contoso.com:x/S3cret": "not a URI",
			"https://bot.contoso.com/" + strings.Repeat("S3cret", 400): "at most 2048 characters",
		},
	},
}

func TestChecks_sayWhatToWrite(t *testing.T) {
	t.Parallel()
	for name, c := range checks {
		for _, value := range c.passes {
			if err := c.check(value); err != nil {
				t.Errorf("%s %q: %v", name, value, err)
			}
		}
		for value, want := range c.fails {
			if err := c.check(value); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "S3cret") {
				t.Errorf("%s %.60q: got %v, want it to say %q, and not to repeat the value", name, value, err, want)
			}
		}
	}
}
