package provider

import (
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// What cannot place a call is refused by validate or plan, with what to write, and no request is sent. No error shows
// a link or a passcode, nor the line that holds one.
func TestCallResource_refusedArguments(t *testing.T) {
	t.Parallel()
	const secret = "p4ssc0de"
	mistakes := map[string]badConfig{
		"no way":           {"", []string{"No call target is configured", "set exactly one of join_url, join_meeting, meeting and target blocks"}},
		"two ways":         {callsUser(calleeID) + "\njoin_url = \"" + longLink(graphsim.TenantID) + "\"", []string{"join_url and target are mutually exclusive"}},
		"six targets":      {strings.Repeat("target {\n user_id = \""+calleeID+"\"\n}\n", 6), []string{"at most 5 targets, not 6"}},
		"twice the same":   {callsUser(calleeID) + "\n" + callsUser(calleeID), []string{"Two target blocks have the same target"}},
		"empty target":     {"target {}", []string{"Target block 1: set exactly one of user_id, phone_number and application_id"}},
		"full target":      {"target {\n user_id = \"" + calleeID + "\"\n phone_number = \"+12065550100\"\n}", []string{"Target block 1: set exactly one"}},
		"phone, no source": {"target {\n phone_number = \"+12065550100\"\n}", []string{"needs source_application_instance_id", "object ID of the application instance"}},
		"phone, in a group": {"source_application_instance_id = \"" + instanceID + "\"\n" + callsUser(calleeID) + "\ntarget {\n phone_number = \"+12065550100\"\n}",
			[]string{"phone_number or application_id must be the only target"}},
		"application, in a group": {callsUser(calleeID) + "\ntarget {\n application_id = \"" + otherCalleeID + "\"\n}",
			[]string{"Graph documents group calls for users only", "application_id must be the only target"}},
		"no E.164":        {"target {\n phone_number = \"(206) 555-0100\"\n}", []string{"Invalid Phone Number", "as in +12065550100"}},
		"no GUID":         {"target {\n user_id = \"megan@contoso.com\"\n}", []string{"Invalid User ID", "This is not a GUID"}},
		"tenant's domain": {"tenant_id = \"contoso.com\"\n" + callsUser(calleeID), []string{"Invalid Tenant ID", "This is not a GUID"}},
		"source":          {"source_application_instance_id = \"x\"\n" + callsUser(calleeID), []string{"Invalid Source Application Instance ID"}},
		"modality":        {"requested_modalities = [\"sound\"]\n" + callsUser(calleeID), []string{`"sound" is not a modality`, "audio, video"}},
		"wait_until":      {"wait_until = \"answered\"\n" + callsUser(calleeID), []string{`"established" "created"`}},
		"on_ended":        {"on_ended = \"ignore\"\n" + callsUser(calleeID), []string{`"replace" "keep"`}},
		"timeout":         {"timeouts {\n create = \"0s\"\n}\n" + callsUser(calleeID), []string{"A timeout must be above zero"}},
		"renew_after":     {"renew_after = \"45m\"\n" + callsUser(calleeID), []string{"must be at least 0s and below 45m"}},
		"consumer link":   {`join_url = "https://teams.live.com/meet/9876543210?p=` + secret + `"`, []string{"Teams for personal use", "use a meeting that was scheduled with a work or school account"}},
		"rewritten link":  {`join_url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fmeet%2F1%3Fp%3D` + secret + `"`, []string{"mail filter has rewritten", "copy the original"}},
		"channel link":    {`join_url = "https://teams.microsoft.com/l/meetup-join/19%3aabc%40thread.tacv2/0?context=%7b%22p%22%3a%22` + secret + `%22%7d"`, []string{"needs the ID of the channel's message"}},
		"channel":         {"meeting = {\n thread_id = \"19:abc@thread.tacv2\"\n message_id = \"0\"\n organizer_id = \"" + organizerID + "\"\n}", []string{"this thread belongs to a channel"}},
		"no meeting link": {`join_url = "https://example.com/` + secret + `"`, []string{"Invalid Join URL", "join_url:", "Teams has no meeting links on this host"}},
		"meeting ID":      {`join_meeting = { join_meeting_id = "241 412", passcode = "` + secret + `" }`, []string{"use the digits of the meeting ID, without spaces"}},
		"no meeting ID":   {`join_meeting = { passcode = "` + secret + `" }`, []string{"join_meeting_id: use the digits"}},
		"short link in meeting": {`meeting = provider::msgraph::meeting("https://teams.microsoft.com/meet/2414128301281?p=` + secret + `")`,
			[]string{"thread_id is missing", "set join_url to the link"}},
		"percent-encoded thread": {"meeting = {\n thread_id = \"19%3ameeting_x%40thread.v2\"\n message_id = \"0\"\n organizer_id = \"" + organizerID + "\"\n}", []string{"without percent-encoding"}},
	}
	if !isCLI(t, "1.8.0", "1.7.0") { // for the function
		delete(mistakes, "short link in meeting")
	}
	for name, c := range mistakes {
		mistakes[name] = badConfig{"callback_uri = \"https://bot.contoso.com/callback\"\n" + c.arguments, c.says}
	}
	out := newLab(t).expectRefused(t, "resource", callType, mistakes)
	if n := strings.Count(out, "Error: "); n != len(mistakes) || strings.Contains(out, secret) {
		t.Errorf("%d mistakes are reported as %d errors, or the passcode is shown:\n%s", len(mistakes), n, out)
	}
	if isCLI(t, "1.4.0", "1.6.0") { // for terraform_data
		l := newLab(t)
		unknown := callsUser(calleeID) + "\njoin_url = terraform_data.late.id\njoin_meeting = { join_meeting_id = \"1\" }"
		newWorkspace(t, l, l.providerBlock()+"resource \"terraform_data\" \"late\" {}\n"+placing(unknown)).expectExit(1, []string{"validate"}, "join_meeting and target are")
	}
	for callback, says := range map[string]string{"http://bot.contoso.com/" + secret: "begins with https://", "https://u:" + secret + "@bot.contoso.com/": "user name or password"} {
		l := newLab(t)
		w := newWorkspace(t, l, l.providerBlock()+strings.Replace(placing(callsUser(calleeID)), "https://bot.contoso.com/callback", callback, 1))
		if out := w.expectExit(1, []string{"validate"}, "Error: Invalid Callback URI", "callback_uri:", says); strings.Contains(out, secret) {
			t.Errorf("the callback URI is shown:\n%s", out)
		}
	}
}

// What is known only in the apply is checked again before anything is sent.
func TestCallResource_argumentsAreCheckedAgainBeforeThePost(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	for name, c := range map[string]struct{ arguments, says string }{
		"link":    {`join_url = "https://teams.live.com/meet/${terraform_data.late.output}"`, "Teams for personal use"},
		"one way": {callsUser(calleeID) + "\njoin_url = terraform_data.late.output == \"x\" ? \"" + longLink(graphsim.TenantID) + "\" : null", "are mutually exclusive"},
		"no way":  {`join_url = terraform_data.late.output == "x" ? null : "y"`, "No call target is configured"},
		"targets": {"dynamic \"target\" {\n for_each = terraform_data.late.output == \"x\" ? [] : [1]\n content {\n user_id = \"" + calleeID + "\"\n }\n }", "No call target is configured"},
		"twice":   {callsUser(calleeID) + "\ntarget {\n user_id = terraform_data.late.output == \"x\" ? \"" + calleeID + "\" : \"\"\n}", "Two target blocks have the same target"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l, l.providerBlock()+"resource \"terraform_data\" \"late\" {\n  input = \"x\"\n}\n"+placing(c.arguments))
			w.expectExit(2, planNow)
			w.expectExit(1, applyNow, "Error: Invalid ", c.says)
			if n := len(l.Placed()); n != 0 {
				t.Errorf("%d calls were placed", n)
			}
		})
	}
}

// tenant_id comes from the link, from the meeting, or from the provider, and is known in the plan.
func TestCallResource_tenant(t *testing.T) {
	t.Parallel()
	const other = "0d1e2f3a-0000-4000-8000-000000000001"
	coordinates := func(more string) string {
		return "meeting = {\n thread_id = \"" + meetingThread + "\"\n message_id = \"0\"\n organizer_id = \"" + organizerID + "\"\n" + more + "\n}"
	}
	for name, c := range map[string]struct{ arguments, provider, want string }{
		"the provider's":                   {callsUser(calleeID), graphsim.TenantID, graphsim.TenantID},
		"none of a provider by its domain": {callsUser(calleeID), "contoso.com", ""},
		"the link's":                       {`join_url = "` + longLink(other) + `"`, graphsim.TenantID, other},
		"a short link has none":            {`join_url = "https://teams.microsoft.com/meet/1"`, graphsim.TenantID, graphsim.TenantID},
		"the meeting's":                    {coordinates(`tenant_id = "` + other + `"`), graphsim.TenantID, other},
		"a meeting without":                {coordinates(""), graphsim.TenantID, graphsim.TenantID},
		"its own":                          {"tenant_id = \"" + other + "\"\njoin_url = \"" + longLink(graphsim.TenantID) + "\"", graphsim.TenantID, other},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			provider := strings.Replace(l.providerBlock(), graphsim.TenantID, c.provider, 1)
			w := newWorkspace(t, l, provider+placing(c.arguments))
			out := w.mustRun("plan")
			if c.want == "" && strings.Contains(out, "tenant_id") || !strings.Contains(unwrap(out), unwrap(`+ tenant_id = "`+c.want)) && c.want != "" {
				t.Errorf("want the tenant %q:\n%s", c.want, out)
			}
		})
	}
	l := newLab(t)
	w := newWorkspace(t, l, strings.Replace(l.providerBlock(), graphsim.TenantID, "contoso.com", 1)+placing(`join_url = "https://teams.microsoft.com/meet/1"`))
	w.expectExit(1, planNow, "The call needs tenant_id")
}

// Another text of the same meeting is an update in place that sends nothing; another meeting is another call.
func TestCallResource_joinURL(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	link := func(url string) string { return l.providerBlock() + placing(`join_url = "`+url+`"`) }
	same := strings.NewReplacer("teams.microsoft.com", "teams.cloud.microsoft", "%3a", "%3A").Replace(longLink(graphsim.TenantID))
	w := newWorkspace(t, l, link(longLink(graphsim.TenantID)))
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(time.Minute)
	w.write(link(same))
	l.ResetRequests()
	w.expectExit(0, applyNow, "1 changed")
	l.expectSent(t, 0)
	if w.state()["join_url"] != same {
		t.Errorf("join_url is %v", w.state()["join_url"])
	}
	w.write(link("https://teams.microsoft.com/meet/2414128301281?p=a1"))
	w.expectExit(0, applyNow, "1 added, 0 changed, 1 destroyed")
	w.write(link("https://teams.microsoft.com/meet/2414128301281?p=b2"))
	w.expectExit(0, applyNow, "1 changed")
	l.expectPlaced(t, 2, 1)
	w.expectNoChanges()
}
