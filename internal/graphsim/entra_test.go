package graphsim_test

import (
	"net/url"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// postToken posts a token request as it stands.
func (s *sim) postToken(tenant string, form url.Values) reply {
	s.t.Helper()
	return s.ask("POST", s.AuthorityURL()+"/"+tenant+"/oauth2/v2.0/token", form.Encode(),
		"Content-Type", "application/x-www-form-urlencoded", "Client-Request-Id", "0a1b2c3d-0000-4000-8000-000000000000")
}

func TestTokenEndpoint_refusals(t *testing.T) {
	s := start(t)
	good := map[string]string{
		"grant_type": "client_credentials", "client_id": graphsim.ClientID,
		"client_secret": graphsim.ClientSecret, "scope": s.GraphURL() + "/.default",
	}
	for name, test := range map[string]struct {
		tenant string
		change map[string]string // an empty value leaves the parameter out
		status int
		oauth  string
		code   float64
	}{
		"as it should be":     {graphsim.TenantID, nil, 200, "", 0},
		"IDs in upper case":   {strings.ToUpper(graphsim.TenantID), map[string]string{"client_id": strings.ToUpper(graphsim.ClientID)}, 200, "", 0},
		"wrong secret":        {graphsim.TenantID, map[string]string{"client_secret": "no"}, 401, "invalid_client", 7000215},
		"no secret":           {graphsim.TenantID, map[string]string{"client_secret": ""}, 401, "invalid_client", 7000216},
		"unknown app":         {graphsim.TenantID, map[string]string{"client_id": "x"}, 400, "unauthorized_client", 700016},
		"no app":              {graphsim.TenantID, map[string]string{"client_id": ""}, 400, "invalid_request", 900144},
		"unknown tenant":      {"common", nil, 400, "invalid_request", 90002},
		"no grant":            {graphsim.TenantID, map[string]string{"grant_type": ""}, 400, "invalid_request", 900144},
		"another grant":       {graphsim.TenantID, map[string]string{"grant_type": "password"}, 400, "unsupported_grant_type", 70003},
		"no scope":            {graphsim.TenantID, map[string]string{"scope": ""}, 400, "invalid_request", 900144},
		"not .default":        {graphsim.TenantID, map[string]string{"scope": s.GraphURL() + "/Calls.Initiate.All"}, 400, "invalid_scope", 70011},
		"two scopes":          {graphsim.TenantID, map[string]string{"scope": s.GraphURL() + "/.default x/.default"}, 400, "invalid_scope", 70011},
		"a double slash":      {graphsim.TenantID, map[string]string{"scope": s.GraphURL() + "//.default"}, 400, "invalid_resource", 500011},
		"another resource":    {graphsim.TenantID, map[string]string{"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_resource", 500011},
		"Entra as a resource": {graphsim.TenantID, map[string]string{"scope": s.AuthorityURL() + "/.default"}, 400, "invalid_resource", 500011},
	} {
		t.Run(name, func(t *testing.T) {
			form := url.Values{}
			for k, v := range good {
				form.Set(k, v)
			}
			for k, v := range test.change {
				if form.Set(k, v); v == "" {
					form.Del(k)
				}
			}
			got := s.postToken(test.tenant, form)
			got.wantStatus(t, test.status)
			o := got.object(t)
			if test.status == 200 {
				if o["token_type"] != "Bearer" || o["expires_in"] != 3600.0 || o["access_token"] == "" {
					t.Errorf("got %s", got.body)
				}
				return
			}
			codes, _ := o["error_codes"].([]any)
			if o["error"] != test.oauth || len(codes) != 1 || codes[0] != test.code {
				t.Errorf("got %s, want %s %v", got.body, test.oauth, test.code)
			}
			if o["correlation_id"] != "0a1b2c3d-0000-4000-8000-000000000000" || o["timestamp"] != "2026-03-01 12:00:00Z" {
				t.Errorf("correlation or timestamp: %s", got.body)
			}
		})
	}
}

func TestRegisterApp_fillsInWhatIsEmpty(t *testing.T) {
	s := start(t)
	app := s.RegisterApp(graphsim.App{TenantID: "11111111-2222-3333-4444-555555555555", ClientSecret: "another"})
	if app.ClientID == "" || len(app.Roles) != 3 {
		t.Fatalf("not filled in: %+v", app)
	}
	ask := func(app graphsim.App) reply {
		return s.postToken(app.TenantID, url.Values{
			"grant_type": {"client_credentials"}, "client_id": {app.ClientID}, "client_secret": {app.ClientSecret}, "scope": {s.GraphURL() + "/.default"},
		})
	}
	s.token, _ = ask(app).object(t)["access_token"].(string)
	call := s.PlaceCall(graphsim.Call{TenantID: app.TenantID})
	s.get(call.ID).wantStatus(t, 200)
	ask(s.RegisterApp(graphsim.App{})).wantStatus(t, 401) // one without a secret
}

func TestEntra_servesNothingElse(t *testing.T) {
	s := start(t)
	for path, want := range map[string]int{
		"/": 404,
		"/common/v2.0/.well-known/openid-configuration":                    400,
		"/" + graphsim.TenantID + "/oauth2/v2.0/token":                     405,
		"/v1.0/communications/calls/x":                                     404,
		"/" + graphsim.TenantID + "/v2.0/.well-known/openid-configuration": 200,
	} {
		if got := s.ask("GET", s.AuthorityURL()+path, ""); got.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, got.StatusCode, want)
		}
	}
}
