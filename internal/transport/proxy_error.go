package transport

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/quote"
)

// ProxyError is a failure of the proxy, before the request reached the server behind it.
type ProxyError struct {
	// Proxy is its host and port.
	Proxy string
	// StatusCode is its response to the request for a tunnel, 0 for none or for a proxy that
	// speaks SOCKS.
	StatusCode int
	// Unauthorized is whether it requires credentials, or denies this user.
	Unauthorized bool
	// Err is the failure.
	Err error
}

// Error names the proxy and the failure.
func (e *ProxyError) Error() string { return fmt.Sprintf("the proxy %s %v", e.Proxy, e.Err) }

// Unwrap returns the failure.
func (e *ProxyError) Unwrap() error { return e.Err }

// transient reports whether another attempt might succeed.
func (e *ProxyError) transient() bool {
	return !e.Unauthorized && (e.StatusCode == 0 || TransientStatus(e.StatusCode))
}

// TransientStatus reports whether a status is that of a transient failure.
func TransientStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// refusedByProxy is the error for a proxy's response to a request for a tunnel.
func refusedByProxy(proxy *proxyServer, resp *http.Response) error {
	e := &ProxyError{Proxy: proxy.address, StatusCode: resp.StatusCode, Unauthorized: resp.StatusCode == http.StatusProxyAuthRequired}
	response := strings.TrimSpace(fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode)))
	if !e.Unauthorized {
		e.Err = fmt.Errorf("refuses the connection: it responded with %s", response)
		return e
	}
	var offered []string
	takesNegotiate := false
	for _, challenge := range resp.Header.Values("Proxy-Authenticate") {
		scheme, _, _ := strings.Cut(strings.TrimSpace(challenge), " ")
		offered = append(offered, quote.Whole(scheme))
		takesNegotiate = takesNegotiate || strings.EqualFold(scheme, "Negotiate")
	}
	list := cmp.Or(strings.Join(offered, ", "), "nothing")
	switch {
	case proxy.negotiate == nil:
		e.Err = fmt.Errorf("does not accept the credentials, or requires credentials: it responded with %s, and offers %s", response, list)
	case takesNegotiate:
		e.Err = fmt.Errorf("does not accept the ticket for HTTP/%s: it responded with %s, and offers %s; check that its keytab contains the current key of "+
			"that principal, that its clock is correct, and that this user is allowed to use it", proxy.host, response, list)
	default:
		e.Err = fmt.Errorf("does not support Negotiate: it responded with %s, and offers %s; use what it offers instead, such as username and password "+
			"for Basic without use_default_credentials", response, list)
	}
	return e
}

// withoutToken is the error for a token that could not be obtained, so that nothing was sent to the proxy.
func withoutToken(address string, err error) error {
	return &ProxyError{Proxy: address, Unauthorized: permanent.Is(err), Err: fmt.Errorf("cannot be used: no Negotiate token could be obtained: %w", err)}
}

// throughProxy returns err, the failure of a request through the proxy, as an error that names
// the proxy, and as a [*ProxyError] if it is the proxy's.
func throughProxy(proxy *proxyServer, target *url.URL, err error) error {
	address := proxy.address
	if refused, ok := errors.AsType[*ProxyError](err); ok {
		return refused
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok {
		switch {
		case failed.Op == "proxyconnect":
			return &ProxyError{Proxy: address, Err: fmt.Errorf("cannot be reached: %w", failed.Err)}
		case strings.HasPrefix(failed.Op, "socks"):
			// net/http tells it only by the text.
			unauthorized := strings.Contains(failed.Err.Error(), "authentication")
			return &ProxyError{Proxy: address, Unauthorized: unauthorized, Err: fmt.Errorf("refuses the connection: %w", failed.Err)}
		}
	}
	return fmt.Errorf("request to %s through the proxy %s: %w", target.Host, address, err)
}
