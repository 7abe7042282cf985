package graph

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// Caller is the application whose token a request had, by the claims of the token. Claims that are missing or
// unreadable are empty: clients should not rely on them.
type Caller struct {
	// TenantID and ClientID are GUIDs.
	TenantID string `json:"tenant_id"`
	ClientID string `json:"client_id"`
}

// Or returns the caller, with its empty fields as in other.
func (c Caller) Or(other Caller) Caller {
	return Caller{TenantID: cmp.Or(c.TenantID, other.TenantID), ClientID: cmp.Or(c.ClientID, other.ClientID)}
}

// DiffersFrom reports whether the two are certainly not the same application in the same tenant.
func (c Caller) DiffersFrom(other Caller) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && !strings.EqualFold(a, b) }
	return differ(c.TenantID, other.TenantID) || differ(c.ClientID, other.ClientID)
}

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
