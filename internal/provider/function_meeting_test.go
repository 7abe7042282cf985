package provider

import (
	"maps"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/meeting"
)

const (
	shortMeetingLink = "https://teams.microsoft.com/meet/2414128301281?p=S3cretPasscode"
	longMeetingLink  = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NTg0NmQ3NTc%40thread.v2/0" +
		"?context=%7b%22Tid%22%3a%2272f988bf-86f1-41af-91ab-2d7cd011db47%22%2c%22Oid%22%3a%224b444206-207c-42f8-92a6-e332b41c88a2%22%7d"
	channelMeetingLink = "https://teams.microsoft.com/l/meetup-join/19:cd9ce3da56624fe69c9d7cd026f9126d@thread.skype/1509579179399" +
		`?context={"Tid":"72f988bf-86f1-41af-91ab-2d7cd011db47","Oid":"550fae72-d251-43ec-868c-373732c2704f","MessageId":"1536978844957"}`
)

func TestMeetingFunction_returnsWhatTheLinkSays(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]map[string]string{
		shortMeetingLink: {"join_meeting_id": "2414128301281", "passcode": "S3cretPasscode"},
		"https://teams.microsoft.com/meet/2414128301281": {"join_meeting_id": "2414128301281"},
		longMeetingLink: {
			"thread_id": "19:meeting_NTg0NmQ3NTc@thread.v2", "message_id": "0",
			"organizer_id": "4b444206-207c-42f8-92a6-e332b41c88a2", "tenant_id": "72f988bf-86f1-41af-91ab-2d7cd011db47",
		},
		channelMeetingLink: {
			"thread_id": "19:cd9ce3da56624fe69c9d7cd026f9126d@thread.skype", "message_id": "1509579179399", "reply_chain_message_id": "1536978844957",
			"organizer_id": "550fae72-d251-43ec-868c-373732c2704f", "tenant_id": "72f988bf-86f1-41af-91ab-2d7cd011db47",
		},
	} {
		result, problem := callFunction(t, "meeting", url)
		got, _ := result.(attributes)
		maps.DeleteFunc(got, func(_ string, field any) bool { return field == nil })
		if problem != nil || !maps.EqualFunc(got, want, func(a any, b string) bool { return a == b }) {
			t.Errorf("%s: got %v, %v, want %v", url, got, problem, want)
		}
	}
}

// A refusal is an error of the argument that says what to do, and holds nothing of the link.
func TestMeetingFunction_refusesAnythingElse(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"": "The meeting link is empty",
		"https://teams.live.com/meet/9425716001426?p=S3cretPasscode":                                                        "use a meeting that was scheduled with a work or school account",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fmeet%2F1?p=S3cretPasscode": "copy the original",
		"http://teams.microsoft.com/meet/1?p=S3cretPasscode":                                                                "begins with https://",
		"https://teams.microsoft.com/l/meetup-join/19:x@thread.tacv2/0?context={}&p=S3cretPasscode":                         "needs the ID of the channel's message",
		"https://teams.microsoft.com/meet/1?p=S3cretPasscode" + strings.Repeat("x", 100000):                                 "longer than any meeting link",
	} {
		_, problem := callFunction(t, "meeting", url)
		if problem == nil || problem.FunctionArgument == nil || *problem.FunctionArgument != 0 {
			t.Errorf("%.60q: got %v, want an error of the argument", url, problem)
			continue
		}
		for _, part := range []string{want, "A meeting link is one of:", meeting.Forms} {
			if !strings.Contains(problem.Text, part) {
				t.Errorf("%.60q: got %q, want it to say %q", url, problem.Text, part)
			}
		}
		if strings.Contains(problem.Text, "S3cret") || strings.Contains(problem.Text, "9425716001426") || len(problem.Text) > 1500 {
			t.Errorf("%.60q: the error repeats the link: %q", url, problem.Text)
		}
	}
}

// The result of a sensitive link is sensitive, of which nonsensitive() shows one field.
func TestMeetingFunction_underTheCLI(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.8.0", "1.7.0")
	l := newLab(t)
	w := newExample(t, l, "functions/meeting/function.tf")
	w.env = append(w.env, "TF_VAR_join_url="+shortMeetingLink)
	out := w.mustRun("apply", "-auto-approve")
	out += w.mustRun("output")
	expectText(t, out, `join_meeting_id = "2414128301281"`, `passcode = <sensitive>`,
		`thread_id = "19:meeting_NTg0NmQ3NTctZDVkZC00YzRhLThmNmEtOGQ3M2E0ODdmZDZk@thread.v2"`, `tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47"`)
	if strings.Contains(out, "S3cret") {
		t.Errorf("the passcode is shown:\n%s", out)
	}
	l.expectNothingSent(t)

	w.write(l.providerBlock() + "variable \"url\" {\n sensitive = true\n default = \"https://teams.live.com/meet/1?p=S3cretPasscode\"\n}\n" +
		"output \"m\" {\n value = provider::msgraph::meeting(var.url)\n sensitive = true\n}\n")
	out, code := w.run("plan")
	expectText(t, out, "Teams for personal use", "scheduled with a work or school account")
	if code != 1 || strings.Contains(out, "S3cret") {
		t.Errorf("plan exited %d:\n%s", code, out)
	}
}
