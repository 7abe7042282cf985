package graphsim

import (
	"encoding/json"
	"net/http"
)

// entraRoutes serves what MSAL requests on its way to an app-only token, without instance discovery.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func (s *Server) entraRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", s.serveOpenIDConfiguration)
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", s.serveToken)
	return mux
}

// serveOpenIDConfiguration names the endpoints of a tenant that MSAL requests.
func (s *Server) serveOpenIDConfiguration(w http.ResponseWriter, r *http.Request) {
	tenant := r.PathValue("tenant")
	if _, ok := s.directory.tenant(tenant); !ok {
		s.writeEntraError(w, r, errUnknownTenant.with(tenant))
		return
	}
	base := s.AuthorityURL() + "/" + tenant
	writeJSON(w, http.StatusOK, object{
		"issuer":                 s.issuer(tenant),
		"authorization_endpoint": base + "/oauth2/v2.0/authorize",
		"token_endpoint":         base + "/oauth2/v2.0/token",
	})
}

func (s *Server) issuer(tenant string) string { return s.AuthorityURL() + "/" + tenant + "/v2.0" }

// writeJSON sends v. No response of the server is to be cached.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store, no-cache")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
