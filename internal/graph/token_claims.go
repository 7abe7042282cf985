package graph

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// tokenClaims are the claims of a token that the client reads. Clients should not rely on them: what is unreadable is
// treated as missing.
//
// Source: https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
type tokenClaims struct {
	IDType   string `json:"idtyp"` // "app" or "user", where the application requests it
	Scopes   string `json:"scp"`   // delegated permissions; an application has roles instead
	TenantID string `json:"tid"`
	AppID    string `json:"appid"` // of version 1.0
	Party    string `json:"azp"`   // the same in version 2.0
}

// claimsIn returns the claims of the token in a header Authorization, none for one that cannot be read.
func claimsIn(authorization string) tokenClaims {
	parts := strings.Split(authorization, ".")
	if len(parts) != 3 {
		return tokenClaims{}
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return tokenClaims{}
	}
	var claims tokenClaims
	if json.Unmarshal(text, &claims) != nil {
		return tokenClaims{}
	}
	return claims
}

// delegated reports whether the token was issued for a user, with permissions delegated by that user, instead
// of for an application. Only the advice in errors depends on it; an unreadable token is treated as an application's.
func (c tokenClaims) delegated() bool {
	return c.IDType == "user" || c.IDType != "app" && c.Scopes != ""
}

// caller returns the application that the token was issued to.
func (c tokenClaims) caller() Caller {
	guid := func(id string) string {
		if CheckGUID(id) != nil {
			return ""
		}
		return id
	}
	return Caller{TenantID: guid(c.TenantID), ClientID: guid(cmp.Or(c.AppID, c.Party))}
}
