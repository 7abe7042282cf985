package graph

import (
	"cmp"
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
