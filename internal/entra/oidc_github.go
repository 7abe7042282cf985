package entra

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// The audiences that a federated credential has by default, by cloud. Entra ID accepts any that
// the federated credential names.
//
// Source: https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation-considerations
const (
	audiencePublic       = "api://AzureADTokenExchange"
	audienceUSGovernment = "api://AzureADTokenExchangeUSGov"
	audienceChina        = "api://AzureADTokenExchangeChina"
)

// defaultOIDCAudience is the audience that a token has to have to be accepted by the Entra ID at
// authorityHost, which may be empty, unless the federated credential names another.
func defaultOIDCAudience(authorityHost string) string {
	u, err := url.Parse(authorityHost)
	if err != nil {
		return audiencePublic
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case host == "login.microsoftonline.us" || strings.HasSuffix(host, ".login.microsoftonline.us"):
		return audienceUSGovernment
	case host == "login.chinacloudapi.cn", host == "login.partner.microsoftonline.cn":
		return audienceChina
	}
	return audiencePublic
}

// newGitHubOIDC makes a credential that requests a token from GitHub Actions, or
// another service with the same interface, at each use.
//
// Source: https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
func newGitHubOIDC(c Config) (azcore.TokenCredential, error) {
	if err := require("oidc_request_url", c.OIDCRequestURL, "oidc_request_token", c.OIDCRequestToken); err != nil {
		return nil, err
	}
	request, err := c.newTokenRequest(func(query url.Values) {
		switch {
		case c.OIDCAudience != "":
			query.Set("audience", c.OIDCAudience)
		case query.Get("audience") == "":
			query.Set("audience", defaultOIDCAudience(c.AuthorityHost))
		}
	})
	if err != nil {
		return nil, err
	}
	request.method, request.property = http.MethodGet, "value"
	return c.newAssertionCredential(request.send)
}
