package graphsim_test

import (
	"net/http"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestGraph_refusals(t *testing.T) {
	s := start(t)
	s.PlaceCall(graphsim.Call{ID: "known"})
	const notFound = "Resource not found for the segment '%s'."
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		code, message      string
	}{
		"unknown call":         {"GET", "/v1.0/communications/calls/x", "", 404, "8522", "Call not found."},
		"other case":           {"GET", "/v1.0/communications/calls/KNOWN", "", 404, "8522", "Call not found."},
		"keepAlive unknown":    {"POST", "/v1.0/communications/calls/x/keepAlive", "", 404, "8522", "Call not found."},
		"delete unknown":       {"DELETE", "/v1.0/communications/calls/x", "", 404, "8522", "Call not found."},
		"version":              {"GET", "/v2.0/communications/calls/known", "", 400, "BadRequest", "Invalid version: v2.0"},
		"root":                 {"GET", "/", "", 400, "BadRequest", "Invalid version: "},
		"segment":              {"GET", "/v1.0/app/calls/known", "", 400, "BadRequest", strings.Replace(notFound, "%s", "app", 1)},
		"collection":           {"GET", "/v1.0/communications/calls", "", 400, "BadRequest", strings.Replace(notFound, "%s", "calls", 1)},
		"no ID":                {"GET", "/v1.0/communications/calls/", "", 400, "BadRequest", strings.Replace(notFound, "%s", "", 1)},
		"keepAlive without ID": {"POST", "/v1.0/communications/calls//keepAlive", "", 400, "BadRequest", strings.Replace(notFound, "%s", "", 1)},
		"double slash":         {"GET", "/v1.0//communications/calls/known", "", 400, "BadRequest", strings.Replace(notFound, "%s", "", 1)},
		"dots":                 {"GET", "/v1.0/communications/calls/../calls/known", "", 400, "BadRequest", strings.Replace(notFound, "%s", "calls", 1)},
		"action":               {"POST", "/v1.0/communications/calls/known/answer", "", 400, "BadRequest", strings.Replace(notFound, "%s", "answer", 1)},
		"action in lower case": {"POST", "/v1.0/communications/calls/known/keepalive", "", 400, "BadRequest", strings.Replace(notFound, "%s", "keepalive", 1)},
		"qualified action":     {"POST", "/v1.0/communications/calls/known/microsoft.graph.keepAlive", "", 400, "BadRequest", strings.Replace(notFound, "%s", "microsoft.graph.keepAlive", 1)},
		"beyond":               {"POST", "/v1.0/communications/calls/known/keepAlive/x", "", 400, "BadRequest", strings.Replace(notFound, "%s", "x", 1)},
		"body":                 {"POST", "/v1.0/communications/calls/known/keepAlive", "{}", 400, "BadRequest", "The request body must be empty for the action 'keepAlive'."},
		"GET keepAlive":        {"GET", "/v1.0/communications/calls/known/keepAlive", "", 405, "BadRequest", "Specified HTTP method is not allowed for the request target."},
		"POST call":            {"POST", "/v1.0/communications/calls/known", "", 405, "BadRequest", "Specified HTTP method is not allowed for the request target."},
		"PUT call":             {"PUT", "/beta/communications/calls/known", "", 405, "BadRequest", "Specified HTTP method is not allowed for the request target."},
	} {
		t.Run(name, func(t *testing.T) {
			s.do(test.method, test.path, test.body).wantError(t, test.status, test.code, test.message)
		})
	}
	if call, _ := s.Call("known"); call.KeepAlives != 0 || !call.EndedAt.IsZero() {
		t.Errorf("a refused request took effect: %+v", call)
	}
}

func TestIDs_areUnescapedOnce(t *testing.T) {
	s := start(t)
	for id, escaped := range map[string]string{
		"8A934F51F25B4EE19613D4049491857B": "8A934F51F25B4EE19613D4049491857B",
		"a b":                              "a%20b",
		"a/b":                              "a%2Fb",
		"a%2Fb":                            "a%252Fb",
		"ü":                                "%C3%BC",
		"a?b#c":                            "a%3Fb%23c",
	} {
		s.PlaceCall(graphsim.Call{ID: id})
		got := s.get(escaped)
		got.wantStatus(t, 200)
		if got.object(t)["id"] != id {
			t.Errorf("%s led to %v", escaped, got.object(t)["id"])
		}
		s.keepAlive(escaped).wantStatus(t, 200)
		if n := len(s.KeepAlives(id)); n != 1 {
			t.Errorf("%d keepAlives recorded for %s", n, id)
		}
	}
	if n := len(s.KeepAlives("")); n != 6 {
		t.Errorf("%d keepAlives recorded, want 6", n)
	}
}

func TestGraph_authorization(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	good := s.token

	s.token = ""
	got := s.get(call.ID)
	got.wantError(t, 401, "InvalidAuthenticationToken", "Access token is empty.")
	if h := got.Header.Get("WWW-Authenticate"); !strings.HasPrefix(h, `Bearer realm="", authorization_uri="https://127.0.0.1:`) {
		t.Errorf("WWW-Authenticate is %q", h)
	}
	s.do("GET", callPath(call.ID), "", "Authorization", "Basic "+good).
		wantError(t, 401, "InvalidAuthenticationToken", "Access token is empty.")
	s.token = good + "x"
	s.keepAlive(call.ID).wantError(t, 401, "InvalidAuthenticationToken", "Access token validation failure. Invalid signature.")
	s.do("GET", "/nowhere", "").wantStatus(t, 401) // before the path is looked at

	s.token = good
	s.get(call.ID).wantStatus(t, 200)
	s.RevokeTokens()
	s.get(call.ID).wantError(t, 401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
	s.token = s.newToken().Token
	s.get(call.ID).wantStatus(t, 200)
}

func TestGraph_permissions(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	s.signIn(graphsim.App{Roles: []string{"User.Read.All"}})
	s.keepAlive(call.ID).wantError(t, 403, "7504", "Insufficient enterprise tenant permissions, cannot access this API.")
	s.signIn(graphsim.App{Roles: []string{}})
	s.get(call.ID).wantError(t, 403, "7504", "Insufficient enterprise tenant permissions, cannot access this API.")
	s.signIn(graphsim.App{Roles: []string{graphsim.RoleCallsAccessMedia}})
	s.get(call.ID).wantStatus(t, 200)
	s.signIn(graphsim.App{TenantID: "another.example"})
	s.keepAlive(call.ID).wantError(t, 403, "7505", "Request authorization tenant mismatch.")
	s.get("unknown").wantStatus(t, 404)
	if n := len(s.KeepAlives(call.ID)); n != 2 {
		t.Errorf("%d keepAlives recorded, want 2", n)
	}
	if got, _ := s.Call(call.ID); got.KeepAlives != 0 {
		t.Errorf("%d keepAlives counted, want 0", got.KeepAlives)
	}
}

func TestGraph_headersOfEveryResponse(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	for name, got := range map[string]reply{
		"keepAlive": s.keepAlive(call.ID),
		"get":       s.get(call.ID),
		"not found": s.get("x"),
		"fault":     func() reply { s.Inject(graphsim.Status(503)); return s.get(call.ID) }(),
	} {
		h := got.Header
		if h.Get("Request-Id") == "" || h.Get("Request-Id") != h.Get("Client-Request-Id") {
			t.Errorf("%s: IDs %q and %q", name, h.Get("Request-Id"), h.Get("Client-Request-Id"))
		}
		if h.Get("Date") != "Sun, 01 Mar 2026 12:00:00 GMT" || len(h["Date"]) != 1 {
			t.Errorf("%s: Date %q", name, h["Date"])
		}
		if h.Get("Cache-Control") != "private" || h.Get("Strict-Transport-Security") == "" || h.Get("X-Ms-Ags-Diagnostic") == "" {
			t.Errorf("%s: headers %v", name, h)
		}
	}
	got := s.do("GET", callPath("x"), "", "client-request-id", "mine")
	inner, _ := got.object(t)["error"].(map[string]any)["innerError"].(map[string]any)
	if got.Header.Get("Client-Request-Id") != "mine" || inner["client-request-id"] != "mine" ||
		inner["request-id"] != got.Header.Get("Request-Id") || inner["date"] != "2026-03-01T12:00:00" {
		t.Errorf("%v %s", got.Header, got.body)
	}
}

func TestKeepAlive_responses(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	got := s.keepAlive(call.ID)
	got.wantStatus(t, 200)
	if got.Header.Get("Content-Type") != "text/plain" || got.Header.Get("Content-Length") != "0" || got.body != "" {
		t.Errorf("%v %q", got.Header, got.body)
	}
	for _, status := range []int{http.StatusAccepted, http.StatusNoContent} {
		s.Inject(graphsim.Status(status).After())
		s.keepAlive(call.ID).wantStatus(t, status)
	}
	if got, _ := s.Call(call.ID); got.KeepAlives != 3 {
		t.Errorf("%d keepAlives, want 3", got.KeepAlives)
	}
}
