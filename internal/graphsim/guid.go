package graphsim

import "github.com/google/uuid"

// newGUID returns a random GUID in lower case, as Entra and Graph write theirs.
func newGUID() string { return uuid.NewString() }

// newCallID returns a GUID whose first group ends in 00, as in the IDs that
// Graph gives to calls.
func newCallID() string {
	id := newGUID()
	return id[:6] + "00" + id[8:]
}
