package graphsim

import (
	"crypto/rand"
	"fmt"
)

// newGUID returns a random GUID in lower case, as Entra and Graph write theirs.
func newGUID() string {
	b := randomBytes(16)
	b[6] = b[6]&0x0f | 0x40 // version 4
	b[8] = b[8]&0x3f | 0x80 // RFC 9562 variant
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// newCallID returns a GUID whose first group ends in 00, as in the ids that
// Graph gives to calls.
func newCallID() string {
	id := newGUID()
	return id[:6] + "00" + id[8:]
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}
