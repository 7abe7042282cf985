package graphsim

import (
	"encoding/json"
	"net/http"
	"strings"
)

// entraRoutes serves what MSAL asks for on its way to an app-only token.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func (s *Server) entraRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /common/discovery/instance", s.serveInstanceDiscovery)
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", s.serveOpenIDConfiguration)
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", s.serveToken)
	return mux
}

// serveInstanceDiscovery says that this host is an authority. MSAL asks it of
// the public cloud's host unless the authority is one that it knows, so this
// one is reached only through a proxy or a rerouted transport.
func (s *Server) serveInstanceDiscovery(w http.ResponseWriter, r *http.Request) {
	host := strings.TrimPrefix(s.AuthorityURL(), "https://")
	// authorization_endpoint=https://HOST/TENANT/oauth2/v2.0/authorize
	tenant := TenantID
	if parts := strings.Split(r.URL.Query().Get("authorization_endpoint"), "/"); len(parts) > 3 {
		tenant = parts[3]
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": s.AuthorityURL() + "/" + tenant + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata": []any{map[string]any{
			"preferred_network": host,
			"preferred_cache":   host,
			"aliases":           []string{host},
		}},
	})
}

// serveOpenIDConfiguration names the endpoints of a tenant.
func (s *Server) serveOpenIDConfiguration(w http.ResponseWriter, r *http.Request) {
	tenant := r.PathValue("tenant")
	if _, ok := s.directory.tenant(tenant); !ok {
		s.writeEntraError(w, r, errUnknownTenant.with(tenant))
		return
	}
	base := s.AuthorityURL() + "/" + tenant
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                s.issuer(tenant),
		"authorization_endpoint":                base + "/oauth2/v2.0/authorize",
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"device_authorization_endpoint":         base + "/oauth2/v2.0/devicecode",
		"end_session_endpoint":                  base + "/oauth2/v2.0/logout",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"tenant_region_scope":                   "EU",
		"cloud_instance_name":                   "microsoftonline.com",
		"msgraph_host":                          strings.TrimPrefix(s.GraphURL(), "https://"),
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
