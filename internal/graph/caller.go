package graph

import "strings"

// Caller is the application that a request was sent as, by the claims of its token. What the token does not
// say in a readable way is empty: the claims are not for clients to rely on.
type Caller struct {
	// TenantID and ClientID are GUIDs.
	TenantID string `json:"tenant_id"`
	ClientID string `json:"client_id"`
}

// Or returns the caller, with what is not known of it as other has it.
func (c Caller) Or(other Caller) Caller {
	if c.TenantID == "" {
		c.TenantID = other.TenantID
	}
	if c.ClientID == "" {
		c.ClientID = other.ClientID
	}
	return c
}

// DiffersFrom reports whether the two are certainly not the same application in the same tenant.
func (c Caller) DiffersFrom(other Caller) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && !strings.EqualFold(a, b) }
	return differ(c.TenantID, other.TenantID) || differ(c.ClientID, other.ClientID)
}
