package entra

import (
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// plainLoopback carries requests for one https host over http. azidentity refuses an
// authority without TLS, also on loopback, where a stand-in has none; so it is given an
// https one, and this takes the TLS away again. Only [Config.AuthorityHost] decides which
// host that is, and the provider accepts http for loopback addresses only.
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
