// Package endpoint decides which URLs tokens and secrets may be sent to.
package endpoint

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Parse parses an http or https URL. A URL without a host, or with credentials, is an error. Whether the
// connection is protected is for [Unprotected] to say.
func Parse(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("this is not a URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New(`the URL must begin with "https://"`)
	case u.Hostname() == "", strings.ContainsAny(u.Hostname(), "[]"): // net/url takes a bracket for a name
		return nil, errors.New("the URL has no host")
	case u.User != nil:
		return nil, errors.New("the URL must not contain credentials")
	}
	if _, err := url.Parse(u.String()); err != nil { // net/url reads zones of addresses that it cannot write
		return nil, errors.New("this is not a URL")
	}
	return u, nil
}

// Unprotected reports whether what is sent to u would cross a network in the clear: without
// TLS, and to another machine than this one.
func Unprotected(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	loopback := strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
	return u.Scheme != "https" && !loopback
}

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
