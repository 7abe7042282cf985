package graphsim_test

import (
	"net/url"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestIdentity_endpoints(t *testing.T) {
	s := start(t)
	resource := "&resource=" + url.QueryEscape(s.GraphURL())
	imds := s.IdentityURL() + "/metadata/identity/oauth2/token?api-version=2018-02-01"
	app := s.AppServiceURL() + "?api-version=2019-08-01"
	secret := []string{"X-IDENTITY-HEADER", graphsim.IdentityHeader}
	for name, test := range map[string]struct {
		url     string
		headers []string
		status  int
		says    string
	}{
		"IMDS":                        {imds + resource, []string{"Metadata", "true"}, 200, graphsim.SystemAssignedClientID},
		"IMDS, client id":             {imds + resource + "&client_id=" + graphsim.UserAssignedClientID, []string{"Metadata", "true"}, 200, graphsim.UserAssignedClientID},
		"IMDS, object id":             {imds + resource + "&object_id=" + graphsim.UserAssignedObjectID, []string{"Metadata", "true"}, 200, graphsim.UserAssignedClientID},
		"IMDS, resource id":           {imds + resource + "&msi_res_id=" + url.QueryEscape(graphsim.UserAssignedResourceID), []string{"Metadata", "true"}, 200, graphsim.UserAssignedClientID},
		"IMDS, empty client id":       {imds + resource + "&client_id=", []string{"Metadata", "true"}, 400, "Identity not found"},
		"IMDS, unknown identity":      {imds + resource + "&client_id=x", []string{"Metadata", "true"}, 400, "Identity not found"},
		"IMDS without the header":     {imds + resource, nil, 400, "Required metadata header not specified"},
		"IMDS without a version":      {s.IdentityURL() + "/metadata/identity/oauth2/token?" + resource, []string{"Metadata", "true"}, 400, "api-version"},
		"IMDS, another resource":      {imds + "&resource=https://management.azure.com", []string{"Metadata", "true"}, 400, "AADSTS500011"},
		"App Service":                 {app + resource, secret, 200, graphsim.SystemAssignedClientID},
		"App Service, client id":      {app + resource + "&client_id=" + graphsim.UserAssignedClientID, secret, 200, graphsim.UserAssignedClientID},
		"App Service, resource id":    {app + resource + "&mi_res_id=" + url.QueryEscape(graphsim.UserAssignedResourceID), secret, 200, graphsim.UserAssignedClientID},
		"App Service, unknown":        {app + resource + "&object_id=x", secret, 400, "No User Assigned or Delegated Managed Identity found"},
		"App Service, no secret":      {app + resource, nil, 401, "secret header"},
		"App Service, wrong secret":   {app + resource, []string{"X-IDENTITY-HEADER", "x"}, 401, "secret header"},
		"App Service, another API":    {s.AppServiceURL() + "?api-version=2017-09-01" + resource, secret, 400, "api-version"},
		"App Service, other resource": {app + "&resource=x", secret, 400, "AADSTS500011"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.ask("GET", test.url, "", test.headers...)
			if got.StatusCode != test.status || !strings.Contains(got.body, test.says) {
				t.Errorf("got %d %s, want %d with %q", got.StatusCode, got.body, test.status, test.says)
			}
			if o := got.object(t); (test.status == 200) != (o["access_token"] != nil) {
				t.Errorf("got %s", got.body)
			}
		})
	}
}

func TestIdentity_tokenIsGoodForGraph(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	ask := func() reply {
		return s.ask("GET", s.AppServiceURL()+"?api-version=2019-08-01&resource="+url.QueryEscape(s.GraphURL()), "", "X-IDENTITY-HEADER", graphsim.IdentityHeader)
	}
	s.token, _ = ask().object(t)["access_token"].(string)
	s.keepAlive(call.ID).wantStatus(t, 200)
	s.RemoveManagedIdentities()
	ask().wantStatus(t, 400)
}

// Graph takes an application's token and no user's.
func TestAppToken_isGoodForGraph(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	s.token, _ = s.AppToken(graphsim.App{ClientID: "x"})
	s.get(call.ID).wantStatus(t, 200)
	s.token, _ = s.UserToken(graphsim.App{ClientID: "x"})
	s.get(call.ID).wantError(t, 403, "Forbidden", "Unsupported AAD Identity.")
}
