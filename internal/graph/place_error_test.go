package graph_test

import (
	"net/http"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graph"
)

func TestEffectivePlaceError_isTheInnermost(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ code, message, wantCode, wantMessage string }{
		{
			"UnknownError", `{"errorCode":"7503","message":"Application is not registered in our store.","instanceAnnotations":[]}`,
			"7503", "Application is not registered in our store.",
		},
		{"UnknownError", ` {"errorCode":7503,"message":"x"} `, "7503", "x"},
		{"UnknownError", `{"errorCode":"7503"}`, "7503", ""},
		{"7505", "Request authorization tenant mismatch.", "7505", "Request authorization tenant mismatch."},
		{"", "", "", ""},
		{"UnknownError", "", "UnknownError", ""},
		{"UnknownError", `{"message":"x"}`, "UnknownError", `{"message":"x"}`},
		{"UnknownError", `{"errorCode":"","message":"x"}`, "UnknownError", `{"errorCode":"","message":"x"}`},
		{"UnknownError", `{"errorCode":{"a":1}}`, "UnknownError", `{"errorCode":{"a":1}}`},
		{"UnknownError", `{"errorCode":true}`, "UnknownError", `{"errorCode":true}`},
		{"UnknownError", `{"errorCode":"7503","message":1}`, "UnknownError", `{"errorCode":"7503","message":1}`},
		{"UnknownError", `{"errorCode":"7503"} {}`, "UnknownError", `{"errorCode":"7503"} {}`},
		{"UnknownError", `{"errorCode":"7503"`, "UnknownError", `{"errorCode":"7503"`},
		{"UnknownError", `["7503"]`, "UnknownError", `["7503"]`},
		{"UnknownError", "null", "UnknownError", "null"},
	} {
		if code, message := graph.EffectivePlaceError(test.code, test.message); code != test.wantCode || message != test.wantMessage {
			t.Errorf("%s, %s: got %q, %q", test.code, test.message, code, message)
		}
	}
}

func TestPlaceAdvice_perCode(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	for code, want := range map[string]string{
		"7503": "enable calling on its Calling tab", "7504": "consent", "7505": "Set tenant_id of the resource itself",
		"7507": "source_application_instance_id", "8523": "media configuration", "9999": "Check every user_id", "8522": "",
	} {
		b.sim.Inject(jsonFault(http.StatusBadRequest, errorJSON(`"code":%q`, code)).ToPlace())
		_, err := place(t, b)
		got := failure(t, err).Last.PlaceAdvice()
		if (got == "") != (want == "") || !strings.Contains(got, want) || got != "" && !strings.HasSuffix(got, ".") {
			t.Errorf("%s: got %q, want it to say %q", code, got, want)
		}
	}
}
