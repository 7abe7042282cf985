package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/quote"
	"terraform-provider-msgraph/internal/redact"
)

// Neither the output nor the log at TRACE shows the passcode, the link, the token of the meeting or that of the application, and
// state has of them what was an argument. Graph repeats what it was sent, also in JSON inside of its message.
func TestCallResource_secretsInAllThatIsWritten(t *testing.T) {
	t.Parallel()
	const passcode, linked = `p4ss~c0de/+"\x`, "l1nk~c0de%2F"
	l := newLab(t)
	config := func(again string) string {
		return l.providerBlock() + `
variable "passcode" {
  sensitive = true
}
variable "link" {
  sensitive = true
}
resource "msgraph_call" "lab" {
  callback_uri = "https://bot.contoso.com/callback"
  join_meeting = {
    join_meeting_id = "2414128301281"
    passcode        = var.passcode
  }
  triggers_replace = "` + again + `"
}
resource "msgraph_call" "link" {
  callback_uri     = "https://bot.contoso.com/callback"
  join_url         = var.link
  triggers_replace = "` + again + `"
}
`
	}
	link := "https://teams.microsoft.com/meet/99?p=" + linked
	w := newBuiltWorkspace(t, config("1"), "TF_VAR_passcode="+passcode, "TF_VAR_link="+link, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log", "AZURE_SDK_GO_LOGGING=all")
	var out strings.Builder
	run := func(args ...string) {
		text, _ := w.run(args...)
		out.WriteString(text)
	}
	run("apply", "-auto-approve")
	run("plan")
	l.expectPlaced(t, 2, 2)
	tokens := []string{}
	for _, p := range l.Placed() {
		tokens = append(tokens, p.MeetingToken)
	}
	// Each is told its own: of another call, one that is handled later in the run, nothing is known.
	inside := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "4", `\u0034`).Replace(passcode)
	told := func(f graphsim.Fault, meeting string) {
		f.BodyContains = `"joinMeetingId":"` + meeting + `"`
		l.Inject(f)
	}
	for i, echo := range []func(text, inside string) graphsim.Fault{
		func(_, inside string) graphsim.Fault {
			return graphsim.GraphError(http.StatusForbidden, "UnknownError", `{"errorCode":"7503","message":"You sent `+inside+` and `+tokens[0]+`"}`).ToPlace()
		},
		func(text, _ string) graphsim.Fault {
			return graphsim.Fault{Status: 400, Body: []byte("You sent " + text + " and " + tokens[0])}.ToPlace()
		},
	} {
		told(echo(passcode, inside), "2414128301281")
		told(echo("l1nk~c0de/", `\u006c1nk~c0de/`), "99")
		w.write(config(fmt.Sprint("again", i)))
		run("apply", "-auto-approve")
		l.ClearFaults()
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		l.Inject(graphsim.GraphError(http.StatusBadRequest, "BadRequest", "You sent "+passcode+" and "+tokens[0]).To(method, "/calls/").For(-1))
		run("apply", "-auto-approve", "-replace="+fixture)
		l.ClearFaults()
	}
	w.write(strings.Replace(config("1"), "var.link", `"https://teams.live.com/meet/1?p=`+linked+`"`, 1))
	run("validate")
	run("apply", "-auto-approve")

	all := w.written()
	all["the output"] = []byte(out.String())
	for where, content := range all {
		if strings.HasPrefix(where, "main.tf") || strings.HasPrefix(where, "terraform.tfstate") {
			for _, token := range tokens {
				expectNoSecret(t, where, string(content), token)
			}
			continue
		}
		expectNoSecret(t, where, string(content), append([]string{passcode, "l1nk~c0de"}, append(tokens, presented(t, l)...)...)...)
	}
	if !strings.Contains(out.String(), redact.Mark) || !strings.Contains(out.String(), "code 7503") {
		t.Errorf("nothing has repeated the secrets:\n%s", out.String())
	}
	if log := string(all["trace.log#0"]); !strings.Contains(log, "/v1.0/communications/calls") || !strings.Contains(log, "TRACE") {
		t.Error("this is not the log that the test is about")
	}
}

// What Graph says of a call that has ended repeats no secret where it is shown or stored.
func TestCallResource_secretsInTheReasonOfAnEnd(t *testing.T) {
	t.Parallel()
	const passcode = "p4ssc0deX"
	message := "You sent " + passcode + " and " + graphsim.ClientSecret
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	r := l.placed(t, placingConfig(attributes{"target": []any{}, "join_url": "https://teams.microsoft.com/meet/99?p=" + passcode, "on_ended": "keep"}))
	l.EndCall(l.lastPlaced(t).ID, 403, 1, message)
	p := l.protocol(t)
	state, diags := p.of(callType).refresh(r)
	read, more := p.readData("msgraph_call", attributes{"call_id": l.lastPlaced(t).ID})
	delete(read, "json") // sensitive: the whole response, as Graph sent it
	expectText(t, said(diags)+fmt.Sprint(state["end_reason"]), "You sent "+redact.Mark)
	for where, text := range map[string]string{
		"the refresh": said(diags) + fmt.Sprint(state["end_reason"]), "the data source": said(more) + fmt.Sprint(read),
	} {
		expectNoSecret(t, where, text, passcode, graphsim.ClientSecret)
	}
}

// A passcode that is the code of an error hides the code, not the advice about it.
func TestCallResource_passcodeThatIsAnErrorCode(t *testing.T) {
	t.Parallel()
	config := placingConfig(attributes{"target": []any{}, "join_url": "https://teams.microsoft.com/meet/99?p=7504"})
	l := newLab(t)
	l.Inject(graphsim.PlacementRefused("7504"))
	_, diags := l.protocol(t).of(callType).create(config)
	expectOne(t, diags, isError, "code "+quote.UnlessPlain(redact.Mark), "lacks a permission for this form of call")

	r := l.placed(t, config)
	l.Inject(graphsim.GraphError(http.StatusForbidden, "7504", "Insufficient permissions.").To(http.MethodGet, "/calls/"))
	_, diags = l.protocol(t).of(callType).refresh(r)
	expectOne(t, diags, isError, "code "+quote.UnlessPlain(redact.Mark), "Code 7504: the application lacks permission")
}
