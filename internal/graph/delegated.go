package graph

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// isDelegated reports whether a token was issued for a user, with permissions delegated by
// that user, instead of for an application. It reads the claims of the token, which are not
// for clients to rely on: nothing but advice hangs on them, and whatever is not understood
// counts as an application's.
//
// Source: https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
func isDelegated(authorization string) bool {
	parts := strings.Split(authorization, ".")
	if len(parts) != 3 {
		return false
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return false
	}
	var claims struct {
		IDType string `json:"idtyp"` // "app" or "user", where the application asks for it
		Scopes string `json:"scp"`   // delegated permissions; an application has roles instead
	}
	if json.Unmarshal(text, &claims) != nil {
		return false
	}
	return claims.IDType == "user" || claims.IDType != "app" && claims.Scopes != ""
}
