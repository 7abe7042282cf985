package endpoint

import (
	"errors"
	"fmt"
	"strings"
)

// ErrUnprotected is the error for a URL that is [Unprotected].
var ErrUnprotected = errors.New("plain http is for loopback addresses only, since tokens would be sent over an unencrypted connection; use https")

// CheckRoot returns nil when s can be the root of a service that tokens are sent to: an https URL
// of only a host, or an http one of a loopback address.
func CheckRoot(s string) error {
	u, err := Parse(s)
	switch {
	case err != nil:
		return err
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.ForceQuery, strings.Contains(s, "#"):
		return fmt.Errorf("use only the root, without path, query or fragment: %q", u.Scheme+"://"+u.Host)
	case Unprotected(u):
		return ErrUnprotected
	}
	return nil
}
