package provider

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"terraform-provider-msgraph/internal/graphsim"
)

// call is a configuration with the data source of the lab's call.
func (l *lab) call() string {
	return l.config("data \"msgraph_call\" \"lab\" {\n  call_id = %q\n}\n", callID)
}

// read reads the data source of the lab's call, and what else is given as pairs, without a diagnostic.
func (l *lab) read(t *testing.T, pairs ...any) attributes {
	t.Helper()
	got, diags := l.protocol(t).readData(callType, set(pairs...))
	expectNothing(t, diags)
	l.expectSent(t, 0)
	return got
}

// expectNull fails the test for each attribute but these that is not null.
func expectNull(t *testing.T, state map[string]any, but ...string) {
	t.Helper()
	for name, value := range state {
		if value != nil && !strings.Contains(" "+strings.Join(but, " ")+" ", " "+name+" ") {
			t.Errorf("%s is %v, want null", name, value)
		}
	}
}

func TestCallDataSource_tellsWhatGraphTells(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: callID, Subject: "Lab", CallChainID: "chain-1", Direction: "incoming", Extra: map[string]any{
		"targets": []any{map[string]any{
			"@odata.type": "#microsoft.graph.invitationParticipantInfo", "hidden": true, "participantId": "p2", "replacesCallId": nil,
			"identity": map[string]any{"phone": map[string]any{"id": "+4712345678", "displayName": nil}},
		}},
		"meetingInfo": map[string]any{
			"@odata.type": "#microsoft.graph.joinMeetingIdMeetingInfo", "joinMeetingId": "123 456", "passcode": "PASSCODE-7", "token": "TOKEN-7",
			"organizer": map[string]any{"user": map[string]any{"id": "u1", "displayName": "Ada", "tenantId": "t1"}},
		},
		"answeredBy": map[string]any{"new": []int{1}}, "ringingTimeoutInSeconds": nil,
	}})
	w := newWorkspace(t, l, l.call())
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 0)
	got := w.state()

	var response map[string]any
	if err := json.Unmarshal([]byte(got["json"].(string)), &response); err != nil || response["id"] != callID || response["answeredBy"] == nil {
		t.Errorf("json is %v, %v, want the whole response", got["json"], err)
	}
	delete(got, "json")
	if all, _ := json.Marshal(got); strings.Contains(string(all), "PASSCODE-7") || strings.Contains(string(all), "TOKEN-7") {
		t.Errorf("a secret of the meeting is outside json: %s", all)
	}
	identity := func(id, name, tenant any) map[string]any {
		return map[string]any{"id": id, "display_name": name, "tenant_id": tenant}
	}
	want := map[string]any{
		"call_id": callID, "identity": nil, "timeouts": nil, "include_participants": nil, "participants": nil,
		"id": callID, "alive": true, "end_reason": nil,
		"state": "established", "direction": "incoming", "subject": "Lab", "callback_uri": "https://bot.contoso.com/callback",
		"call_chain_id": "chain-1", "tenant_id": graphsim.TenantID, "my_participant_id": "05491616-385f-44a8-9974-18cc5f9933c1",
		"requested_modalities": []any{"audio"},
		"media_state":          map[string]any{"audio": "active"},
		"result_info":          nil,
		"source": map[string]any{
			"identity":     map[string]any{"application": identity("2891555a-92ff-42e6-80fa-6e1300c6b5c6", "Calling Bot", nil)},
			"country_code": nil, "endpoint_type": "default", "language_id": nil, "region": nil,
			"participant_id": "05491616-385f-44a8-9974-18cc5f9933c1",
		},
		"targets": []any{map[string]any{
			"identity": map[string]any{"phone": identity("+4712345678", nil, nil)}, "endpoint_type": nil, "participant_id": "p2",
			"replaces_call_id": nil, "hidden": true, "remove_from_default_audio_routing_group": nil,
		}},
		"meeting_info": map[string]any{
			"type": "joinMeetingIdMeetingInfo", "organizer": map[string]any{"user": identity("u1", "Ada", "t1")},
			"allow_conversation_without_host": nil, "join_meeting_id": "123 456",
		},
		"chat_info": map[string]any{
			"thread_id": "19:meeting_Win6Ydo4wsMijFjZS00ZGVjLTk5MGUtOTRjNWY2NmNkYTFm@thread.v2", "message_id": "0", "reply_chain_message_id": nil,
		},
		"transcription": map[string]any{"state": "inactive", "last_modified_date_time": start.Format(time.RFC3339)},
	}
	for name, value := range want {
		if !reflect.DeepEqual(got[name], value) {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is not expected", name)
		}
	}
}

func TestCallDataSource_byIdentity(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	got := l.read(t, "call_id", nil, "identity", attributes{"call_id": callID, "user_id": "u"})
	if got["id"] != callID || got["alive"] != true || got["call_id"] != nil {
		t.Errorf("got %v", got)
	}
}

func TestCallDataSource_thatHasEnded(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		prepare func(*lab)
		state   any // and with it result_info and json
		reasons []string
	}{
		"for want of a keepAlive": {
			func(l *lab) {
				l.ShowEnded(graphsim.EndedVisibility{Terminated: day})
				l.clock.Advance(45 * time.Minute)
			}, "terminated",
			[]string{`Graph shows it as "terminated", because no keepAlive was received for 45 minutes (keepAlive timeout)`, "code 408, subcode 8537"},
		},
		"by a participant": {
			func(l *lab) {
				l.ShowEnded(graphsim.EndedVisibility{Terminating: day})
				l.EndCall(callID, 200, 4521, "Call ended.")
			}, "terminating",
			[]string{`Graph shows it as "terminating", because the other participant ended it (code 200, subcode 4521, "Call ended.")`},
		},
		"in capitals, without a reason": {
			func(l *lab) { l.PlaceCall(graphsim.Call{ID: callID, Extra: map[string]any{"state": "Terminated"}}) }, "Terminated",
			[]string{`Graph shows it as "Terminated"`},
		},
		"forgotten":        {func(l *lab) { l.EndCall(callID, 200, 5001, "") }, nil, []string{"Graph does not know it", `404 Not Found, code 8522, "Call not found."`}},
		"empty 404":        {func(l *lab) { l.Inject(graphsim.Empty(404).To("GET", callID).For(-1)) }, nil, []string{"404 Not Found, with an empty body"}},
		"broken-off error": {func(l *lab) { l.Inject(graphsim.TruncatedJSON(404).To("GET", callID).For(-1)) }, nil, []string{"404 Not Found, with a body of"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			c.prepare(l)
			got := l.read(t)
			if got["id"] != callID || got["alive"] != false || got["state"] != c.state {
				t.Errorf("got %v", got)
			}
			kept := []string{"id", "call_id", "alive", "end_reason"}
			if c.state != nil {
				kept = append(kept, "state", "result_info", "json")
			}
			expectNull(t, got, kept...)
			expectText(t, got["end_reason"].(string), c.reasons...)
			// What is read twice is the same twice, request ids and all.
			if again := l.read(t); !reflect.DeepEqual(again, got) {
				t.Errorf("the next time it reads %v, not %v", again, got)
			}
		})
	}
}

// That a call is gone is a result; not to know about it is an error. The fault matrix has the other failures.
func TestCallDataSource_errors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault graphsim.Fault
		says  []string
	}{
		"403":     {graphsim.Status(403), []string{"Graph Denied Access to the Call", "7505"}},
		"stalled": {graphsim.Stalled(), []string{"Graph Cannot Be Reached"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(c.fault.To(http.MethodGet, callID).For(-1))
			w := newWorkspace(t, l, l.call())
			l.outlast(t, []time.Duration{defaultTimeout}, l.stalled, func() {
				w.expectExit(1, planNow, append(c.says, "Reading call "+callID+" failed")...)
			})
		})
	}
}

// Graph's responses are known to disagree with its schema. Whatever they hold, the call is
// read, and what is of no use is null.
func TestCallDataSource_oddResponses(t *testing.T) {
	t.Parallel()
	properties := []string{
		"state", "direction", "subject", "callbackUri", "callChainId", "tenantId", "myParticipantId", "requestedModalities", "mediaState", "resultInfo",
		"source", "targets", "meetingInfo", "chatInfo", "transcription", "id",
	}
	for name, value := range map[string]any{
		"null": nil, "number": 5, "float": 1.5e300, "text": "x", "flag": true, "empty list": []any{}, "empty object": map[string]any{},
		"list":   []any{nil, 5, "x", []any{}, map[string]any{"identity": 7}},
		"object": map[string]any{"code": "408", "subcode": 1.5, "message": []any{}, "identity": []any{}, "organizer": map[string]any{"user": 5}, "state": 7, "audio": nil},
		"deep":   map[string]any{"identity": map[string]any{"": map[string]any{"id": "\x00\u2028", "displayName": "é\u0301"}, "a.b c": map[string]any{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			odd := map[string]any{}
			for _, property := range properties {
				odd[property] = value
			}
			l.PlaceCall(graphsim.Call{ID: callID, Extra: odd})
			got := l.read(t)
			if got["alive"] != true || got["id"] != callID || got["json"] == nil {
				t.Errorf("got %v", got)
			}
			switch name {
			case "null", "number", "flag", "float":
				expectNull(t, got, "id", "call_id", "alive", "json")
			case "object":
				if want := (map[string]any{"code": 408.0, "subcode": nil, "message": nil}); !reflect.DeepEqual(got["result_info"], want) {
					t.Errorf("result_info is %v, want %v", got["result_info"], want)
				}
			}
		})
	}
}

func TestCallDataSource_idKnownInTheApply(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	l := newLab(t)
	const late = "resource \"terraform_data\" \"late\" {\n input = %q\n}\n"
	w := newWorkspace(t, l, l.config(late, callID)+"data \"msgraph_call\" \"lab\" {\n call_id = terraform_data.late.output\n}\n"+
		"output \"state\" {\n value = data.msgraph_call.lab.state\n}\n")
	expectText(t, w.mustRun("apply", "-auto-approve"), `state = "established"`)

	w = newWorkspace(t, l, l.config(late, "a/b")+"data \"msgraph_call\" \"lab\" {\n identity { call_id = terraform_data.late.output }\n}\n")
	l.ResetRequests()
	w.expectExit(1, applyNow, `must not contain "/"`)
	l.expectNothingSent(t)
}

func TestCallDataSource_badConfiguration(t *testing.T) {
	t.Parallel()
	newLab(t).expectRefused(t, "data", "msgraph_call", map[string]badConfig{
		"no call":                  {"", []string{"Missing Call ID", `Set call_id = "…"`}},
		"two calls":                {"call_id = \"a\"\nidentity { call_id = \"a\" }", []string{"Conflicting Call ID", "remove the other"}},
		"identity without call_id": {`identity { user_id = "u" }`, []string{"Missing Call ID", "Set call_id in the block"}},
		"empty id":                 {`call_id = ""`, []string{"Invalid Call ID", "must not be empty"}},
		"path":                     {`call_id = "/communications/calls/abc"`, []string{"Invalid Call ID", `the call ID in it is "abc"`}},
		"path in identity":         {`identity { call_id = "/app/calls/abc" }`, []string{"Invalid Call ID", `the call ID in it is "abc"`}},
		"no time to read":          {"call_id = \"a\"\ntimeouts { read = \"0s\" }", []string{"Invalid Timeout", "must be above zero"}},
		"timeout in words":         {"call_id = \"a\"\ntimeouts { read = \"soon\" }", []string{"soon", "sequence of decimal numbers"}},
		"computed attribute":       {"call_id = \"a\"\nalive = true", []string{"alive"}},
	})
}

// Every attribute says what it is. json may hold a meeting's token and callback_uri a key, so Terraform shows them nowhere.
func TestCallDataSource_schema(t *testing.T) {
	t.Parallel()
	var resp datasource.SchemaResponse
	(&callDataSource{}).Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	var check func(path string, attributes map[string]schema.Attribute)
	check = func(path string, attributes map[string]schema.Attribute) {
		for name, a := range attributes {
			if !strings.HasSuffix(a.GetMarkdownDescription(), ".") {
				t.Errorf("%s%s is described as %q", path, name, a.GetMarkdownDescription())
			}
			switch nested := a.(type) {
			case schema.SingleNestedAttribute:
				check(path+name+".", nested.Attributes)
			case schema.ListNestedAttribute:
				check(path+name+".", nested.NestedObject.Attributes)
			case schema.MapNestedAttribute:
				check(path+name+".", nested.NestedObject.Attributes)
			}
		}
	}
	check("", resp.Schema.Attributes)
	for _, name := range []string{"json", "callback_uri"} {
		if !resp.Schema.Attributes[name].IsSensitive() {
			t.Errorf("%s is not sensitive", name)
		}
	}
	if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Error(diags)
	}
}
