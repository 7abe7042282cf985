package graphsim

import (
	"net/http"
	"strings"
)

// ServiceConnectionID is the service connection that the stand-in for Azure DevOps knows.
const ServiceConnectionID = "7f3c1f6e-2a77-4b0a-8a63-3d5f9d0c1b42"

// GitHubRequest is what GitHub Actions gives to a job: where to ask for an OIDC token, and
// what to ask with (ACTIONS_ID_TOKEN_REQUEST_URL and ..._TOKEN). The URL has a query already.
func (s *Server) GitHubRequest() (url, token string) {
	return s.services[ServiceOIDC].url + "/" + IssuerGitHub + "/idtoken?api-version=2.0", s.requestToken
}

// AzureDevOpsRequest is what Azure Pipelines gives to a job: where to ask for an OIDC token,
// and what to ask with (SYSTEM_OIDCREQUESTURI and SYSTEM_ACCESSTOKEN).
func (s *Server) AzureDevOpsRequest() (url, token string) {
	return s.services[ServiceOIDC].url + "/" + IssuerAzureDevOps + "/test-lab/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken", s.requestToken
}

// oidcRoutes serves the endpoints at which CI systems issue tokens.
func (s *Server) oidcRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /"+IssuerGitHub+"/idtoken", s.serveGitHubToken)
	mux.HandleFunc("/"+IssuerAzureDevOps+"/{project}/_apis/distributedtask/hubs/build/plans/{plan}/jobs/{job}/oidctoken", s.serveAzureDevOpsToken)
	return mux
}

// serveGitHubToken simulates GitHub, whose tokens are for the owner of the repository
// unless another audience is requested.
// https://docs.github.com/actions/reference/security/oidc
func (s *Server) serveGitHubToken(w http.ResponseWriter, r *http.Request) {
	if !s.requestAllowed(r) {
		writeJSON(w, http.StatusUnauthorized, map[string]string{"message": "Invalid request token."})
		return
	}
	audience := r.URL.Query().Get("audience")
	if audience == "" {
		audience = "https://github.com/contoso"
	}
	token := s.Federate(FederatedToken{Issuer: IssuerGitHub, Audience: audience})
	writeJSON(w, http.StatusOK, map[string]any{"count": len(token), "value": token})
}

// serveAzureDevOpsToken simulates Azure DevOps: it allows POST only, and redirects to a sign-in
// page unless the client says that it is no browser.
// https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create
func (s *Server) serveAzureDevOpsToken(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, message string) {
		writeJSON(w, status, map[string]any{"$id": "1", "innerException": nil, "message": message, "eventId": 3000})
	}
	switch {
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", "POST")
		refuse(http.StatusMethodNotAllowed, "The requested resource does not support http method '"+r.Method+"'.")
	case !s.requestAllowed(r) && r.Header.Get("X-TFS-FedAuthRedirect") != "Suppress":
		http.Redirect(w, r, s.services[ServiceOIDC].url+"/_signin", http.StatusFound)
	case !s.requestAllowed(r):
		refuse(http.StatusUnauthorized, "TF400813: The user '' is not authorized to access this resource.")
	case r.URL.Query().Get("api-version") == "":
		refuse(http.StatusBadRequest, "No api-version was supplied for the request.")
	case !strings.EqualFold(r.URL.Query().Get("serviceConnectionId"), ServiceConnectionID):
		refuse(http.StatusNotFound, "The service connection "+r.URL.Query().Get("serviceConnectionId")+" does not exist or is not authorized for use.")
	default:
		writeJSON(w, http.StatusOK, map[string]string{"oidcToken": s.Federate(FederatedToken{Issuer: IssuerAzureDevOps})})
	}
}

func (s *Server) requestAllowed(r *http.Request) bool {
	return r.Header.Get("Authorization") == "Bearer "+s.requestToken
}
