package meeting_test

import (
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/meeting"
)

const (
	tenant    = "72f988bf-86f1-41af-91ab-2d7cd011db47"
	organizer = "4b444206-207c-42f8-92a6-e332b41c88a2"
	thread    = "19:meeting_NTg0NmQ3NTctZDVkZC00YzRhLThmNmEtOGQ3M2E0ODdmZDZk@thread.v2"
	context   = "%7b%22Tid%22%3a%22" + tenant + "%22%2c%22Oid%22%3a%22" + organizer + "%22%7d"

	longPath = "/l/meetup-join/19%3ameeting_NTg0NmQ3NTctZDVkZC00YzRhLThmNmEtOGQ3M2E0ODdmZDZk%40thread.v2/0"
	longLink = "https://teams.microsoft.com" + longPath + "?context=" + context

	channelThread = "19:cd9ce3da56624fe69c9d7cd026f9126d@thread.skype"
)

var (
	long  = meeting.Link{ThreadID: thread, MessageID: "0", OrganizerID: organizer, TenantID: tenant}
	short = meeting.Link{JoinMeetingID: "2414128301281", Passcode: "NzhDLMLT8b07DrkwkE"}
)

// accepted are links of every form, each with what it says.
var accepted = map[string]meeting.Link{
	"https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE":           short,
	"https://teams.cloud.microsoft/meet/2414128301281?p=NzhDLMLT8b07DrkwkE":         short,
	"https://gov.teams.microsoft.us/meet/2414128301281?p=NzhDLMLT8b07DrkwkE":        short,
	"https://dod.teams.microsoft.us/meet/2414128301281?p=NzhDLMLT8b07DrkwkE":        short,
	"HTTPS://Teams.Microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE":           short,
	" https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE\n":        short,
	"https://teams.microsoft.com/meet/2414128301281?anon=true&p=NzhDLMLT8b07DrkwkE": short,
	"https://teams.microsoft.com/meet/2414128301281?p=a+b%2Bc%2f%25":                {JoinMeetingID: "2414128301281", Passcode: "a+b+c/%"},
	"https://teams.microsoft.com/meet/2414128301281":                                {JoinMeetingID: "2414128301281"},

	longLink: long,
	"https://teams.microsoft.com" + strings.ReplaceAll(longPath, "%3a", "%3A") + "?context=" + strings.ToUpper(context[:3]) + context[3:] + "&anon=true":                  long,
	"https://teams.microsoft.com/l/meetup-join/" + thread + `/0?context={"Tid":"` + tenant + `","Oid":"` + organizer + `"}`:                                               long,
	"https://teams.microsoft.com/l/meetup-join/" + thread + "/0?context=%7B%22Tid%22%3A+%22" + strings.ToUpper(tenant) + "%22%2C+%22Oid%22%3A+%22" + organizer + "%22%7D": long,
	"https://teams.microsoft.com/_#" + longPath + "?context=" + context + "&anon=true":                                                                                    long,
	"https://teams.cloud.microsoft/_#/l/meetup-join/" + thread + `/0?context={"Tid":"` + tenant + `","Oid":"` + organizer + `"}&anon=true`:                                long,
	"https://teams.microsoft.com" + longPath + "?context=%7b%22Tid%22%3a%22" + tenant + "%22%2c%22Oid%22%3a%22" + organizer + "%22%2c%22MessageId%22%3a%220%22%7d":        long,
	"https://gov.teams.microsoft.us/l/meetup-join/19%3agcch%3ameeting_1fa6f7bb@thread.v2/0?context=" + context: {
		ThreadID: "19:gcch:meeting_1fa6f7bb@thread.v2", MessageID: "0", OrganizerID: organizer, TenantID: tenant,
	},

	"https://teams.microsoft.com/l/meetup-join/" + channelThread + `/1509579179399?context={"Tid":"` + tenant + `","Oid":"` + organizer + `","MessageId":"1536978844957"}`: {
		ThreadID: channelThread, MessageID: "1509579179399", ReplyChainMessageID: "1536978844957", OrganizerID: organizer, TenantID: tenant,
	},
	"https://teams.microsoft.com/l/meetup-join/19%3at1SugNIfziFr27_yMx-ZhneiZlByO0iqYpzFAnKGpAE1%40thread.tacv2/1637937566077?context=" + context: {
		ThreadID: "19:t1SugNIfziFr27_yMx-ZhneiZlByO0iqYpzFAnKGpAE1@thread.tacv2", MessageID: "1637937566077", OrganizerID: organizer, TenantID: tenant,
	},
}

func TestParse_everyForm(t *testing.T) {
	t.Parallel()
	for text, want := range accepted {
		if got, err := meeting.Parse(text); err != nil || got != want {
			t.Errorf("%s:\ngot  %+v, %v\nwant %+v", text, got, err, want)
		}
	}
}

func TestLink_same(t *testing.T) {
	t.Parallel()
	const shortLink = "https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE"
	for _, test := range []struct {
		what, a, b string
		want       bool
	}{
		{"the same text", longLink, longLink, true},
		{"the same text, no link", "x", "x", true},
		{"another way to write it", longLink, "https://teams.cloud.microsoft/_#" + longPath + "?context=" + context + "&anon=true", true},
		{"another passcode", shortLink, strings.Replace(shortLink, "?p=", "?p=x", 1), true},
		{"no passcode", shortLink, strings.Split(shortLink, "?")[0], true},
		{"another meeting ID", shortLink, strings.Replace(shortLink, "/meet/2", "/meet/3", 1), false},
		{"another thread", longLink, strings.Replace(longLink, "NTg0", "NTg1", 1), false},
		{"another organizer", longLink, strings.Replace(longLink, "4b444206", "4b444207", 1), false},
		{"another tenant", longLink, strings.Replace(longLink, "72f988bf", "72f988be", 1), false},
		{"a short and a long one", shortLink, longLink, false},
		{"a link and none", longLink, "x", false},
		{"none and another", "x", "y", false},
	} {
		if got := meeting.Same(test.a, test.b); got != test.want {
			t.Errorf("%s: got %t", test.what, got)
		}
		if got := meeting.Same(test.b, test.a); got != test.want {
			t.Errorf("%s, the other way round: got %t", test.what, got)
		}
	}
}
