package graphsim_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestSchema_tableIsClosed(t *testing.T) {
	for name, typ := range graphsim.GraphTypes {
		if _, ok := graphsim.GraphTypes[typ.Base()]; typ.Base() != "" && !ok {
			t.Errorf("%s derives from %s, which is not there", name, typ.Base())
		}
		for p, declared := range typ.Properties() {
			plain := strings.TrimPrefix(strings.TrimSuffix(declared, "!"), "[]")
			_, isType := graphsim.GraphTypes[plain]
			_, isEnum := graphsim.GraphEnums[plain]
			if !isType && !isEnum && !slices.Contains([]string{"Edm.String", "Edm.Boolean", "Edm.Int32", "Edm.Int64", "Edm.DateTimeOffset"}, plain) {
				t.Errorf("%s.%s is a %s, which is not there", name, p, declared)
			}
		}
	}
}

func TestCall_agreesWithTheSchema(t *testing.T) {
	s := start(t)
	s.ShowEnded(graphsim.EndedVisibility{Terminating: time.Minute, Terminated: time.Minute})
	ended := s.PlaceCall(graphsim.Call{})
	s.EndCall(ended.ID, 200, 5002, "All other participants have left.")
	calls := map[string]graphsim.Call{
		"ended":    ended,
		"incoming": s.PlaceCall(graphsim.Call{Direction: "incoming", State: "incoming", Subject: "Lab"}),
	}
	for _, state := range graphsim.GraphEnums["callState"] {
		calls[state] = s.PlaceCall(graphsim.Call{State: state})
	}
	for name, call := range calls {
		for _, version := range []string{"v1.0", "beta"} {
			got := s.do("GET", "/"+version+"/communications/calls/"+call.ID, "").object(t)
			for _, wrong := range graphsim.CheckSchema("call", "call!", got) {
				t.Errorf("%s, %s: %s", name, version, wrong)
			}
			if want := s.GraphURL() + "/" + version + "/$metadata#communications/calls/$entity"; got["@odata.context"] != want {
				t.Errorf("@odata.context is %v, want %s", got["@odata.context"], want)
			}
			for name := range graphsim.GraphTypes["call"].Properties() {
				if _, ok := got[name]; !ok {
					t.Errorf("%s is missing", name)
				}
			}
		}
	}
}

// The check above is worth something only if it notices.
func TestSchema_checkFindsMistakes(t *testing.T) {
	s := start(t)
	for want, extra := range map[string]string{
		"call has no property answeredBy":                                                       `{"answeredBy": null}`,
		"call.state: ringing is no member of callState":                                         `{"state": "ringing"}`,
		"call.state: Established is no member of callState":                                     `{"state": "Established"}`,
		"call.subject: 7 is no Edm.String":                                                      `{"subject": 7}`,
		"call.callbackUri: null is not allowed":                                                 `{"callbackUri": null}`,
		"call.resultInfo.code: 408 is no Edm.Int32":                                             `{"resultInfo": {"code": "408"}}`,
		"call.resultInfo.subcode: null is not allowed":                                          `{"resultInfo": {"subcode": null}}`,
		"call.toneInfo.sequenceId: 1.5 is no Edm.Int64":                                         `{"toneInfo": {"sequenceId": 1.5}}`,
		"call.targets: map[] is no collection":                                                  `{"targets": {}}`,
		"call.requestedModalities[0]: null is not allowed":                                      `{"requestedModalities": [null]}`,
		"call.chatInfo: x is no chatInfo":                                                       `{"chatInfo": "x"}`,
		"mediaConfig is abstract":                                                               `{"mediaConfig": {}}`,
		"#microsoft.graph.chatInfo is no meetingInfo":                                           `{"meetingInfo": {"@odata.type": "#microsoft.graph.chatInfo"}}`,
		"#microsoft.graph.x is no identity":                                                     `{"source": {"identity": {"user": {"@odata.type": "#microsoft.graph.x"}}}}`,
		"call.source.identity: identitySet has no property x":                                   `{"source": {"identity": {"x": null}}}`,
		"organizerMeetingInfo has no property allowConversationWithoutHost":                     `{"meetingInfo": {"@odata.type": "#microsoft.graph.organizerMeetingInfo", "allowConversationWithoutHost": true}}`,
		"call.transcription.lastModifiedDateTime: 2020-05-28T00:10:54 is no Edm.DateTimeOffset": `{"transcription": {"lastModifiedDateTime": "2020-05-28T00:10:54"}}`,
	} {
		var odd map[string]any
		if err := json.Unmarshal([]byte(extra), &odd); err != nil {
			t.Fatal(err)
		}
		call := s.PlaceCall(graphsim.Call{Extra: odd})
		wrong := graphsim.CheckSchema("call", "call!", s.get(call.ID).object(t))
		if len(wrong) != 1 || !strings.Contains(wrong[0], want) {
			t.Errorf("%s: got %q, want %q", extra, wrong, want)
		}
	}
}
