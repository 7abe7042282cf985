package graphsim_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// checkSchema holds a value against a type of Graph's and returns what is
// wrong with it. It is stricter than Graph, whose type call is open: a property
// that the schema does not name is wrong.
func checkSchema(path, typ string, value any) (wrong []string) {
	complain := func(format string, args ...any) []string {
		return append(wrong, path+": "+fmt.Sprintf(format, args...))
	}
	typ, required := strings.CutSuffix(typ, "!")
	if element, ok := strings.CutPrefix(typ, "[]"); ok {
		list, ok := value.([]any)
		if !ok {
			return complain("%v is no collection", value)
		}
		for i, v := range list {
			wrong = append(wrong, checkSchema(fmt.Sprintf("%s[%d]", path, i), element+"!", v)...)
		}
		return wrong
	}
	switch {
	case value == nil && required:
		return complain("null is not allowed")
	case value == nil:
		return nil
	case strings.HasPrefix(typ, "Edm."):
		if !isPrimitive(typ, value) {
			return complain("%v is no %s", value, typ)
		}
		return nil
	}
	if members, ok := graphEnums[typ]; ok {
		if s, ok := value.(string); !ok || !slices.Contains(members, s) {
			return complain("%v is no member of %s", value, typ)
		}
		return nil
	}
	o, ok := value.(map[string]any)
	if !ok {
		return complain("%v is no %s", value, typ)
	}
	if annotation, ok := o["@odata.type"]; ok {
		actual := strings.TrimPrefix(fmt.Sprint(annotation), "#microsoft.graph.")
		if !isA(actual, typ) {
			return complain("%v is no %s", annotation, typ)
		}
		typ = actual
	}
	if graphTypes[typ].abstract {
		return complain("%s is abstract, and @odata.type does not say more", typ)
	}
	for name, v := range o {
		if strings.HasPrefix(name, "@odata.") {
			continue
		}
		declared, ok := property(typ, name)
		if !ok {
			wrong = complain("%s has no property %s", typ, name)
			continue
		}
		wrong = append(wrong, checkSchema(path+"."+name, declared, v)...)
	}
	return wrong
}

// property finds the type of a property in a type or those it derives from.
func property(typ, name string) (string, bool) {
	for ; typ != ""; typ = graphTypes[typ].base {
		if declared, ok := graphTypes[typ].properties[name]; ok {
			return declared, true
		}
	}
	return "", false
}

// isA reports whether typ is base or derives from it.
func isA(typ, base string) bool {
	for ; typ != ""; typ = graphTypes[typ].base {
		if _, known := graphTypes[typ]; known && typ == base {
			return true
		}
	}
	return false
}

func isPrimitive(typ string, value any) bool {
	switch typ {
	case "Edm.String":
		_, ok := value.(string)
		return ok
	case "Edm.Boolean":
		_, ok := value.(bool)
		return ok
	case "Edm.Int32", "Edm.Int64":
		n, ok := value.(float64)
		return ok && n == math.Trunc(n) && (typ == "Edm.Int64" || math.Abs(n) <= math.MaxInt32)
	case "Edm.DateTimeOffset":
		s, ok := value.(string)
		_, err := time.Parse(time.RFC3339Nano, s)
		return ok && err == nil
	}
	return false
}

func TestSchemaTableIsClosed(t *testing.T) {
	for name, typ := range graphTypes {
		if _, ok := graphTypes[typ.base]; typ.base != "" && !ok {
			t.Errorf("%s derives from %s, which is not there", name, typ.base)
		}
		for p, declared := range typ.properties {
			plain := strings.TrimPrefix(strings.TrimSuffix(declared, "!"), "[]")
			_, isType := graphTypes[plain]
			_, isEnum := graphEnums[plain]
			if !isType && !isEnum && !slices.Contains([]string{"Edm.String", "Edm.Boolean", "Edm.Int32", "Edm.Int64", "Edm.DateTimeOffset"}, plain) {
				t.Errorf("%s.%s is a %s, which is not there", name, p, declared)
			}
		}
	}
}

func TestCallsAgreeWithGraphsSchema(t *testing.T) {
	s := start(t)
	s.AnswerEnded(graphsim.EndedAnswers{Terminating: time.Minute, Terminated: time.Minute})
	ended := s.PlaceCall(graphsim.Call{})
	s.EndCall(ended.ID, 200, 5002, "All other participants have left.")
	calls := map[string]graphsim.Call{
		"ended":    ended,
		"incoming": s.PlaceCall(graphsim.Call{Direction: "incoming", State: "incoming", Subject: "Lab"}),
	}
	for _, state := range graphEnums["callState"] {
		calls[state] = s.PlaceCall(graphsim.Call{State: state})
	}
	for name, call := range calls {
		for _, version := range []string{"v1.0", "beta"} {
			got := s.do("GET", "/"+version+"/communications/calls/"+call.ID, "").object(t)
			for _, wrong := range checkSchema("call", "call!", got) {
				t.Errorf("%s, %s: %s", name, version, wrong)
			}
			if want := s.GraphURL() + "/" + version + "/$metadata#communications/calls/$entity"; got["@odata.context"] != want {
				t.Errorf("@odata.context is %v, want %s", got["@odata.context"], want)
			}
			for name := range graphTypes["call"].properties {
				if _, ok := got[name]; !ok {
					t.Errorf("%s is missing", name)
				}
			}
		}
	}
}

// The check above is worth something only if it notices.
func TestSchemaCheckNotices(t *testing.T) {
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
		wrong := checkSchema("call", "call!", s.get(call.ID).object(t))
		if len(wrong) != 1 || !strings.Contains(wrong[0], want) {
			t.Errorf("%s: got %q, want %q", extra, wrong, want)
		}
	}
}
