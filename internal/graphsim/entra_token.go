package graphsim

import (
	"net/http"
	"net/url"
	"strings"
)

// serveToken issues app-only tokens by the client credentials grant.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	app, refused := s.grant(r)
	if refused != nil {
		s.writeEntraError(w, r, refused)
		return
	}
	text, lifetime := s.issue(app, false)
	w.Header().Set("Pragma", "no-cache")
	o := object{
		"token_type":     "Bearer",
		"expires_in":     int(lifetime.Seconds()),
		"ext_expires_in": int(lifetime.Seconds()),
		"access_token":   text,
	}
	if s.directory.renewAtOnce.Load() {
		o["refresh_in"] = 0
	}
	writeJSON(w, http.StatusOK, o)
}

// grant checks a token request in the order in which Entra does, and returns
// the app that may have a token.
func (s *Server) grant(r *http.Request) (App, *entraError) {
	tenant := r.PathValue("tenant")
	apps, ok := s.directory.tenant(tenant)
	if !ok {
		return App{}, errUnknownTenant.with(tenant)
	}
	if err := r.ParseForm(); err != nil {
		return App{}, errMalformed.with(err)
	}
	form := r.PostForm
	for _, name := range []string{"grant_type", "client_id", "scope"} {
		if form.Get(name) == "" {
			return App{}, errMissing.with(name)
		}
	}
	if grant := form.Get("grant_type"); grant != "client_credentials" {
		return App{}, errGrantType.with(grant)
	}
	clientID := form.Get("client_id")
	app, ok := apps[strings.ToLower(clientID)]
	if !ok {
		return App{}, errUnknownApp.with(clientID, tenant)
	}
	if refused := s.checkScope(form.Get("scope")); refused != nil {
		return App{}, refused
	}
	return app, s.authenticateClient(app, s.AuthorityURL()+r.URL.Path, form)
}

// checkScope wants exactly Graph's .default scope. MSAL adds the scopes of
// OpenID Connect to every request, and Entra ignores them for an app.
func (s *Server) checkScope(scope string) *entraError {
	var resources []string
	for one := range strings.FieldsSeq(scope) {
		switch one {
		case "openid", "offline_access", "profile":
		default:
			resources = append(resources, one)
		}
	}
	if len(resources) != 1 {
		return errScope.with(scope)
	}
	resource, ok := strings.CutSuffix(resources[0], "/.default")
	switch {
	case !ok:
		return errScope.with(scope)
	case resource != s.GraphURL():
		return errUnknownResource.with(resource)
	}
	return nil
}

// authenticateClient checks the one way in which the app says who it is.
func (s *Server) authenticateClient(app App, tokenURL string, form url.Values) *entraError {
	switch {
	case form.Has("client_assertion"):
		return s.checkAssertion(app, tokenURL, form)
	case !form.Has("client_secret"):
		return errNoClientCredential.with()
	case app.ClientSecret == "" || form.Get("client_secret") != app.ClientSecret:
		return errWrongSecret.with(app.ClientID)
	}
	return nil
}
