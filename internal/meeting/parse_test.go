package meeting_test

import (
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/meeting"
)

const secret = "S3cretPasscode"

// refused are no meeting links, each with what is said of it.
var refused = map[string][]string{
	"":   {"is empty", "copy the link"},
	" ":  {"is empty"},
	"\n": {"is empty"},
	"https://teams.microsoft.com/meet/1?p=" + secret + strings.Repeat("x", 2048): {"longer than any meeting link"},

	"teams.microsoft.com/meet/1?p=" + secret:                          {"begins with https://"},
	"http://teams.microsoft.com/meet/1?p=" + secret:                   {"begins with https://"},
	"msteams://teams.microsoft.com/meet/1?p=" + secret:                {"begins with https://"},
	"https:teams.microsoft.com/meet/1?p=" + secret:                    {"begins with https://"},
	"https:///meet/1?p=" + secret:                                     {"begins with https://"},
	"<https://teams.microsoft.com/meet/1?p=" + secret + ">":           {"not a URL", "copy the link"},
	"https://teams.microsoft.com/meet/1\x00?p=" + secret:              {"not a URL"},
	"https://teams.microsoft.com/me et/1?p=" + secret:                 {"not to a meeting"},
	"https://teams.microsoft.com/%zz/1?p=" + secret:                   {"not a URL"},
	"https://user@teams.microsoft.com/meet/1?p=" + secret:             {"user name"},
	"https://@teams.microsoft.com/meet/1?p=" + secret:                 {"user name"},
	"https://teams.microsoft.com@evil.example/meet/1?p=" + secret:     {"user name"},
	"https://teams.microsoft.com:443/meet/1?p=" + secret:              {"has a port"},
	"https://teams.microsoft.com:/meet/1?p=" + secret:                 {"has a port"},
	"https://teams.microsoft.com.evil.example/meet/1?p=" + secret:     {"no meeting links on this host", "https://teams.microsoft.com/"},
	"https://evilteams.microsoft.com/meet/1?p=" + secret:              {"no meeting links on this host"},
	"https://teams.microsoft.com./meet/1?p=" + secret:                 {"no meeting links on this host"},
	"https://teams.microsoft.us/meet/1?p=" + secret:                   {"no meeting links on this host"},
	"https://[::1]/meet/1?p=" + secret:                                {"has a port"},
	"https://zoom.us/j/1?pwd=" + secret:                               {"no meeting links on this host"},
	"https://teams.live.com/meet/9425716001426?p=" + secret:           {"personal use", "use a meeting that was scheduled with a work or school account"},
	"https://teams.live.com/l/meetup-join/" + thread + "/0?" + secret: {"personal use"},

	"https://nam06.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fmeet%2F1%3Fp%3D" + secret: {"mail filter", "copy the original"},
	"https://statics.teams.cdn.safelinks.example/?url=" + secret:                                                       {"mail filter"},
	"https://urldefense.com/v3/__https://teams.microsoft.com/meet/1?p=" + secret + "__;!!x$":                           {"mail filter"},
	"https://urldefense.proofpoint.com/v2/url?u=" + secret:                                                             {"mail filter"},
	"https://protect-eu.mimecast.com/s/" + secret:                                                                      {"mail filter"},
	"https://linkprotect.cudasvc.com/url?a=" + secret:                                                                  {"mail filter"},

	"https://teams.microsoft.com":                                               {"not to a meeting"},
	"https://teams.microsoft.com/?p=" + secret:                                  {"not to a meeting"},
	"https://teams.microsoft.com/l/chat/" + thread + "/0?context=" + context:    {"not to a meeting"},
	"https://teams.microsoft.com/l/message/" + thread + "/1?context=" + context: {"not to a meeting"},
	"https://teams.microsoft.com/L/meetup-join/" + thread + "/0?x=" + context:   {"not to a meeting"},
	"https://teams.microsoft.com//meet/1?p=" + secret:                           {"not to a meeting"},
	"https://teams.microsoft.com/dl/launcher/launcher.html?url=" + secret:       {"a page that opens Teams"},
	"https://teams.microsoft.com/v2/?meetingjoin=true#" + longPath:              {"a page that opens Teams"},

	"https://teams.microsoft.com/meet/?p=" + secret:                           {"not a number"},
	"https://teams.microsoft.com/meet/abc?p=" + secret:                        {"not a number"},
	"https://teams.microsoft.com/meet/1%32?p=" + secret:                       {"not a number"},
	"https://teams.microsoft.com/meet/1/?p=" + secret:                         {"incomplete, or something was added"},
	"https://teams.microsoft.com/meet/1?p=" + secret + "#x":                   {"incomplete, or something was added"},
	"https://teams.microsoft.com/meet/1?p=":                                   {"passcode in the link is incomplete"},
	"https://teams.microsoft.com/meet/1?p":                                    {"passcode in the link is incomplete"},
	"https://teams.microsoft.com/meet/1?p=" + secret + "%20":                  {"passcode in the link is incomplete"},
	"https://teams.microsoft.com/meet/1?p=" + secret + "%00":                  {"passcode in the link is incomplete"},
	"https://teams.microsoft.com/meet/1?p=" + secret + "%":                    {"passcode in the link is incomplete"},
	"https://teams.microsoft.com/meet/1?p=" + secret + "ü":                    {"passcode in the link is incomplete"},
	"https://teams.microsoft.com/meet/1?p=" + secret + "&p=2":                 {"a parameter twice"},
	"https://teams.microsoft.com/_#/meet/1?p=" + secret:                       {"incomplete, or something was added"},
	"https://teams.microsoft.com/_?p=1#" + longPath + "?c=" + context:         {"not to a meeting"},
	"https://teams.microsoft.com/_#" + longPath + "?context=" + context + "#": {"not to a meeting"},

	"https://teams.microsoft.com/l/meetup-join/" + thread:                                                                              {"incomplete"},
	"https://teams.microsoft.com/l/meetup-join/316652780345552":                                                                        {"incomplete"},
	"https://teams.microsoft.com" + longPath:                                                                                           {"no context"},
	"https://teams.microsoft.com" + longPath + "?context=" + context[:40]:                                                              {"context parameter of the link", "incomplete"},
	"https://teams.microsoft.com" + longPath + "?context=%7":                                                                           {"context parameter of the link", "incomplete"},
	"https://teams.microsoft.com" + longPath + "?context=" + context + context:                                                         {"context parameter of the link", "incomplete"},
	"https://teams.microsoft.com" + longPath + "?context=" + context + "&context=":                                                     {"a parameter twice"},
	"https://teams.microsoft.com" + longPath + `?context={"Oid":"` + organizer + `"}`:                                                  {"no tenant"},
	"https://teams.microsoft.com" + longPath + `?context={"Tid":"contoso.com"}`:                                                        {"no tenant"},
	"https://teams.microsoft.com" + longPath + `?context={"Tid":"` + tenant + `"}`:                                                     {"no organizer"},
	"https://teams.microsoft.com" + longPath + `?context=null`:                                                                         {"no tenant"},
	"https://teams.microsoft.com" + longPath + `?context=[]`:                                                                           {"incomplete or damaged"},
	"https://teams.microsoft.com" + longPath + "x?context=" + context:                                                                  {"not a number"},
	"https://teams.microsoft.com/l/meetup-join/" + thread + "%2f..%2f/0?context=" + context:                                            {"is missing or damaged"},
	"https://teams.microsoft.com/l/meetup-join/19%253ameeting_x%2540thread.v2/0?context=" + context:                                    {"is missing or damaged"},
	"https://teams.microsoft.com/l/meetup-join/19:x@thread.tacv2/0?context=" + context:                                                 {"ID of the channel's message", "copy the link from the meeting's post in the channel"},
	"https://teams.microsoft.com/l/meetup-join/" + channelThread + "/0?context=" + context:                                             {"ID of the channel's message"},
	"https://teams.microsoft.com/l/meetup-join/19:x@thread.tacv2?context=" + context:                                                   {"ID of the channel's message"},
	"https://teams.microsoft.com" + longPath + `?context={"Tid":"` + tenant + `","Oid":"` + organizer + `","MessageId":"x"}`:           {"MessageId"},
	"https://teams.microsoft.com" + longPath + `?context={"Tid":"` + tenant + `","Oid":"` + organizer + `","IsBroadcastMeeting":true}`: {"live event"},
}

// Each refusal says why, and repeats neither the link nor what may be a passcode in it.
func TestParse_refusesAnythingElse(t *testing.T) {
	t.Parallel()
	for text, want := range refused {
		link, err := meeting.Parse(text)
		if err == nil || link != (meeting.Link{}) {
			t.Errorf("%q: got %+v, %v", text, link, err)
			continue
		}
		for _, part := range want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: got %q, want it to say %q", text, err, part)
			}
		}
		said := err.Error()
		if strings.Contains(said, secret) || strings.Contains(said, tenant) || strings.Contains(said, organizer) || strings.Contains(said, "evil") {
			t.Errorf("%q: the error repeats a part of it: %q", text, err)
		}
		if strings.Contains(said, "\n") || len(said) > 300 {
			t.Errorf("%q: got %q", text, err)
		}
	}
}
