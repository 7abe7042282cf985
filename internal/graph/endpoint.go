package graph

import (
	"errors"
	"fmt"
	"strings"

	"terraform-provider-msgraph/internal/endpoint"
)

// CheckEndpoint returns nil when s can be the root of a service that tokens are sent to: an https URL
// of only a host, or an http one of a loopback address.
func CheckEndpoint(s string) error {
	u, err := endpoint.Parse(s)
	switch {
	case err != nil:
		return err
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.ForceQuery, strings.Contains(s, "#"):
		return fmt.Errorf("give only the root, without path, query or fragment: %q", u.Scheme+"://"+u.Host)
	case endpoint.Unprotected(u):
		return errors.New("plain http is for loopback addresses only, since tokens would cross the network unprotected; use https")
	}
	return nil
}
