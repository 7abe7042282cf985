// Package negotiate authenticates to a proxy with the credentials that the session on this
// machine has already: a Kerberos ticket, or on Windows those of the user who is signed in. It
// knows neither Terraform nor Graph.
package negotiate

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"strings"

	"terraform-provider-msgraph/internal/permanent"
)

// Getenv reads the environment, as [os.Getenv] does.
type Getenv func(name string) string

// Header returns a value of the header Proxy-Authorization for the proxy of this name: "Negotiate"
// and a token in base64, see RFC 4559. Each is for one use: proxies refuse a token that they have seen.
//
// An error says what is missing and what to do, and nothing of a ticket. One that would be the same
// the next time is permanent ([permanent.Is]). Header gives up when ctx is done.
func Header(ctx context.Context, getenv Getenv, host string) (string, error) {
	if err := CheckHost(host); err != nil {
		return "", permanent.Error(err)
	}
	type result struct {
		token []byte
		err   error
	}
	// Files and DNS know no context.
	done := make(chan result, 1)
	go func() {
		var r result
		if panics(func() { r.token, r.err = token(ctx, getenv, servicePrincipal(host)) }) {
			r = result{err: permanent.Error(errors.New("no Negotiate token can be made: a library failed over the Kerberos configuration, the ticket or the KDC's response; " +
				"run kinit, and check krb5.conf"))}
		}
		done <- r
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-done:
		if r.err != nil {
			return "", r.err
		}
		return "Negotiate " + base64.StdEncoding.EncodeToString(r.token), nil
	}
}

// panics runs f, in which a library reads untrusted data, and reports whether it panicked: a damaged
// file, or a forged response of a KDC, must not end the provider.
func panics(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}

// CheckHost returns an error if a proxy of this name cannot have a Kerberos principal, as an address
// cannot.
func CheckHost(host string) error {
	if net.ParseIP(host) != nil {
		return errors.New("an address has no Kerberos principal; write the proxy's host name, the one in its principal HTTP/<host name>, in url")
	}
	return nil
}

// servicePrincipal is the name of the proxy at its realm, without the realm.
func servicePrincipal(host string) string {
	return "HTTP/" + strings.ToLower(strings.TrimSuffix(host, "."))
}
