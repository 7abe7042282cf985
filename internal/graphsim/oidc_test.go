package graphsim_test

import (
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestOIDC_endpoints(t *testing.T) {
	s := start(t)
	gitHub, token := s.GitHubRequest()
	azure, _ := s.AzureDevOpsRequest()
	azure += "?api-version=7.1&serviceConnectionId=" + graphsim.ServiceConnectionID
	good := []string{"Authorization", "Bearer " + token}
	for name, test := range map[string]struct {
		method, url string
		headers     []string
		status      int
		field       string
	}{
		"GitHub":                              {"GET", gitHub + "&audience=x", good, 200, "value"},
		"GitHub, wrong token":                 {"GET", gitHub, []string{"Authorization", "Bearer x"}, 401, "message"},
		"GitHub, by POST":                     {"POST", gitHub, good, 405, ""},
		"Azure DevOps":                        {"POST", azure, good, 200, "oidcToken"},
		"Azure DevOps, by GET":                {"GET", azure, good, 405, "message"},
		"Azure DevOps, wrong token":           {"POST", azure, []string{"Authorization", "Bearer x", "X-TFS-FedAuthRedirect", "Suppress"}, 401, "message"},
		"Azure DevOps, wrong token, redirect": {"POST", azure, nil, 302, ""},
		"Azure DevOps, no version":            {"POST", strings.Replace(azure, "api-version", "x", 1), good, 400, "message"},
		"Azure DevOps, unknown connection":    {"POST", strings.Replace(azure, graphsim.ServiceConnectionID, "x", 1), good, 404, "message"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.ask(test.method, test.url, "", test.headers...)
			got.wantStatus(t, test.status)
			if test.field != "" && got.object(t)[test.field] == nil {
				t.Errorf("got %s, want %s in it", got.body, test.field)
			}
		})
	}
	// The audience decides whether Entra takes GitHub's.
	for query, code := range map[string]float64{"&audience=" + graphsim.FederationAudience: 0, "": 700212} {
		assertion, _ := s.ask("GET", gitHub+query, "", good...).object(t)["value"].(string)
		s.postAssertion(assertion, jwtBearer).wantCode(t, code)
	}
}
