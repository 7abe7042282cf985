package entra

import (
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// plainLoopback sends requests for one https host over http. azidentity requires https for the authority host,
// even on loopback, so it gets an https URL that plainLoopback changes back. The host is that of
// [Config.AuthorityHost], which may be http only for loopback addresses.
type plainLoopback struct {
	host string
	next policy.Transporter
}

// Do implements [policy.Transporter].
func (t plainLoopback) Do(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme == "https" && req.URL.Host == t.host {
		req = req.Clone(req.Context())
		req.URL.Scheme = "http"
	}
	return t.next.Do(req)
}

// withTLS returns the authority as azidentity accepts it, and the transport that reaches it.
func withTLS(authority string, transport policy.Transporter) (string, policy.Transporter) {
	u, err := url.Parse(authority)
	if err != nil || u.Scheme != "http" {
		return authority, transport
	}
	u.Scheme = "https"
	return u.String(), plainLoopback{host: u.Host, next: transport}
}
