package graphsim

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokenLifetime is near what Entra gives an app-only token: 60 to 90 minutes. It counts in real
// time, not on the server's clock: azidentity judges a token only by its machine's clock.
// https://learn.microsoft.com/entra/identity-platform/access-tokens#token-lifetime
const tokenLifetime = time.Hour

// token is what the server knows of an access token.
type token struct {
	app     App
	user    bool // a user's, with permissions that the user delegated
	revoked bool
}

// RenewTokensAtOnce has the token endpoint tell clients, from now on, that a token is good for
// long and yet due to be renewed (refresh_in: 0).
func (s *Server) RenewTokensAtOnce() { s.directory.renewAtOnce.Store(true) }

// AgeTokens makes the tokens issued from now on expire that much sooner according to what clients are
// told, at the earliest at once, while Graph accepts them for as long as before. A client judges a token
// by its machine's clock, which no test can move: so the expiry moves instead.
func (s *Server) AgeTokens(by time.Duration) {
	s.directory.mu.Lock()
	defer s.directory.mu.Unlock()
	s.directory.aged = by
}

// RevokeTokens makes Graph refuse, with 401, every token issued so far.
func (s *Server) RevokeTokens() {
	s.directory.mu.Lock()
	defer s.directory.mu.Unlock()
	for text, t := range s.directory.tokens {
		t.revoked = true
		s.directory.tokens[text] = t
	}
}

// TokensIssued counts the access tokens issued since the start.
func (s *Server) TokensIssued() int {
	s.directory.mu.Lock()
	defer s.directory.mu.Unlock()
	return len(s.directory.tokens)
}

// AppToken issues a token for an app without a credential, as the Azure CLI does after a service principal has
// signed in. It also returns when the token expires.
func (s *Server) AppToken(a App) (string, time.Time) {
	text, lifetime := s.issue(a.complete(), false)
	return text, time.Now().Add(lifetime)
}

// UserToken issues a delegated token: one for a user who has signed in to an app. Graph refuses such a token
// for calls.
func (s *Server) UserToken(a App) (string, time.Time) {
	text, lifetime := s.issue(a.complete(), true)
	return text, time.Now().Add(lifetime)
}

// issue issues a token for an app, or for a user of it, shaped as the JWTs of Entra are, and
// returns it with the lifetime to tell. Graph does not read it but looks it up, as the promise
// to clients is that it is opaque.
func (s *Server) issue(app App, user bool) (string, time.Duration) {
	d := &s.directory
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	claims := jwt.MapClaims{
		"aud":   s.GraphURL(),
		"iss":   s.issuer(app.TenantID),
		"iat":   now.Unix(),
		"nbf":   now.Unix(),
		"exp":   now.Add(tokenLifetime).Unix(),
		"appid": app.ClientID,
		"idtyp": "app",
		"roles": app.Roles,
		"tid":   app.TenantID,
		"uti":   newGUID(), // makes it unique
		"ver":   "1.0",
	}
	if user {
		delete(claims, "roles")
		claims["idtyp"], claims["scp"], claims["upn"] = "user", "User.Read Directory.Read.All", "someone@contoso.com"
	}
	text := d.sign(claims)
	d.tokens[text] = token{app: app, user: user}
	return text, max(tokenLifetime-d.aged, 0)
}

// sign makes a JWT of claims, signed with HMAC-SHA256.
func (d *directory) sign(claims jwt.MapClaims) string {
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(d.key)
	if err != nil {
		panic(err) // claims are strings and numbers, and the key is of the right type
	}
	return text
}

// token looks up a token, and reports whether it was ever issued.
func (d *directory) token(text string) (token, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t, issued := d.tokens[text]
	return t, issued
}
